"""`pyspark.accumulators`: the objects of `firesteel.accumulators`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.accumulators import *  # noqa: F403
from firesteel.accumulators import __all__ as __all__

__getattr__ = fallback(__name__)
