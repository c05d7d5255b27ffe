"""`pyspark.resource.profile`: objects of `firesteel.resource`, by PySpark's module name."""

from firesteel.resource import (
    ExecutorResourceRequests,
    ResourceProfile,
    ResourceProfileBuilder,
    TaskResourceRequests,
)

__all__ = ["ExecutorResourceRequests", "ResourceProfile", "ResourceProfileBuilder", "TaskResourceRequests"]
