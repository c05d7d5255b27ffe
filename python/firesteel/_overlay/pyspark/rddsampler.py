"""`pyspark.rddsampler`: the objects of `firesteel.rddsampler`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.rddsampler import *  # noqa: F403
from firesteel.rddsampler import __all__ as __all__

__getattr__ = fallback(__name__)
