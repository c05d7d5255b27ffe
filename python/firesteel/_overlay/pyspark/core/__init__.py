"""`pyspark.core`: where PySpark 4 keeps its RDD layer."""

from pyspark._behind import extend

extend(__name__)
