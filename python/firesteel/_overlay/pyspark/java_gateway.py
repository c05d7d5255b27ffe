"""`pyspark.java_gateway`: the Py4J connection of the running context."""

from typing import Any

from firesteel import SparkContext
from firesteel.errors import PySparkRuntimeError
from firesteel.serializers import UTF8Deserializer, read_int

__all__ = ["UTF8Deserializer", "launch_gateway", "read_int"]


def launch_gateway(*_: Any, **__: Any) -> Any:
    """Return the gateway of the running context: each engine is started together with its context.

    Raises
    ------
    PySparkRuntimeError
        When no context is running.
    """
    context = SparkContext._active_spark_context
    if context is None:
        raise PySparkRuntimeError(
            errorClass="CALL_BEFORE_INITIALIZE",
            messageParameters={"func_name": "launch_gateway", "object": "SparkContext"},
        )
    return context._gateway
