"""`pyspark.join`: the objects of `firesteel.join`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.join import *  # noqa: F403
from firesteel.join import __all__ as __all__

__getattr__ = fallback(__name__)
