"""`pyspark.statcounter`: the objects of `firesteel.statcounter`, by PySpark's module name."""

from firesteel.statcounter import *  # noqa: F403
from firesteel.statcounter import __all__ as __all__
