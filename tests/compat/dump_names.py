"""Prints, as JSON, the names that the modules of the RDD layer define, whether in ``__all__`` or not.

Run by the interpreter whose ``pyspark`` is wanted: the installed PySpark's, or ours with the overlay.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
from typing import Any

MODULES = (
    "pyspark",
    "pyspark.accumulators",
    "pyspark.conf",
    "pyspark.core.broadcast",
    "pyspark.core.context",
    "pyspark.core.files",
    "pyspark.core.rdd",
    "pyspark.core.status",
    "pyspark.daemon",
    "pyspark.find_spark_home",
    "pyspark.java_gateway",
    "pyspark.join",
    "pyspark.logger.logger",
    "pyspark.loose_version",
    "pyspark.profiler",
    "pyspark.rddsampler",
    "pyspark.resource.information",
    "pyspark.resource.profile",
    "pyspark.resource.requests",
    "pyspark.resultiterable",
    "pyspark.serializers",
    "pyspark.shuffle",
    "pyspark.statcounter",
    "pyspark.storagelevel",
    "pyspark.taskcontext",
    "pyspark.testing.utils",
    "pyspark.traceback_utils",
    "pyspark.util",
    "pyspark.worker",
    "pyspark.worker_util",
)


def defined(module: str) -> list[str]:
    """Return the public names that a module's source assigns, defines or, at the top, imports for others."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names.update(target.id for target in targets if isinstance(target, ast.Name))
    if module == "pyspark":
        package = vars(importlib.import_module(module))
        names.update(name for name, value in package.items() if _own(value) and name[0].isalpha())
    return sorted(name for name in names if not name.startswith("_") and len(name) > 2)


def _own(value: Any) -> bool:
    return getattr(value, "__module__", getattr(value, "__name__", "")).startswith("pyspark")


def _has(module: Any, name: str) -> bool:
    try:
        return hasattr(module, name)
    except ImportError:  # it is of SQL, and says so
        return False


def main() -> None:
    """Print what each module defines, or of ours which of the names that standard input lists are there."""
    import sys

    wanted: dict[str, list[str]] | None = json.load(sys.stdin) if "--present" in sys.argv else None
    found: dict[str, Any] = {}
    for module in MODULES:
        if wanted is None:
            found[module] = defined(module)
            continue
        home = module.removesuffix(".logger") if module.endswith("logger.logger") else module
        try:
            there: Any = importlib.import_module(home)
        except ImportError:
            there = None
        found[module] = [name for name in wanted[module] if _has(there, name)]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
