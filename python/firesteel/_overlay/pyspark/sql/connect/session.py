"""`pyspark.sql.connect.session`: PySpark's own, given the meaning and the methods of the classic API."""

from pyspark._behind import become

from firesteel.sql import _additions, _classic

become(__name__)
_additions.install()
_classic.install()
