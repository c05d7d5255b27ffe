"""`pyspark.sql.connect`: the installed `pyspark`'s client, whose session is made ours when it is imported."""

from pyspark._behind import extend

extend(__name__)

from pyspark.sql.connect.utils import check_dependencies  # noqa: E402 # found in the path that was extended

check_dependencies()
