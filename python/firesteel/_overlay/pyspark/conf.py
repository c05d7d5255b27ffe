"""`pyspark.conf`: the objects of `firesteel.conf`, by PySpark's module name."""

from firesteel.conf import *  # noqa: F403
from firesteel.conf import __all__ as __all__
