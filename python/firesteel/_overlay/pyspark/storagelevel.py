"""`pyspark.storagelevel`: the objects of `firesteel.storagelevel`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.storagelevel import *  # noqa: F403
from firesteel.storagelevel import __all__ as __all__

__getattr__ = fallback(__name__)
