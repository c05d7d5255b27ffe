"""`pyspark.core.context`: the objects of `firesteel.context`, by PySpark 4's module name."""

from pyspark._behind import fallback

from firesteel.context import *  # noqa: F403
from firesteel.context import __all__ as __all__

__getattr__ = fallback(__name__)
