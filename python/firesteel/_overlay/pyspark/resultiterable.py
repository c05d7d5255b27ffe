"""`pyspark.resultiterable`: the objects of `firesteel.resultiterable`, by PySpark's module name."""

from firesteel.resultiterable import *  # noqa: F403
from firesteel.resultiterable import __all__ as __all__
