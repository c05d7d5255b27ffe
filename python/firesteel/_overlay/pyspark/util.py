"""`pyspark.util`: the objects of `firesteel.util`, by PySpark's module name."""

from firesteel.util import *  # noqa: F403
from firesteel.util import __all__ as __all__
from firesteel.util import _parse_memory as _parse_memory
