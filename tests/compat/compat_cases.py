"""Reads the examples in PySpark's docstrings, without importing it, and the list of known differences."""

from __future__ import annotations

import ast
import doctest
import os
from collections.abc import Iterator
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))

MODULES = (
    "core/rdd",
    "core/context",
    "core/broadcast",
    "core/files",
    "core/status",
    "accumulators",
    "taskcontext",
    "conf",
    "statcounter",
    "serializers",
    "shuffle",
    "util",
    "storagelevel",
    "resultiterable",
    "profiler",
    "rddsampler",
    "join",
    "resource/profile",
    "resource/requests",
    "resource/information",
)
"""The modules of the RDD layer, as paths below the package."""

_KINDS = ("Hadoop", "SQL", "JVM-internal", "other")


@dataclass(frozen=True)
class Case:
    """One docstring with examples."""

    name: str
    text: str
    line: int

    def examples(self) -> list[doctest.Example]:
        """Return the examples that are to be run."""
        parsed = doctest.DocTestParser().get_examples(self.text, self.name)
        return [each for each in parsed if not each.options.get(doctest.SKIP)]


def cases(sources: str, module: str) -> list[Case]:
    """Return the docstrings with examples of a module, in its order."""
    with open(os.path.join(sources, f"{module}.py"), encoding="utf-8") as file:
        tree = ast.parse(file.read())
    return [case for case in _docstrings(tree, module.rpartition("/")[2]) if case.examples()]


def imports(sources: str, module: str) -> list[str]:
    """Return the import statements at the top of a module, one name each."""
    with open(os.path.join(sources, f"{module}.py"), encoding="utf-8") as file:
        tree = ast.parse(file.read())
    found = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            found += [ast.unparse(ast.Import([name])) for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            found += [ast.unparse(ast.ImportFrom(node.module, [name], node.level)) for name in node.names]
    return found


def _docstrings(node: ast.AST, name: str) -> Iterator[Case]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    if isinstance(node, documented):
        text = ast.get_docstring(node, clean=False)
        if text:
            yield Case(name, text, getattr(node, "lineno", 0))
    prefix = f"{name}." if isinstance(node, ast.ClassDef) else ""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if isinstance(node, (ast.Module, ast.ClassDef)):
                yield from _docstrings(child, f"{prefix}{child.name}")
        elif isinstance(child, (ast.If, ast.Try)) and isinstance(node, (ast.Module, ast.ClassDef)):
            yield from _docstrings(child, name)


@dataclass(frozen=True)
class Difference:
    """A line of known-differences.md."""

    place: str
    name: str
    examples: frozenset[int] | None
    kind: str
    reason: str

    def covers(self, name: str, example: int) -> bool:
        """Say whether an example of a docstring (the first is 1) is listed."""
        return self.name == name and (self.examples is None or example in self.examples)


def _numbers(text: str) -> frozenset[int]:
    """Read ``3, 5-7``."""
    ranges = (each.split("-") for each in text.split(","))
    return frozenset(number for each in ranges for number in range(int(each[0]), int(each[-1]) + 1))


def differences(section: str) -> list[Difference]:
    """Read the rows below a heading of the list of known differences."""
    with open(os.path.join(HERE, "known-differences.md"), encoding="utf-8") as file:
        text = file.read()
    body = text.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    found = []
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 5 or cells[0] == "module" or set(cells[0]) <= {"-"}:
            continue
        place, name, examples, kind, reason = cells
        if kind not in _KINDS or not reason:
            raise ValueError(f"known-differences.md: {name}: the kind must be one of {_KINDS}, with a reason")
        numbers = None if examples == "all" else _numbers(examples)
        found.append(Difference(place.strip("`"), name.strip("`"), numbers, kind, reason))
    return found
