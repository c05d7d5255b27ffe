"""`pyspark.resource.requests`: objects of `firesteel.resource`, by PySpark's module name."""

from pyspark._behind import fallback

from firesteel.resource import (
    ExecutorResourceRequest,
    ExecutorResourceRequests,
    TaskResourceRequest,
    TaskResourceRequests,
)

__all__ = [
    "ExecutorResourceRequest",
    "ExecutorResourceRequests",
    "TaskResourceRequest",
    "TaskResourceRequests",
]

__getattr__ = fallback(__name__)
