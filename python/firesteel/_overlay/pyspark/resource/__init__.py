"""`pyspark.resource`: the objects of `firesteel.resource`, by PySpark's package name."""

from pyspark._behind import extend, fallback

from firesteel.resource import *  # noqa: F403
from firesteel.resource import __all__ as __all__

extend(__name__)
__getattr__ = fallback(__name__)
