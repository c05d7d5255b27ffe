"""``spark-submit`` and ``firesteel-submit``: run a Python program, as ``python program.py`` would.

The program is ``__main__``, sees its own ``sys.argv``, imports from its own directory first and gets the
overlay for ``import pyspark``. Its exit status is the launcher's, and its tracebacks show no frame of the
launcher.
"""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Sequence
from typing import NoReturn

from firesteel._config import submitted
from firesteel._config.options import CommandLine, UsageError, describe, parse
from firesteel._launch import interpreter
from firesteel._launch.pyfiles import import_path

_USAGE = """usage: spark-submit [options] program.py [arguments of the program]

Runs a Python program that uses firesteel, or pyspark unchanged, on this machine.

"""


def main(arguments: Sequence[str] | None = None, *, settled: bool = False, attached: bool = False) -> None:
    """Run the program that the command line names; returns when its code has been executed.

    ``attached`` says that a Java program runs it, whose master and name are the program's too.
    """
    given = own_arguments() if arguments is None else list(arguments)
    try:
        line = parse(given)
        if line.help or line.version:
            print(_USAGE + describe() if line.help else version_text())
            return
        if line.script is None:
            raise UsageError("no program was given: spark-submit [options] program.py. See --help.")
        if not attached:
            submitted.require_directory()
        code = _read(line.script)
        conf = submitted.assemble(line)
        interpreter.settle("submit", conf, given, settled)
        if not attached:
            conf.setdefault("spark.master", "local[*]")
            conf.setdefault("spark.app.name", os.path.basename(line.script))
        prepare(line, conf, first=os.path.dirname(os.path.realpath(line.script)))
    except UsageError as problem:
        refuse("spark-submit", problem)
    _become(line, code)


def own_arguments() -> list[str]:
    """Return the arguments of a console script, and take the directory of such scripts off ``sys.path``."""
    if sys.path[:1] == [os.path.dirname(os.path.realpath(sys.argv[0]))]:
        del sys.path[0]
    return sys.argv[1:]


def version_text() -> str:
    """Return what ``--version`` prints."""
    import platform

    import firesteel

    return f"firesteel {firesteel.__version__}, Python {platform.python_version()}"


def refuse(program: str, problem: UsageError) -> NoReturn:
    """Print the error of the command line, and end with status 2."""
    print(f"{program}: {problem}", file=sys.stderr)
    raise SystemExit(2)


def prepare(line: CommandLine, conf: dict[str, str], first: str) -> None:
    """Set up the module path and the configuration for the user's code."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    modules = import_path(conf.get("spark.submit.pyFiles", ""))
    sys.path[:0] = [first, *modules, os.path.join(package, "_overlay")]
    for notice in line.notices:
        print(f"spark-submit: {notice}", file=sys.stderr)
    if line.verbose:
        print("spark-submit: " + " ".join([line.script or "shell", *line.arguments]), file=sys.stderr)
        for key in sorted(conf):
            value = "(not shown)" if _is_secret(key) else conf[key]
            print(f"  {key}={value}", file=sys.stderr)
    import firesteel.conf

    firesteel.conf._submitted.clear()
    firesteel.conf._submitted.update(conf)


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in ("secret", "password", "token", "credential", "access.key"))


def _read(script: str) -> bytes:
    if script.endswith(".jar"):
        raise UsageError(f"{script}: only Python programs can be run.")
    try:
        with open(script, "rb") as file:
            return file.read()
    except OSError as cause:
        raise UsageError(f"cannot read the program {script}: {cause.strerror}.") from cause


def _become(line: CommandLine, source: bytes) -> None:
    """Run the program's source as the module ``__main__``."""
    assert line.script is not None
    path = os.path.abspath(line.script)
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    sys.argv[:] = [line.script, *line.arguments]
    sys.excepthook = _without_launcher
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)


def _without_launcher(
    kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
) -> None:
    """Print an exception that ended the program, from the program's first frame on."""
    own = trace
    while own is not None and own.tb_frame.f_code is not _become.__code__:
        own = own.tb_next
    if own is not None:
        trace = own.tb_next
    from firesteel._driver.tracebacks import show

    show(kind, error.with_traceback(trace), trace)


if __name__ == "__main__":
    main()
