"""`pyspark.util`: the objects of `firesteel.util`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.util import *  # noqa: F403
from firesteel.util import __all__ as __all__
from firesteel.util import _parse_memory as _parse_memory

__getattr__ = fallback(__name__)
