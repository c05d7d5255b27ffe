"""`pyspark.profiler`: the objects of `firesteel.profiler`, by PySpark's module name."""

from firesteel.profiler import *  # noqa: F403
from firesteel.profiler import __all__ as __all__
