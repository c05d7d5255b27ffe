"""The definition of a workload, and its parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LATENCY, DATA, QUERY = "latency", "data", "query"


@dataclass(frozen=True)
class Given:
    """The parameters of a run: where the texts are, where it may write, and how much to do."""

    corpus: str = ""  # a text of many different words
    few: str = ""  # a text of few different words
    scratch: str = ""  # an empty directory that is removed afterwards
    scale: float = 1.0  # multiplies the records
    part: int = 1  # this peer does that part of the work, and its time is multiplied
    tpch: str = ""  # a directory of TPC-H's tables and queries

    def n(self, count: int) -> int:
        """Scale a number of records."""
        return max(1, round(count * self.scale))


@dataclass(frozen=True)
class Workload:
    """One row of the table of results."""

    name: str
    title: str
    run: Callable[[Any, Given], Any] | None = None  # None: the context's own start or stop, or the import
    kind: str = DATA
    process: str = ""  # workloads of one such name share a process, in their order; "": one of its own
    warm_ups: int = 0
    repeats: int = 1  # in one process; the median counts
    per: int = 1  # the time is divided by this: iterations, jobs
    parts: int = 1  # a peer other than Firesteel does this part of the tasks only, and its time is multiplied
    text: str = ""  # what it reads: "corpus", "few", "tpch"
    hand: str = ""  # the same job in by_hand.py
    hand_answer: Callable[[Any], Any] = lambda answer: answer  # what by_hand.py says when this is the answer
    hand_scales: bool = True  # whether that job's size follows the text's
    aim: float = 1.5  # how many times faster than PySpark it is to be, at least
    most_s: float | None = None  # how long it may take, at most
    of_hand: float | None = None  # how many times the time by hand it may take, at most

    @property
    def group(self) -> str:
        """Return the name of its process."""
        return self.process or self.name


_kept: dict[str, Any] = {}
"""Objects that this process made for its workloads in warm-ups: cached RDDs, a table, a list of records."""


def made(name: str, make: Callable[[], Any]) -> Any:
    """Return an object that a workload uses and does not measure; make it the first time."""
    if name not in _kept:
        _kept[name] = make()
    return _kept[name]


def cached(name: str, make: Callable[[], Any]) -> Any:
    """Return the RDD that a workload measures, cached and computed."""

    def computed() -> Any:
        rdd = make().cache()
        rdd.count()
        return rdd

    return made(name, computed)


def forget() -> None:
    """Drop these objects when the context has ended."""
    _kept.clear()
