"""Functions that are pickled by value keep the place, and the source, that tracebacks and logs show."""

from __future__ import annotations

import linecache
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import cloudpickle
import pytest

from firesteel._data.cloudpickling import dumps

SOURCE = """\
import logging, warnings

def plain(x):
    return 1 // x

def outer(n):
    def inner(x):
        def innermost(y):
            return n // (y - x)
        return innermost(x)
    return inner

def generator(values):
    for value in values:
        yield 1 // value

def comprehension(values):
    return [(lambda y: 1 // y)(value) for value in {v for v in values}]

def decorated(function):
    def wrapper(*arguments):
        return function(*arguments)
    return wrapper

class Thing:
    @property
    def ratio(self):
        return 1 // 0
    @staticmethod
    def fixed(x):
        return 1 // x
    @classmethod
    def of_class(cls, x):
        return (lambda: 1 // x)()
    def method(self, x):
        class Local:
            def deep(self):
                return 1 // x
        return Local().deep()

async def coroutine(x):
    return 1 // x
"""

CASES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "plain": lambda names: names["plain"],
    "lambda": lambda names: eval(compile("lambda x: 1 // x", names["__file__"], "eval"), names),
    "closure in a closure": lambda names: names["outer"](1),
    "generator": lambda names: names["generator"],
    "lambda in a comprehension": lambda names: names["comprehension"],
    "decorated": lambda names: names["decorated"](names["plain"]),
    "method": lambda names: names["Thing"]().method,
    "static method": lambda names: names["Thing"].fixed,
    "class method": lambda names: names["Thing"].of_class,
    "class": lambda names: names["Thing"],
    "coroutine": lambda names: names["coroutine"],
}


def defined(path: str, source: str = SOURCE) -> dict[str, Any]:
    """Run source as a program's ``__main__`` would be run."""
    names: dict[str, Any] = {"__name__": "__main__", "__file__": path}
    exec(compile(source, path, "exec"), names)
    return names


def codes(value: Any) -> Iterator[CodeType]:
    """Yield all code that is reachable from a function, a method or a class."""
    pending, seen = [value], set()
    while pending:
        each = pending.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, CodeType):
            yield each
            pending += each.co_consts
        elif isinstance(each, FunctionType):
            pending += [each.__code__, *(cell.cell_contents for cell in each.__closure__ or ())]
        elif isinstance(each, property):
            pending.append(each.fget)
        elif isinstance(each, type):
            pending += vars(each).values()
        elif hasattr(each, "__func__"):
            pending += [each.__func__, each.__self__] if hasattr(each, "__self__") else [each.__func__]


@pytest.mark.parametrize("case", CASES)
def test_all_code_keeps_its_file(case: str, tmp_path: Path) -> None:
    path = str(tmp_path / "app.py")
    value = CASES[case](defined(path))
    back = pickle.loads(dumps(value))
    found = list(codes(back))
    assert found
    assert {code.co_filename for code in found} == {path}
    assert set(found) == set(codes(value))  # lines included


def test_the_same_code_gives_the_same_bytes() -> None:
    first, second = (defined("app.py")["outer"] for _ in range(2))
    for _ in range(3):
        assert dumps(first) == dumps(second)
        kept = [first.__code__.co_consts for _ in range(5)]  # more references to the constants
    assert kept


def test_functions_of_one_code_share_it() -> None:
    make = defined("app.py")["outer"]
    few, many = len(dumps([make(0)])), len(dumps([make(number) for number in range(100)]))
    assert many < few + 100 * 200
    back = pickle.loads(dumps([make(1), make(2)]))
    assert back[0].__code__ is back[1].__code__


def test_constants_that_marshal_does_not_know(tmp_path: Path) -> None:
    names = defined(str(tmp_path / "app.py"), "def function(x):\n    return x, 'replaced'\n")
    code = names["function"].__code__
    constants = tuple([range(1, 2) if each == "replaced" else each for each in code.co_consts])
    function = FunctionType(code.replace(co_consts=constants), {})
    back = pickle.loads(dumps(function))
    assert back(1) == (1, range(1, 2))
    assert back.__code__.co_filename == code.co_filename


def test_what_the_program_teaches_cloudpickle_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd:
        def __reduce__(self) -> str:
            raise TypeError("not this way")

    odd = Odd()
    monkeypatch.setitem(cloudpickle.Pickler._dispatch_table, Odd, lambda value: (str, ("told",)))
    assert pickle.loads(dumps(odd)) == "told"


IN_A_TASK = """
import inspect, io, linecache, logging, pickle, sys, traceback, warnings
function = pickle.loads(sys.stdin.buffer.read())
handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(filename)s:%(lineno)d %(message)s"))
logging.getLogger().addHandler(handler)
linecache.checkcache()
try:
    function(1)
except ZeroDivisionError:
    print(traceback.format_exc())
print(inspect.getsource(function))
"""
TYPED = """\
def typed(x):
    import logging, warnings
    logging.warning("logged")
    warnings.warn("warned")
    return x // (x - 1)
"""


@pytest.mark.parametrize(
    "name", ["<ipython-input-3-0123456789ab>", "<stdin>", "<console>", "/tmp/ipykernel_1/2.py"]
)
def test_source_that_is_in_no_file_goes_along(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(linecache.cache, name, (len(TYPED), None, TYPED.splitlines(keepends=True), name))
    told = in_another_process(defined(name, TYPED)["typed"])
    assert f'File "{name}", line 5, in typed\n    return x // (x - 1)' in told
    assert f"{os.path.basename(name)}:3 logged" in told
    assert f'{name}:4: UserWarning: warned\n  warnings.warn("warned")' in told
    assert TYPED in told


def test_source_of_files_is_read_where_it_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "app.py"
    path.write_text(TYPED)
    function = defined(str(path), TYPED)["typed"]
    linecache.getlines(str(path))
    assert b"UserWarning" not in dumps(function)
    assert b"return x //" not in dumps(function)
    told = in_another_process(function)
    assert f'File "{path}", line 5, in typed\n    return x // (x - 1)' in told
    assert TYPED in told


def in_another_process(function: Callable[[Any], Any]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", IN_A_TASK],
        input=dumps(function),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout.decode()
