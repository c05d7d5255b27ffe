"""`pyspark.resultiterable`: the objects of `firesteel.resultiterable`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.resultiterable import *  # noqa: F403
from firesteel.resultiterable import __all__ as __all__

__getattr__ = fallback(__name__)
