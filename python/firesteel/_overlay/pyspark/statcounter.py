"""`pyspark.statcounter`: the objects of `firesteel.statcounter`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.statcounter import *  # noqa: F403
from firesteel.statcounter import __all__ as __all__

__getattr__ = fallback(__name__)
