"""`pyspark.status`: the objects of `firesteel.status`, by PySpark's module name."""

from firesteel.status import *  # noqa: F403
from firesteel.status import __all__ as __all__
