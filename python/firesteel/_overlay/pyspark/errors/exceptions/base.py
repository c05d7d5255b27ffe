"""`pyspark.errors.exceptions.base`: the objects of `firesteel.errors`."""

from pyspark._behind import fallback

from firesteel.errors import *  # noqa: F403
from firesteel.errors import __all__ as __all__

__getattr__ = fallback(__name__)
