"""Profiles of a context's tasks (``spark.python.profile``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from firesteel._config import keys as config_keys
from firesteel._driver.session import Session
from firesteel.errors import PySparkRuntimeError

if TYPE_CHECKING:
    from firesteel.conf import SparkConf
    from firesteel.context import SparkContext
    from firesteel.profiler import ProfilerCollector


class Profiles:
    """The part of SparkContext about profiles."""

    _conf: SparkConf
    _driver: Session
    profiler_collector: ProfilerCollector | None = None

    def _start_profiling(self, profiler_cls: Any, udf_profiler_cls: Any, memory_profiler_cls: Any) -> None:
        if not config_keys.PROFILE.flag(self._conf):
            return
        from firesteel.profiler import BasicProfiler, ProfilerCollector

        collector = self.profiler_collector = ProfilerCollector(
            profiler_cls or BasicProfiler,
            udf_profiler_cls,
            memory_profiler_cls,
            config_keys.PROFILE_DUMP.text(self._conf),
        )
        context = cast("SparkContext", self)

        def profiler(number: int) -> Any:
            made = collector.new_profiler(context)
            collector.add_profiler(number, made)
            return made

        self._driver.profile_with(profiler)

    def show_profiles(self) -> None:
        """Print the profiles of the jobs so far.

        Raises
        ------
        PySparkRuntimeError
            When ``spark.python.profile`` is not set.

        Examples
        --------
        >>> sc.show_profiles()
        Traceback (most recent call last):
            ...
        firesteel.errors.PySparkRuntimeError: [NOT_PROFILED] Nothing is profiled. ...
        """
        self._collector().show_profiles()

    def dump_profiles(self, path: str) -> None:
        """Write the profiles of the jobs so far to files, for `pstats`.

        Parameters
        ----------
        path : str
            The directory; made when missing.

        Raises
        ------
        PySparkRuntimeError
            When ``spark.python.profile`` is not set.

        Examples
        --------
        >>> sc.dump_profiles("/tmp/profiles")
        Traceback (most recent call last):
            ...
        firesteel.errors.PySparkRuntimeError: [NOT_PROFILED] Nothing is profiled. ...
        """
        self._collector().dump_profiles(path)

    def _collector(self) -> ProfilerCollector:
        if self.profiler_collector is None:
            raise PySparkRuntimeError(errorClass="NOT_PROFILED", messageParameters={})
        return self.profiler_collector
