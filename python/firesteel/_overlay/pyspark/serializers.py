"""`pyspark.serializers`: the objects of `firesteel.serializers`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.serializers import *  # noqa: F403
from firesteel.serializers import __all__ as __all__

__getattr__ = fallback(__name__)
