"""`pyspark.files`: the objects of `firesteel.files`, by PySpark's module name."""

from firesteel.files import *  # noqa: F403
from firesteel.files import __all__ as __all__
