"""The results as text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from summary import MEAN_AIMS, US, Measurements, Row, mean, rows
from workloads import Workload


def names(workloads: Iterable[Workload]) -> str:
    """Return the workloads, one a line."""
    return "\n".join(f"{each.name:<14}{each.kind:<9}{each.title.replace('`', '')}" for each in workloads)


def tables(found: Measurements) -> str:
    """Return times, ratios and memory of each workload, and the means."""
    measured = rows(found)
    others = [peer for peer in found.peers if peer != US]
    head = f"{'workload':<14}" + "".join(f"{peer + ', s':>14}" for peer in found.peers)
    head += "".join(f"{'of ' + peer:>22}" for peer in others)
    head += "".join(f"{peer + ', MB':>15}" for peer in found.peers if found.bytes) + "  missed"
    lines = [head, *(_line(row, found, others) for row in measured), ""]
    for kind, aim in MEAN_AIMS.items():
        means = {peer: mean(measured, kind, peer) for peer in others}
        told = ", ".join(f"{value:.2f}× {peer}" for peer, value in means.items() if value is not None)
        lines.append(f"geometric mean of {kind}: {told or 'nothing measured'} (aim: {aim:g}× pyspark)")
    return "\n".join(lines)


def _line(row: Row, found: Measurements, others: list[str]) -> str:
    line = f"{row.workload.name:<14}"
    line += "".join(f"{_or_dash(row.median.get(peer), '.4f'):>14}" for peer in found.peers)
    line += "".join(f"{row.faster.get(peer, '-')!s:>22}" for peer in others)
    if found.bytes:
        megabytes = {peer: peak / 1e6 for peer, peak in row.bytes.items()}
        line += "".join(f"{_or_dash(megabytes.get(peer), '.0f'):>15}" for peer in found.peers)
    return line + "  " + "; ".join(row.missed)


def _or_dash(number: float | None, form: str) -> str:
    return "-" if number is None else format(number, form)
