"""`pyspark.rdd`: the objects of `firesteel.rdd`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.rdd import *  # noqa: F403
from firesteel.rdd import __all__ as __all__

__getattr__ = fallback(__name__)
