"""`pyspark.pandas` is not there yet: importing it says so."""

raise ImportError(
    "pyspark.pandas: pandas on Spark is not in Firesteel yet. Use pandas, or RDDs; "
    "the program runs unchanged on Apache Spark's own PySpark.",
    name="pyspark.pandas",
)
