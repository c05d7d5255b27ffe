"""`pyspark.resource`: the objects of `firesteel.resource`, by PySpark's package name."""

from firesteel.resource import *  # noqa: F403
from firesteel.resource import __all__ as __all__
