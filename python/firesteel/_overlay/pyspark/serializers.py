"""`pyspark.serializers`: the objects of `firesteel.serializers`, by PySpark's module name."""

from firesteel.serializers import *  # noqa: F403
from firesteel.serializers import __all__ as __all__
