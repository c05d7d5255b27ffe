"""`pyspark.core.files`: the objects of `firesteel.files`, by PySpark 4's module name."""

from pyspark._behind import fallback

from firesteel.files import *  # noqa: F403
from firesteel.files import __all__ as __all__

__getattr__ = fallback(__name__)
