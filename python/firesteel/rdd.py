"""RDD: the public class, put together from its parts by topic.

=====================  ============================================================
`_rdd_base`            identity, persistence, partitioner
`_rdd_narrow`          map, filter, flatMap, mapPartitions, union…
`_rdd_pairs`           partitionBy, reduceByKey, groupByKey, distinct…
`_rdd_joins`           join, leftOuterJoin, cogroup, subtractByKey…
`_rdd_sets`            intersection, subtract, zip, cartesian…
`_rdd_partitions`      coalesce, repartition…
`_rdd_sorting`         sortByKey, sortBy
`_rdd_sampling`        sample, randomSplit, takeSample…
`_rdd_actions`         collect, count, take, reduce, top, toLocalIterator…
`_rdd_reductions`      treeReduce, treeAggregate, reduceByKeyLocally, lookup
`_rdd_statistics`      stats, mean, variance, histogram…
`_rdd_approximate`     countApprox, sumApprox, countApproxDistinct…
`_rdd_processes`       pipe
`_rdd_barrier`         barrier, withResources
`_rdd_output`          saveAsTextFile
`_rdd_later`           what is not there yet
=====================  ============================================================
"""

from __future__ import annotations

from firesteel._approximate import BoundedFloat
from firesteel._rdd_approximate import ApproximateActions
from firesteel._rdd_barrier import BarrierOperations, RDDBarrier
from firesteel._rdd_base import Partitioner, T_co
from firesteel._rdd_java import JavaOperations
from firesteel._rdd_later import LaterOperations
from firesteel._rdd_output import OutputOperations
from firesteel._rdd_pairs import portable_hash
from firesteel._rdd_partitions import PartitionOperations
from firesteel._rdd_processes import ProcessOperations
from firesteel._rdd_reductions import Reductions
from firesteel._rdd_sampling import SamplingOperations
from firesteel._rdd_sets import SetOperations
from firesteel._rdd_statistics import Statistics

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
