"""`pyspark.resource.information`: objects of `firesteel.resource`, by PySpark's module name."""

from firesteel.resource import ResourceInformation

__all__ = ["ResourceInformation"]
