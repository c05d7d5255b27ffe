"""`pyspark.status`: the objects of `firesteel.status`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.status import *  # noqa: F403
from firesteel.status import __all__ as __all__

__getattr__ = fallback(__name__)
