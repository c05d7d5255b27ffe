"""`pyspark.sql` is not there yet: importing it says so."""

raise ImportError(
    "pyspark.sql: SQL and DataFrames are not in Firesteel yet. Use RDDs, or pandas on what collect() gives; "
    "the program runs unchanged on Apache Spark's own PySpark.",
    name="pyspark.sql",
)
