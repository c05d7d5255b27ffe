"""`pyspark.loose_version`: versions as text, compared by their numbers."""

from firesteel._compat.loose_version import LooseVersion

__all__ = ["LooseVersion"]
