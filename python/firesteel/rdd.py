"""RDD: the public class, put together from its parts by topic.

=====================  ============================================================
`_rdd_base`            identity, persistence, partitioner
`_rdd_narrow`          map, filter, flatMap, mapPartitions, union…
`_rdd_pairs`           partitionBy, reduceByKey, groupByKey, join, distinct…
`_rdd_sorting`         sortByKey, sortBy
`_rdd_actions`         collect, count, take, reduce, top, toLocalIterator…
`_rdd_output`          saveAsTextFile
=====================  ============================================================
"""

from __future__ import annotations

from firesteel._rdd_base import Partitioner, T_co
from firesteel._rdd_output import OutputOperations
from firesteel._rdd_pairs import portable_hash

__all__ = ["RDD", "Partitioner", "portable_hash"]


class RDD(OutputOperations[T_co]):
    """A resilient distributed dataset: records in partitions, computed when an action needs them.

    A SparkContext makes RDDs (`parallelize`, `textFile`…), transformations make RDDs of RDDs, actions
    compute.

    Examples
    --------
    >>> sc.parallelize([1, 2, 3]).map(lambda number: number + 1).collect()
    [2, 3, 4]
    """
