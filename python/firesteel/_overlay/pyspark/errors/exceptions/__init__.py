"""`pyspark.errors.exceptions`: where PySpark keeps the classes of its errors."""
