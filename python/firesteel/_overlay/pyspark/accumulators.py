"""`pyspark.accumulators`: the objects of `firesteel.accumulators`, by PySpark's module name."""

from firesteel.accumulators import *  # noqa: F403
from firesteel.accumulators import __all__ as __all__
