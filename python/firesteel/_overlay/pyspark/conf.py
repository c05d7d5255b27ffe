"""`pyspark.conf`: the objects of `firesteel.conf`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.conf import *  # noqa: F403
from firesteel.conf import __all__ as __all__

__getattr__ = fallback(__name__)
