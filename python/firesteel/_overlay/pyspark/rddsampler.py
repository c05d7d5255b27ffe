"""`pyspark.rddsampler`: the objects of `firesteel.rddsampler`, by PySpark's module name."""

from firesteel.rddsampler import *  # noqa: F403
from firesteel.rddsampler import __all__ as __all__
