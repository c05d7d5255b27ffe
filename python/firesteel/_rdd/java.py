"""Functions in Java on the records of an RDD of a Python program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from firesteel._driver.callsite import call_site
from firesteel._driver.java_functions import java_closure
from firesteel._driver.lineage import Crossing, JavaStep, Node
from firesteel._rdd.base import RDDBase, T_co
from firesteel._rdd.java_view import JavaRddView

if TYPE_CHECKING:
    from firesteel.rdd import RDD


class JavaOperations(RDDBase[T_co]):
    """Transformations whose functions are objects of Java classes.

    Records of basic types go to Java and come back: None, booleans, numbers, text, bytes, lists, dicts,
    sets, tuples, arrays of numbers, dates and times. docs/java-types.md has the table.
    """

    @property
    def _jrdd(self) -> JavaRddView:
        """The RDD by the names that it has in Spark's JVM; most programs ask for the number of partitions."""
        return JavaRddView(cast("RDD[Any]", self))

    def mapJava(self, className: str) -> RDD[Any]:
        """Apply a Java function to each record.

        Parameters
        ----------
        className : str
            A class with a constructor without parameters that implements
            ``dev.firesteel.types.function.MapFunction``, on the engine's class path or in a jar added with
            `SparkContext.addJar`.

        Returns
        -------
        RDD

        Raises
        ------
        PySparkValueError
            When there is no such class, or it cannot be used; at once, not in the job.

        Examples
        --------
        >>> sc.parallelize([1, 2]).mapJava("com.example.Doubled")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkValueError: mapJava at ...: there is no class com.example.Doubled...
        """
        return self._java("map", className)

    def flatMapJava(self, className: str) -> RDD[Any]:
        """Apply a Java function that gives any number of records for each.

        Parameters
        ----------
        className : str
            A class that implements ``dev.firesteel.types.function.FlatMapFunction``; as for `mapJava`.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize(["a b"]).flatMapJava("com.example.Words")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkValueError: flatMapJava at ...: there is no class com.example.Words...
        """
        return self._java("flatMap", className)

    def filterJava(self, className: str) -> RDD[Any]:
        """Keep the records for which a Java function is true.

        Parameters
        ----------
        className : str
            A class that implements ``dev.firesteel.types.function.FilterFunction``; as for `mapJava`.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([1, 2]).filterJava("com.example.Even")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkValueError: filterJava at ...: there is no class com.example.Even...
        """
        return self._java("filter", className)

    def mapPartitionsJava(self, className: str) -> RDD[Any]:
        """Apply a Java function to each partition.

        Parameters
        ----------
        className : str
            A class that implements ``dev.firesteel.types.function.MapPartitionsFunction``; as for `mapJava`.

        Returns
        -------
        RDD

        Examples
        --------
        >>> sc.parallelize([1, 2]).mapPartitionsJava("com.example.Sums")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkValueError: mapPartitionsJava at ...: there is no class com.example.Sums...
        """
        return self._java("mapPartitions", className)

    def _java(self, kind: str, name: str) -> RDD[Any]:
        session = self.ctx._driver
        operation = f"{kind}Java"
        session.require_running(operation)
        site = call_site(operation)
        closure = java_closure(session, name, kind, site)
        step = JavaStep(session.next_number(), site, self._in_java(site), closure)
        return self._derive(Crossing(session.next_number(), site, step, "python"))

    def _in_java(self, site: str) -> Node:
        """Return the node with these records in the form of Java: the one below a crossing, if any."""
        node = self._uncrossed()
        if node is not self._node:
            return node
        return Crossing(self.ctx._driver.next_number(), site, node, "java")
