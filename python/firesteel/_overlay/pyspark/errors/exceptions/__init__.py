"""`pyspark.errors.exceptions`: where PySpark keeps the classes of its errors."""

from pyspark._behind import extend

extend(__name__)
