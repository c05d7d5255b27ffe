"""`pyspark.sql.session`: Firesteel's `SparkSession`."""

from pyspark._behind import fallback

from firesteel.sql.session import SparkSession as SparkSession

__all__ = ["SparkSession"]

__getattr__ = fallback(__name__)
