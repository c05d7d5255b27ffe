"""`pyspark.errors.exceptions.base`: the objects of `firesteel.errors`."""

from firesteel.errors import *  # noqa: F403
from firesteel.errors import __all__ as __all__
