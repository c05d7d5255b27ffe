"""`pyspark.core.broadcast`: the objects of `firesteel.broadcast`, by PySpark 4's module name."""

from pyspark._behind import fallback

from firesteel.broadcast import *  # noqa: F403
from firesteel.broadcast import __all__ as __all__

__getattr__ = fallback(__name__)
