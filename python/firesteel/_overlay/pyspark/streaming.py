"""`pyspark.streaming` is not there yet: importing it says so."""

raise ImportError(
    "pyspark.streaming: Streaming is not in Firesteel yet. Use RDDs; "
    "the program runs unchanged on Apache Spark's own PySpark.",
    name="pyspark.streaming",
)
