"""RDDs that programs of one engine share by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from firesteel._driver.callsite import call_site
from firesteel._driver.lineage import Crossing, Node
from firesteel._driver.session import Session
from firesteel.errors import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from firesteel.context import SparkContext
    from firesteel.rdd import RDD


class NamedRDDs:
    """The part of SparkContext about names.

    A script that a Java program runs shares them with that program.
    """

    _driver: Session

    def publish(self, name: str, rdd: RDD[Any]) -> None:
        """Publish an RDD under a name, for `lookup` here and in the Java program that runs a script.

        What had the name before loses it. The name keeps the RDD until `unpublish`, or the end of the
        application. Of a script that fails, the names go with it.

        Parameters
        ----------
        name : str
            The name.
        rdd : RDD
            An RDD of this context.

        Raises
        ------
        PySparkValueError
            When the name is blank, or the RDD is another context's.

        Examples
        --------
        >>> sc.publish("small", sc.parallelize([1, 2]))
        >>> sc.lookup("small").sum()
        3
        >>> sc.unpublish("small")
        """
        from firesteel.rdd import RDD

        if not isinstance(name, str) or not isinstance(rdd, RDD):
            raise PySparkTypeError(
                f"publish takes a name and an RDD, not {type(name).__name__} and {type(rdd).__name__}"
            )
        if rdd.ctx is not self:
            raise PySparkValueError("publish: the RDD belongs to another context")
        self._driver.require_running("publish")
        answer = self._driver.publish(name, rdd._uncrossed())  # who looks it up crosses again, if need be
        _require(answer, "publish")

    def lookup(self, name: str) -> RDD[Any]:
        """Return the RDD that is published under a name.

        Records of a Java program arrive as basic types; docs/java-types.md has the table.

        Parameters
        ----------
        name : str
            The name.

        Returns
        -------
        RDD

        Raises
        ------
        PySparkValueError
            When there is no such name; the message lists those there are.

        Examples
        --------
        >>> sc.lookup("none")
        Traceback (most recent call last):
        ...
        firesteel.errors.PySparkValueError: lookup: no RDD is published as "none". Nothing is published.
        """
        from firesteel.rdd import RDD

        self._driver.require_running("lookup")
        found = self._driver.found(_require(self._driver.lookup(str(name)), "lookup"))
        node: Node = found
        if found.language == "java":
            node = Crossing(self._driver.next_number(), call_site("lookup"), found, "python")
        return RDD(node, cast("SparkContext", self))

    def unpublish(self, name: str) -> None:
        """Take a name away. What was looked up by it stays usable.

        Parameters
        ----------
        name : str
            The name.

        Raises
        ------
        PySparkValueError
            When there is no such name.

        Examples
        --------
        >>> sc.publish("once", sc.parallelize([1]))
        >>> sc.unpublish("once")
        """
        self._driver.require_running("unpublish")
        _require(self._driver.gateway.call("unpublish", str(name)), "unpublish")


def _require(answer: dict[str, Any], operation: str) -> dict[str, Any]:
    """Return an answer of the engine's unless it is a refusal, which is raised."""
    if not answer["ok"]:
        raise PySparkValueError(f"{operation}: {answer['error']['message']}")
    return answer
