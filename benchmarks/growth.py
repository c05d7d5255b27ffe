"""How the cost grows with the work: the same workload at 1, 4 and 16 times a size, its cost per unit."""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import data
from machine import described, machine
from measure import run
from options import Options
from peers import HERE, PEERS, Peer
from workloads import GROWING, WORKLOADS, Given

PATH = os.path.join(HERE, "GROWTH.md")
_ABOUT = """# Growth

Written by `scripts/bench --growth --write`: the same job with more and more to do. The first size says what a
unit costs; the others, what it costs as a multiple of that, where 1 is perfect and {limit:g} the most that is
aimed at. The cases called scant have a tenth of the memory that their most work holds. Their least work may
fit into it, and what is dear is then to go beyond the memory, not to have more to do. The last column tells
these apart: what a unit costs at each size, as a multiple of the same size with enough memory.

{machine}.

"""
LIMIT = 1.2  # the cost of a unit, as a multiple of what it is for the least work


@dataclass(frozen=True)
class Case:
    """A workload that is run with more and more to do."""

    name: str
    workload: str
    unit: str
    units: Callable[[float], float]  # how many at a scale
    scales: tuple[float, ...]
    conf: tuple[tuple[str, str], ...] = ()
    enough: str = ""  # the case that is the same with enough memory


def _sorting(scale: float) -> float:
    return 1e6 * scale * math.log2(1e6 * scale)


_WORDS = Case("words", "words", "MB", lambda scale: 104.9 * scale, (0.25, 1, 4))
_SORT = Case("sort", "sort", "n log n", _sorting, (0.5, 2, 8))
_JOIN = Case("join", "join", "row", lambda scale: 800_000 * scale, (0.25, 1, 4))


def _scant(case: Case, memory: str) -> Case:
    """Return a case in a tenth of the memory that its most work holds."""
    conf = (("spark.python.worker.memory", memory),)
    return replace(case, name=f"{case.name}-scant", conf=conf, enough=case.name)


CASES = (
    _WORDS,
    _SORT,
    _JOIN,
    _scant(_WORDS, "16m"),
    _scant(_SORT, "32m"),
    _scant(_JOIN, "24m"),
    Case("tasks", "tasks-10000", "task", lambda scale: 10_000 * scale, (0.1, 1, 10)),
    Case("steps", "steps", "step", lambda scale: 1000 * scale, (0.0625, 0.25, 1)),
)


def main(wish: Options) -> None:
    """Measure the growth of the cases that are wished, by the peers that are; print it."""
    known = [case.name for case in CASES]
    for name in wish.names:
        if name not in known:
            sys.exit(f"scripts/bench: there is no case {name!r} of growth; there are {', '.join(known)}")
    cases = [case for case in CASES if not wish.names or case.name in wish.names]
    peers = [PEERS[name]() for name in wish.peers]
    found: dict[str, dict[str, list[float]]] = {}
    for case in cases:
        for peer in peers:
            per_unit = [measure(case, peer, wish, scale * wish.scale) for scale in case.scales]
            found.setdefault(case.name, {})[peer.name] = per_unit
    print(json.dumps(found) if wish.json else table(cases, found))
    if wish.write:
        with open(PATH, "w", encoding="utf-8") as file:
            file.write(page(cases, found, machine(peers)))


def measure(case: Case, peer: Peer, wish: Options, scale: float) -> float:
    """Return the seconds that a unit costs, the median of some runs."""
    workload = next(each for each in (*WORKLOADS, *GROWING) if each.name == case.workload)
    given = Given(corpus=data.corpus(scale) if workload.text else "", scale=scale)
    conf = {**peer.conf, **dict(case.conf)}
    times = []
    for number in range(wish.runs):
        times.append(run(replace(peer, conf=conf), [workload], given).seconds[workload.name])
        print(f"{case.name} × {scale:g}, {peer.name}, run {number + 1}: {times[-1]:.3f} s", file=sys.stderr)
    return statistics.median(times) / case.units(scale)


def table(cases: list[Case], found: dict[str, dict[str, list[float]]]) -> str:
    """Return the growth as text: what a unit costs for the least work, and multiples of it for more."""
    return "\n".join("  ".join(f"{cell:<14}" for cell in row) for row in _rows(cases, found))


def page(cases: list[Case], found: dict[str, dict[str, list[float]]], where: dict[str, str]) -> str:
    """Return the growth as a page."""
    head, *rest = _rows(cases, found)
    lines = [head, ["---"] * len(head), *rest]
    return _ABOUT.format(limit=LIMIT, machine=described(where)) + "".join(
        f"| {' | '.join(line)} |\n" for line in lines
    )


def _rows(cases: list[Case], found: dict[str, dict[str, list[float]]]) -> list[list[str]]:
    rows = [["case", "peer", "unit", "least work", "more", "most", "", "to enough memory"]]
    for case in cases:
        for peer, costs in found[case.name].items():
            grown = [cost / costs[0] for cost in costs[1:]]
            over = "grows more" if max(grown) > LIMIT else ""
            told = [f"{multiple:.2f}" for multiple in grown]
            enough = found.get(case.enough, {}).get(peer, [])
            pairs = zip(costs, enough, strict=True) if enough else ()
            spilled = ", ".join(f"{cost / least:.2f}" for cost, least in pairs)
            rows.append([case.name, peer, case.unit, f"{costs[0] * 1e6:.3g} µs", *told, over, spilled])
    return rows
