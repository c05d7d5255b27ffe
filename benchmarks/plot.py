"""A plot of the results: a bar for each workload, times faster than PySpark, and marks for other peers."""

from __future__ import annotations

import math
from html import escape

from summary import MEAN_AIMS, Row
from workloads import DATA, LATENCY, QUERY

LEFT, WIDTH, HEIGHT, TOP = 230, 560, 18, 56
LEAST, MOST = 0.25, 256.0
COLOURS = {LATENCY: "#8a6fc4", DATA: "#3f7fb5", QUERY: "#4f9a5b"}
MARKS = {"dask": "#d9822b", "by-hand": "#222222"}
TITLES = {
    LATENCY: "latency, than PySpark",
    DATA: "data, than PySpark",
    QUERY: "SQL, than PySpark",
    "dask": "than Dask",
    "by-hand": "than by hand",
}


def svg(measured: list[Row]) -> str:
    """Return the plot, on a scale of logarithms."""
    shown = sorted(
        (row for row in measured if "pyspark" in row.faster),
        key=lambda row: (row.workload.kind, row.faster["pyspark"].median),
    )
    height = TOP + HEIGHT * len(shown) + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {height}" '
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
        *_legend(),
        *_grid(height - 10),
    ]
    for at, row in enumerate(shown):
        parts += _bar(row, TOP + HEIGHT * at)
    return "\n".join([*parts, "</svg>", ""])


def _x(ratio: float) -> float:
    """Return where a ratio is from left to right."""
    inside = min(max(ratio, LEAST), MOST)
    return LEFT + WIDTH * (math.log(inside) - math.log(LEAST)) / (math.log(MOST) - math.log(LEAST))


def _legend() -> list[str]:
    parts = ['<text x="10" y="16" font-size="13">How many times faster Firesteel is</text>']
    for at, (name, colour) in enumerate({**COLOURS, **MARKS}.items()):
        x = LEFT + 20 + 150 * at
        parts.append(f'<rect x="{x}" y="7" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 14}" y="16">{TITLES[name]}</text>')
    return parts


def _grid(bottom: int) -> list[str]:
    parts = []
    for ratio in (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256):
        stroke = "#444444" if ratio == 1 else "#dddddd"
        parts.append(f'<path d="M{_x(ratio):.1f} {TOP - 8}V{bottom}" stroke="{stroke}"/>')
        parts.append(f'<text x="{_x(ratio):.1f}" y="{TOP - 14}" text-anchor="middle">{ratio:g}×</text>')
    for kind, aim in MEAN_AIMS.items():
        parts.append(
            f'<line x1="{_x(aim):.1f}" y1="{TOP - 8}" x2="{_x(aim):.1f}" y2="{bottom}" '
            f'stroke="{COLOURS[kind]}" stroke-dasharray="4 3"/>'
        )
    return parts


def _bar(row: Row, y: int) -> list[str]:
    title = escape(row.workload.title.replace("`", ""))
    ratio = row.faster["pyspark"]
    begin, end = sorted((_x(1), _x(ratio.median)))
    middle = y + HEIGHT / 2 - 1
    parts = [
        f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{title}</text>',
        f'<rect x="{begin:.1f}" y="{y + 2}" width="{max(end - begin, 1):.1f}" height="{HEIGHT - 6}" '
        f'fill="{COLOURS[row.workload.kind]}"/>',
        f'<path d="M{_x(ratio.least):.1f} {middle}H{_x(ratio.most):.1f}" stroke="#000000"/>',
        f'<text x="{LEFT + WIDTH + 50}" y="{y + 12}" text-anchor="end">{ratio.median:.1f}</text>',
    ]
    parts += [
        f'<circle cx="{_x(row.faster[peer].median):.1f}" cy="{middle}" r="3" fill="{colour}" stroke="white"/>'
        for peer, colour in MARKS.items()
        if peer in row.faster
    ]
    return parts
