"""`pyspark.loose_version`: versions as text, compared by their numbers."""

from pyspark._behind import fallback

from firesteel._compat.loose_version import LooseVersion

__all__ = ["LooseVersion"]

__getattr__ = fallback(__name__)
