"""`pyspark.sql.utils`: PySpark's own, where every session is one of Connect."""

from pyspark._behind import become

become(__name__, is_remote=lambda: True)
