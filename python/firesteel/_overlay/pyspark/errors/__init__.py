"""`pyspark.errors`: the objects of `firesteel.errors`, by PySpark's module name."""

from firesteel.errors import *  # noqa: F403
from firesteel.errors import __all__ as __all__
