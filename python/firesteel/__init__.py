"""Firesteel: PySpark's RDD API on its own engine.

The names here are looked up when they are first used (PEP 562), so that ``import firesteel`` starts
nothing, and loads neither NumPy nor cloudpickle nor Py4J.

The modules, from the top layer to the lowest. A module imports only modules below it.

================  ==================================================================
`_overlay`        what ``import pyspark`` finds
`_launch`         ``pyspark``, ``spark-submit`` and other ways to start
`sql`             `SparkSession`, DataFrames and SQL
`layers`          what the layers on top need of a context
`context`         `SparkContext`
`_context`        the methods of `SparkContext`, by topic
`inputs`          RDDs of data of a format of your own
`rdd`             `RDD`
`_rdd`            the methods of `RDD`, by topic
`_driver`         the engine's process, the lineage compiler, jobs, results, errors
`_worker`         the daemon, the main loop of workers, the interpreter of plans
`_functions`      what methods of `RDD` run on the workers
`_config`         settings, and where they come from
`serializers`     serializers of PySpark, for programs that use them themselves
`shuffle`         aggregating, grouping and sorting, for programs that do it themselves
`join`            joins as functions
`rddsampler`      PySpark's sampler classes
`_compat`         the code of these four
`accumulators`    `Accumulator`
`broadcast`       `Broadcast`
`conf`            `SparkConf`
`errors`          the exceptions of the public API
`files`           `SparkFiles`
`profiler`        profiles of the functions of tasks
`resource`        resource profiles and requests
`resultiterable`  `ResultIterable`
`statcounter`     `StatCounter`
`status`          `StatusTracker`
`storagelevel`    `StorageLevel`
`taskcontext`     `TaskContext` and `BarrierTaskContext`
`util`            threads that inherit properties, and other small things
`_data`           batches, block files, hashing, aggregation and sorting
================  ==================================================================
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firesteel._driver.errors import JobCancelledError as JobCancelledError
    from firesteel._driver.errors import JobError as JobError
    from firesteel.accumulators import Accumulator, AccumulatorParam
    from firesteel.broadcast import Broadcast
    from firesteel.conf import SparkConf
    from firesteel.context import SparkContext
    from firesteel.files import SparkFiles
    from firesteel.profiler import BasicProfiler, Profiler
    from firesteel.rdd import RDD, RDDBarrier
    from firesteel.status import SparkJobInfo, SparkStageInfo, StatusTracker
    from firesteel.storagelevel import StorageLevel
    from firesteel.taskcontext import BarrierTaskContext, BarrierTaskInfo, TaskContext
    from firesteel.util import InheritableThread, inheritable_thread_target

__version__ = "0.1.0"

__all__ = [
    "RDD",
    "Accumulator",
    "AccumulatorParam",
    "BarrierTaskContext",
    "BarrierTaskInfo",
    "BasicProfiler",
    "Broadcast",
    "InheritableThread",
    "Profiler",
    "RDDBarrier",
    "SparkConf",
    "SparkContext",
    "SparkFiles",
    "SparkJobInfo",
    "SparkStageInfo",
    "StatusTracker",
    "StorageLevel",
    "TaskContext",
    "__version__",
    "inheritable_thread_target",
    "install_as_pyspark",
]

# The errors of jobs are not in `__all__`: they need Py4J, which a star import need not load.
_HOMES = {
    "Accumulator": "firesteel.accumulators",
    "AccumulatorParam": "firesteel.accumulators",
    "BarrierTaskContext": "firesteel.taskcontext",
    "BarrierTaskInfo": "firesteel.taskcontext",
    "BasicProfiler": "firesteel.profiler",
    "Broadcast": "firesteel.broadcast",
    "InheritableThread": "firesteel.util",
    "JobCancelledError": "firesteel._driver.errors",
    "JobError": "firesteel._driver.errors",
    "Profiler": "firesteel.profiler",
    "RDD": "firesteel.rdd",
    "RDDBarrier": "firesteel.rdd",
    "SparkConf": "firesteel.conf",
    "SparkContext": "firesteel.context",
    "SparkFiles": "firesteel.files",
    "SparkJobInfo": "firesteel.status",
    "SparkStageInfo": "firesteel.status",
    "StatusTracker": "firesteel.status",
    "StorageLevel": "firesteel.storagelevel",
    "TaskContext": "firesteel.taskcontext",
    "inheritable_thread_target": "firesteel.util",
}


def _borrow() -> None:
    """Lend an interpreter that lacks packages Firesteel's own: a checkout's, or those beside this one."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    kind = os.path.basename(os.path.dirname(os.__file__))  # such as python3.11
    if os.path.basename(root) in ("site-packages", "dist-packages"):
        place = root
    else:
        place = os.path.join(os.path.dirname(root), ".venv", "lib", kind, "site-packages")
    if place in sys.path or os.path.basename(os.path.dirname(place)) != kind or not os.path.isdir(place):
        return
    from firesteel._config import packages

    packages.lend(place)


_borrow()


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'firesteel' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def install_as_pyspark() -> None:
    """Make ``import pyspark`` mean Firesteel, in this process and in its workers.

    Call it before the first ``import pyspark``. The launchers (``bin/spark-submit``, ``bin/pyspark``) do
    the same. The modules under the name ``pyspark`` are aliases: ``pyspark.RDD is firesteel.RDD``.

    Raises
    ------
    RuntimeError
        When another ``pyspark`` has been imported already.

    Examples
    --------
    >>> import firesteel
    >>> firesteel.install_as_pyspark()
    >>> from pyspark import SparkConf
    >>> SparkConf is firesteel.SparkConf
    True
    """
    overlay = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_overlay")
    loaded = sys.modules.get("pyspark")
    if loaded is not None and not str(getattr(loaded, "__file__", "")).startswith(overlay + os.sep):
        raise RuntimeError(
            f"another pyspark is already imported, from {getattr(loaded, '__file__', 'an unknown place')}; "
            "call firesteel.install_as_pyspark() before the first 'import pyspark'"
        )
    if overlay not in sys.path:
        sys.path.insert(0, overlay)
    importlib.invalidate_caches()
