"""RDD: the public class, put together from the parts in `firesteel._rdd`, one for each topic."""

from __future__ import annotations

from firesteel._rdd.approximate import ApproximateActions
from firesteel._rdd.barrier import BarrierOperations, RDDBarrier
from firesteel._rdd.base import Partitioner, T_co
from firesteel._rdd.estimates import BoundedFloat
from firesteel._rdd.java import JavaOperations
from firesteel._rdd.output import OutputOperations
from firesteel._rdd.pairs import portable_hash
from firesteel._rdd.partitions import PartitionOperations
from firesteel._rdd.processes import ProcessOperations
from firesteel._rdd.reductions import Reductions
from firesteel._rdd.sampling import SamplingOperations
from firesteel._rdd.sets import SetOperations
from firesteel._rdd.statistics import Statistics
from firesteel._rdd.unsupported import LaterOperations

__all__ = ["RDD", "BoundedFloat", "Partitioner", "RDDBarrier", "portable_hash"]


class RDD(
    SetOperations[T_co],
    PartitionOperations[T_co],
    SamplingOperations[T_co],
    Reductions[T_co],
    Statistics[T_co],
    ApproximateActions[T_co],
    BarrierOperations[T_co],
    OutputOperations[T_co],
    ProcessOperations[T_co],
    JavaOperations[T_co],
    LaterOperations[T_co],
):
    """A resilient distributed dataset: records in partitions, computed when an action needs them.

    A SparkContext makes RDDs (`parallelize`, `textFile`…), transformations make RDDs of RDDs, actions
    compute.

    Examples
    --------
    >>> sc.parallelize([1, 2, 3]).map(lambda number: number + 1).collect()
    [2, 3, 4]
    """


RDDBarrier.__module__ = __name__
BoundedFloat.__module__ = __name__
