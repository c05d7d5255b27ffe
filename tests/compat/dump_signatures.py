"""Prints, as JSON, the public names of the RDD layer's classes and modules, with their parameters.

Run by the interpreter whose ``pyspark`` to dump: the installed PySpark's, or ours with the overlay.
"""

from __future__ import annotations

import importlib
import inspect
import json
from typing import Any

CLASSES = {
    "pyspark": (
        "RDD SparkContext SparkConf Broadcast Accumulator AccumulatorParam StorageLevel "
        "TaskContext BarrierTaskContext BarrierTaskInfo RDDBarrier SparkFiles StatusTracker "
        "SparkJobInfo SparkStageInfo InheritableThread BasicProfiler Profiler"
    ),
    "pyspark.core.rdd": "RDD RDDBarrier Partitioner",
    "pyspark.core.context": "SparkContext",
    "pyspark.core.status": "StatusTracker SparkJobInfo SparkStageInfo",
    "pyspark.statcounter": "StatCounter",
    "pyspark.resultiterable": "ResultIterable",
    "pyspark.profiler": "Profiler BasicProfiler ProfilerCollector",
    "pyspark.serializers": (
        "Serializer FramedSerializer BatchedSerializer AutoBatchedSerializer "
        "CPickleSerializer MarshalSerializer UTF8Deserializer NoOpSerializer "
        "CompressedSerializer PairDeserializer CartesianDeserializer PickleSerializer "
        "CloudPickleSerializer AutoSerializer FlattenedValuesSerializer"
    ),
    "pyspark.shuffle": (
        "Aggregator SimpleAggregator Merger ExternalMerger ExternalSorter ExternalList "
        "ExternalListOfList GroupByKey ExternalGroupBy"
    ),
    "pyspark.rddsampler": ("RDDSamplerBase RDDSampler RDDRangeSampler RDDStratifiedSampler"),
    "pyspark.resource": (
        "ResourceProfile ResourceProfileBuilder ExecutorResourceRequest "
        "ExecutorResourceRequests TaskResourceRequest TaskResourceRequests "
        "ResourceInformation"
    ),
    "pyspark.util": "VersionUtils InheritableThread",
}

FUNCTIONS = {
    "pyspark": "inheritable_thread_target",
    "pyspark.core.rdd": "portable_hash",
    "pyspark.util": (
        "inheritable_thread_target fail_on_stopiteration print_exec local_connect_and_auth "
        "try_simplify_traceback"
    ),
    "pyspark.shuffle": "get_used_memory",
    "pyspark.join": (
        "python_join python_right_outer_join python_left_outer_join python_full_outer_join python_cogroup"
    ),
    "pyspark.serializers": ("pack_long read_long write_long read_int write_int read_bool write_with_length"),
}


def parameters(function: Any) -> list[list[Any]] | None:
    """Return name, kind and default of each parameter, or None where there is no signature."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[each.name, each.kind.name, _default(each.default)] for each in found]


def _default(value: Any) -> str | None:
    if value is inspect.Parameter.empty:
        return None
    text = repr(value)
    return f"<{type(value).__name__}>" if " at 0x" in text else text


def members(kind: type) -> dict[str, Any]:
    """Return the public members of a class."""
    found: dict[str, Any] = {}
    for name in dir(kind):
        if name.startswith("_") and name not in ("__init__", "__add__", "__enter__", "__exit__", "__iadd__"):
            continue
        raw = inspect.getattr_static(kind, name)
        if isinstance(raw, (staticmethod, classmethod)):
            found[name] = {"is": "static", "takes": parameters(getattr(kind, name))}
        elif callable(raw):
            found[name] = {"is": "method", "takes": parameters(raw)}
        else:
            found[name] = {"is": "value", "takes": None}
    return found


def main() -> None:
    """Print everything."""
    result: dict[str, Any] = {}
    for place, names in CLASSES.items():
        for name in names.split():
            kind = getattr(_module(place), name, None)
            result[f"{place}.{name}"] = None if kind is None else members(kind)
    for place, names in FUNCTIONS.items():
        for name in names.split():
            function = getattr(_module(place), name, None)
            result[f"{place}.{name}"] = None if function is None else parameters(function)
    print(json.dumps(result))


def _module(place: str) -> Any:
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError:
        return None


if __name__ == "__main__":
    main()
