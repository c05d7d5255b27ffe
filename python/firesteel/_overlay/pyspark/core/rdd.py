"""`pyspark.core.rdd`: the objects of `firesteel.rdd`, by PySpark 4's module name."""

from firesteel.rdd import *  # noqa: F403
from firesteel.rdd import __all__ as __all__
