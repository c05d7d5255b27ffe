"""Profiles of the functions that tasks run (``spark.python.profile``).

The driver makes one profiler for each pipeline of functions that it sends. The profiler travels with them, a
worker runs them under it, a few thousand records at a time, and an accumulator brings the figures back.
"""

from __future__ import annotations

import atexit
import cProfile
import os
import pstats
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from firesteel.accumulators import Accumulator, AccumulatorParam

if TYPE_CHECKING:
    from firesteel.context import SparkContext

__all__ = ["BasicProfiler", "PStatsParam", "Profiler", "ProfilerCollector"]


class ProfilerCollector:
    """The profilers of a context.

    Parameters
    ----------
    profiler_cls : type
        Makes profilers.
    udf_profiler_cls, memory_profiler_cls : type, optional
        Accepted for compatibility: they are for SQL.
    dump_path : str, optional
        Directory for the profiles when the context stops.

    Examples
    --------
    >>> ProfilerCollector(BasicProfiler, None, None).profilers
    []
    """

    def __init__(
        self,
        profiler_cls: type[Profiler],
        udf_profiler_cls: Any,
        memory_profiler_cls: Any,
        dump_path: str | None = None,
    ) -> None:
        self.profiler_cls = profiler_cls
        self.udf_profiler_cls = udf_profiler_cls
        self.memory_profiler_cls = memory_profiler_cls
        self.profile_dump_path = dump_path
        self.profilers: list[list[Any]] = []

    def new_profiler(self, ctx: SparkContext) -> Profiler:
        """Make a profiler.

        Parameters
        ----------
        ctx : SparkContext

        Returns
        -------
        Profiler
        """
        return self.profiler_cls(ctx)

    def new_udf_profiler(self, ctx: SparkContext) -> Profiler:
        """Refuse: SQL functions are profiled by it.

        Parameters
        ----------
        ctx : SparkContext
        """
        raise NotImplementedError(f"{ctx}: SQL is not in Firesteel yet, so it has no functions to profile")

    def new_memory_profiler(self, ctx: SparkContext) -> Profiler:
        """Refuse: SQL functions are profiled by it.

        Parameters
        ----------
        ctx : SparkContext
        """
        raise NotImplementedError(f"{ctx}: SQL is not in Firesteel yet, so it has no functions to profile")

    def add_profiler(self, id: int, profiler: Profiler) -> None:  # noqa: A002
        """Add the profiler of an RDD; at the interpreter's end its profile is shown or dumped.

        Parameters
        ----------
        id : int
            The RDD's number.
        profiler : Profiler
        """
        if not self.profilers:
            if self.profile_dump_path:
                atexit.register(self.dump_profiles, self.profile_dump_path)
            else:
                atexit.register(self.show_profiles)
        self.profilers.append([id, profiler, False])

    def dump_profiles(self, path: str) -> None:
        """Write all profiles to files.

        Parameters
        ----------
        path : str
            The directory; made when missing.
        """
        for number, profiler, _ in self.profilers:
            profiler.dump(number, path)
        self.profilers = []

    def show_profiles(self) -> None:
        """Print the profiles that were not shown before."""
        for row in self.profilers:
            number, profiler, shown = row
            if not shown and profiler:
                profiler.show(number)
                row[2] = True


class Profiler:
    """The base class of profilers: subclass it, or `BasicProfiler`, and pass the class as ``profiler_cls``.

    Parameters
    ----------
    ctx : SparkContext

    Examples
    --------
    >>> Profiler(sc).stats()
    Traceback (most recent call last):
        ...
    NotImplementedError: Profiler must define stats()
    """

    def __init__(self, ctx: SparkContext) -> None:
        pass

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function under the profiler, and return its result. A task may call this several times."""
        raise NotImplementedError(f"{type(self).__name__} must define profile(func)")

    def stats(self) -> Any:
        """Return the figures so far."""
        raise NotImplementedError(f"{type(self).__name__} must define stats()")

    def show(self, id: int) -> None:  # noqa: A002
        """Print the figures of an RDD.

        Parameters
        ----------
        id : int
            The RDD's number.
        """
        stats = self.stats()
        if stats:
            print("=" * 60)
            print(f"Profile of RDD<id={id}>")
            print("=" * 60)
            stats.sort_stats("time", "cumulative").print_stats()

    def dump(self, id: int, path: str) -> None:  # noqa: A002
        """Write the figures of an RDD to a file ``rdd_<id>.pstats``.

        Parameters
        ----------
        id : int
            The RDD's number.
        path : str
            The directory; made when missing.
        """
        os.makedirs(path, exist_ok=True)
        stats = self.stats()
        if stats:
            stats.dump_stats(os.path.join(path, f"rdd_{id}.pstats"))


class PStatsParam(AccumulatorParam["pstats.Stats | None"]):
    """Adds figures of cProfile.

    Examples
    --------
    >>> PStatsParam.zero(None) is None
    True
    """

    @staticmethod
    def zero(value: pstats.Stats | None) -> None:
        """Return nothing: no figures yet.

        Parameters
        ----------
        value : pstats.Stats or None
        """

    @staticmethod
    def addInPlace(value1: pstats.Stats | None, value2: pstats.Stats | None) -> pstats.Stats | None:
        """Add the second figures to the first.

        Parameters
        ----------
        value1, value2 : pstats.Stats or None

        Returns
        -------
        pstats.Stats or None
        """
        if value1 is None:
            return value2
        if value2 is not None:
            value1.add(value2)
        return value1


class BasicProfiler(Profiler):
    """Profiles with cProfile.

    Parameters
    ----------
    ctx : SparkContext

    Examples
    --------
    >>> profiler = BasicProfiler(sc)
    >>> profiler.profile(sum, [1, 2, 3])
    6
    >>> profiler.stats().total_calls > 0
    True
    """

    def __init__(self, ctx: SparkContext) -> None:
        super().__init__(ctx)
        self._accumulator: Accumulator[pstats.Stats | None] = ctx.accumulator(None, PStatsParam())

    def profile(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function under cProfile, and add its figures to the accumulator.

        Parameters
        ----------
        func : callable
        *args, **kwargs
            Its arguments.

        Returns
        -------
        object
            Its result.
        """
        profile = cProfile.Profile()
        try:
            return profile.runcall(func, *args, **kwargs)
        finally:
            stats = pstats.Stats(profile)
            stats.stream = None  # type: ignore[attr-defined]  # a stream cannot be pickled
            stats.strip_dirs()
            self._accumulator.add(stats)

    def stats(self) -> pstats.Stats | None:
        """Return the figures so far.

        Returns
        -------
        pstats.Stats or None
            None before a job has ended.
        """
        found = self._accumulator.value
        if found is not None:
            import sys

            found.stream = sys.stdout  # type: ignore[attr-defined]  # where it prints
        return found
