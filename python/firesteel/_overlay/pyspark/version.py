"""`pyspark.version`: which PySpark API is followed."""

from pyspark import __version__ as __version__
