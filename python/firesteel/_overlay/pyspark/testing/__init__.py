"""`pyspark.testing`: what tests of programs use. The comparisons of DataFrames come with SQL."""

from pyspark._behind import extend

extend(__name__)
