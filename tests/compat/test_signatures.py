"""Our classes have the names and parameters of PySpark's."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from compat_cases import Difference, differences
from compat_peer import HERE, ROOT, Installed


def _dump() -> Any:
    spec = importlib.util.spec_from_file_location("dump_signatures", os.path.join(HERE, "dump_signatures.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_dumping = _dump()
PLACES = [
    f"{place}.{name}"
    for places in (_dumping.CLASSES, _dumping.FUNCTIONS)
    for place, names in places.items()
    for name in names.split()
]


@pytest.fixture(scope="module")
def theirs(peer: Installed) -> dict[str, Any]:
    return peer.signatures()


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    package = os.path.join(ROOT, "python")
    path = os.pathsep.join([os.path.join(package, "firesteel", "_overlay"), package])
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, "without_pyspark.py"), os.path.join(HERE, "dump_signatures.py")],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        check=True,
        timeout=100,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("place", PLACES)
def test_names_and_parameters(place: str, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    listed = [each for each in differences("Signatures") if each.place == place]
    found = dict(_differences(theirs[place], ours[place]))
    unexpected = [f"{name or place}: {text}" for name, text in found.items() if not _is_listed(name, listed)]
    stale = [f"{each.name} is the same: take it off the list" for each in listed if each.name not in found]
    assert not unexpected + stale, "\n".join([place, *unexpected, *stale])


def _is_listed(name: str, listed: list[Difference]) -> bool:
    return any(each.name == name for each in listed)


def _differences(theirs: Any, ours: Any) -> Any:
    assert theirs is not None, "the installed PySpark has no such name"
    if ours is None:
        yield "", "missing"
    elif isinstance(theirs, list):
        if theirs != ours:
            yield "", f"takes {_show(ours)}, and PySpark's {_show(theirs)}"
    else:
        for name, member in theirs.items():
            mine = ours.get(name)
            if mine is None:
                yield name, "missing"
            elif mine != member:
                yield (
                    name,
                    (
                        f"is a {mine['is']}, takes {_show(mine['takes'])}; "
                        f"PySpark's is a {member['is']}, takes {_show(member['takes'])}"
                    ),
                )


def _show(parameters: list[list[Any]] | None) -> str:
    if parameters is None:
        return "nothing"
    shown = [name if default is None else f"{name}={default}" for name, _, default in parameters]
    return f"({', '.join(shown)})"


def test_the_dump_sees_parameters_and_defaults() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        print(json.dumps(_dumping.parameters(lambda a, b=3, *c: None)))
    assert json.loads(printed.getvalue()) == [
        ["a", "POSITIONAL_OR_KEYWORD", None],
        ["b", "POSITIONAL_OR_KEYWORD", "3"],
        ["c", "VAR_POSITIONAL", None],
    ]
