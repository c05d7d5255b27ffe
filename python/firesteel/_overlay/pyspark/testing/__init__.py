"""`pyspark.testing`: what tests of programs use. The comparisons of DataFrames come with SQL."""
