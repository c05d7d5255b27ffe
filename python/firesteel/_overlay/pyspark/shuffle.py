"""`pyspark.shuffle`: the objects of `firesteel.shuffle`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.shuffle import *  # noqa: F403
from firesteel.shuffle import __all__ as __all__

__getattr__ = fallback(__name__)
