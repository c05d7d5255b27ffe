"""`pyspark.resource.information`: objects of `firesteel.resource`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.resource import ResourceInformation

__all__ = ["ResourceInformation"]

__getattr__ = fallback(__name__)
