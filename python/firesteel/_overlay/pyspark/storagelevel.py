"""`pyspark.storagelevel`: the objects of `firesteel.storagelevel`, by PySpark's module name."""

from firesteel.storagelevel import *  # noqa: F403
from firesteel.storagelevel import __all__ as __all__
