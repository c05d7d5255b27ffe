"""`pyspark.profiler`: the objects of `firesteel.profiler`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.profiler import *  # noqa: F403
from firesteel.profiler import __all__ as __all__

__getattr__ = fallback(__name__)
