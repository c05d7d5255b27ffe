"""`pyspark.resource.profile`: objects of `firesteel.resource`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.resource import (
    ExecutorResourceRequests,
    ResourceProfile,
    ResourceProfileBuilder,
    TaskResourceRequests,
)

__all__ = ["ExecutorResourceRequests", "ResourceProfile", "ResourceProfileBuilder", "TaskResourceRequests"]

__getattr__ = fallback(__name__)
