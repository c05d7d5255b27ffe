"""`pyspark.ml` is not there yet: importing it says so."""

raise ImportError(
    "pyspark.ml is not in Firesteel yet. Use scikit-learn with RDDs (examples/sgd_sklearn.py); "
    "the program runs unchanged on Apache Spark's own PySpark.",
    name="pyspark.ml",
)
