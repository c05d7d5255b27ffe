"""`pyspark.taskcontext`: the objects of `firesteel.taskcontext`, by PySpark's module name."""

from firesteel.taskcontext import *  # noqa: F403
from firesteel.taskcontext import __all__ as __all__
