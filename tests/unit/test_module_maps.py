"""Every package's docstring says what each of its modules is for, and names none that is not there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import firesteel

ROOT = Path(firesteel.__file__).parent
# The modules below the overlay have PySpark's names and nothing of their own to explain.
PACKAGES = sorted(
    path.parent for path in ROOT.rglob("__init__.py") if "_overlay" not in path.relative_to(ROOT).parts
)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT.parent)))
def test_the_map_is_complete(package: Path) -> None:
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    mapped = re.findall(r"^`(\w+)` +\S", docstring, re.MULTILINE)
    modules = [path.stem for path in package.glob("*.py") if path.stem != "__init__"]
    packages = [path.parent.name for path in package.glob("*/__init__.py")]
    assert sorted(mapped) == sorted(modules + packages)
