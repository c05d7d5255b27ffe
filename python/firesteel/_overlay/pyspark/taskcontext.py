"""`pyspark.taskcontext`: the objects of `firesteel.taskcontext`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.taskcontext import *  # noqa: F403
from firesteel.taskcontext import __all__ as __all__

__getattr__ = fallback(__name__)
