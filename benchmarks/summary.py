"""Measurements, and their summary: medians, ratios, means, missed aims."""

from __future__ import annotations

import math
import statistics
from dataclasses import asdict, dataclass, field
from typing import Any

from workloads import DATA, LATENCY, QUERY, WORKLOADS, Workload

US = "firesteel"
MEAN_AIMS = {LATENCY: 15.0, DATA: 3.0, QUERY: 1.0}
LEAN = ("ready", "first")  # there half of PySpark's memory is aimed at, elsewhere no more than it


@dataclass
class Measurements:
    """Every time and peak of memory that was measured."""

    peers: list[str]
    machine: dict[str, str]
    scale: float = 1.0
    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)  # by workload, by peer
    bytes: dict[str, dict[str, int]] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, told: Any) -> Measurements:
        """Take back what was told.

        Raises
        ------
        ValueError
            It is something else.
        """
        try:
            found = cls(**told)
            times = [time for peers in found.seconds.values() for each in peers.values() for time in each]
            wrong = [time for time in (*times, found.scale) if not isinstance(time, (int, float))]
            unknown = found.seconds.keys() - {each.name for each in WORKLOADS}
        except (TypeError, AttributeError) as failure:
            raise ValueError(str(failure)) from failure
        if wrong or unknown:
            raise ValueError(f"{wrong[0]!r} is no number" if wrong else f"no workload {min(unknown)!r}")
        return found

    def add(self, more: Measurements) -> None:
        """Add what was measured another time; answers are not compared here.

        Parameters
        ----------
        more
            Of the same scale.

        Raises
        ------
        ValueError
            It is of another scale.
        """
        if more.scale != self.scale:
            raise ValueError(
                f"measurements at the scales {self.scale:g} and {more.scale:g} do not go together"
            )
        self.peers += [peer for peer in more.peers if peer not in self.peers]
        for what, value in more.machine.items():
            known = self.machine.setdefault(what, value)
            if what == "load before":
                self.machine[what] = max(known, value, key=float)
            elif value not in known.split(" and "):
                self.machine[what] = f"{known} and {value}"
        for name, times in more.seconds.items():
            for peer, of_peer in times.items():
                self.seconds.setdefault(name, {}).setdefault(peer, []).extend(of_peer)
        for name, peaks in more.bytes.items():
            mine = self.bytes.setdefault(name, {})
            for peer, peak in peaks.items():
                mine[peer] = max(peak, mine.get(peer, 0))
        self.differing += more.differing
        self.failed += more.failed

    def told(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Ratio:
    """How many times faster Firesteel is than a peer: of the medians; the least and the most of the turns."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{_short(self.median)}× ({_short(self.least)}–{_short(self.most)})"


@dataclass(frozen=True)
class Row:
    """One workload's results."""

    workload: Workload
    median: dict[str, float]
    faster: dict[str, Ratio]
    bytes: dict[str, int]
    missed: list[str]


def rows(found: Measurements) -> list[Row]:
    """Return the results of each workload, those that miss an aim first, and of each kind the worst first."""
    measured = [_row(each, found) for each in WORKLOADS if each.name in found.seconds]
    return sorted(measured, key=lambda row: (not row.missed, _worst(row)))


def mean(measured: list[Row], kind: str, peer: str) -> float | None:
    """Return the geometric mean of how many times faster Firesteel is than a peer."""
    ratios = [row.faster[peer].median for row in measured if row.workload.kind == kind and peer in row.faster]
    return math.exp(statistics.fmean(map(math.log, ratios))) if ratios else None


def _worst(row: Row) -> float:
    ratios = [row.faster[peer].median for peer in ("pyspark", "dask") if peer in row.faster]
    return min(ratios, default=math.inf)


def _row(workload: Workload, found: Measurements) -> Row:
    seconds = found.seconds[workload.name]
    median = {peer: statistics.median(times) for peer, times in seconds.items()}
    ours = seconds.get(US, [])
    faster = {
        peer: _ratio(ours, times, median[peer] / median[US])
        for peer, times in seconds.items()
        if peer != US and ours
    }
    peaks = found.bytes.get(workload.name, {})
    return Row(workload, median, faster, peaks, list(_missed(workload, median, faster, peaks)))


def _ratio(ours: list[float], theirs: list[float], of_medians: float) -> Ratio:
    pairs = [their / our for our, their in zip(ours, theirs, strict=False)]  # of the same turn
    return Ratio(of_medians, min(pairs), max(pairs))


def _missed(
    workload: Workload, median: dict[str, float], faster: dict[str, Ratio], peaks: dict[str, int]
) -> Any:
    if US not in median:
        return
    if "pyspark" in faster and faster["pyspark"].median < workload.aim:
        yield f"{workload.aim:g}× PySpark"
    if "dask" in faster and faster["dask"].median < 1:
        yield "ahead of Dask"
    if workload.of_hand and "by-hand" in faster and 1 / faster["by-hand"].median > workload.of_hand:
        yield f"{workload.of_hand:g}× the time by hand"
    if workload.most_s is not None and median[US] > workload.most_s:
        yield f"{workload.most_s:g} s"
    share = 0.5 if workload.name in LEAN else 1.0
    if US in peaks and "pyspark" in peaks and peaks[US] > share * peaks["pyspark"]:
        yield "memory"


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 20 else f"{number:.1f}" if number >= 3 else f"{number:.2f}"
