"""The interactive shell, ``bin/pyspark`` and ``firesteel``: a SparkContext, in IPython or Python's console.

Ctrl-C cancels the job that runs and keeps the shell, Ctrl-D ends it and everything it started.
"""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from firesteel._config import submitted
from firesteel._config.options import UsageError, describe, parse
from firesteel._launch import enabling, frontend, interpreter
from firesteel._launch.submit import own_arguments, prepare, refuse, version_text

if TYPE_CHECKING:
    from firesteel.context import SparkContext

_USAGE = """usage: pyspark [options]
       firesteel [options] | enable | disable

Opens a Python shell with a SparkContext, sc. "firesteel enable" makes "import pyspark" mean Firesteel in the
environment whose command it is, without a launcher; "firesteel disable" undoes that.

"""


def main(arguments: Sequence[str] | None = None, *, settled: bool = False) -> None:
    """Start a context and the console; returns when the user has left it."""
    given = own_arguments() if arguments is None else list(arguments)
    try:
        if arguments is None and given[:1] in (["enable"], ["disable"]):  # the command firesteel
            enabling.run(given[0], given[1:])
            return
        line = parse(given)
        if line.help or line.version:
            print(_USAGE + describe() if line.help else version_text())
            return
        if line.script is not None:
            raise UsageError(f"the shell runs no program; for that: spark-submit {line.script}")
        submitted.require_directory()
        conf = submitted.assemble(line)
        conf.setdefault("spark.master", "local[*]")
        conf.setdefault("spark.app.name", "PySparkShell")
        if program := frontend.wanted():
            raise SystemExit(frontend.run(program, conf))
        interpreter.settle("shell", conf, given, settled)
        prepare(line, conf, first="")
    except UsageError as problem:
        refuse("pyspark", problem)
    from firesteel import SparkConf, SparkContext

    sys.argv[:] = [""]
    sys.excepthook = sys.__excepthook__  # from here on, what ends it is the user's
    from firesteel.sql import SparkSession

    if conf.get("spark.remote"):
        with SparkSession.builder.getOrCreate() as spark:
            _interact({"spark": spark}, _remote_banner(conf["spark.remote"]))
        return
    with SparkContext() as sc:
        names = {"sc": sc, "spark": SparkSession(sc), "SparkContext": SparkContext, "SparkConf": SparkConf}
        _interact(names, banner(sc))


def banner(sc: SparkContext) -> str:
    """Return the banner of the shell."""
    return (
        f"Firesteel {sc.version}, Python {sys.version.split()[0]}, "
        f"master {sc.master}, application {sc.applicationId}.\n"
        "sc is the SparkContext, spark the SparkSession. Ctrl-C cancels the job that runs, Ctrl-D ends."
    )


def _remote_banner(address: str) -> str:
    return (
        f"Firesteel, Python {sys.version.split()[0]}, a session of {address}.\n"
        "spark is the SparkSession; there are no RDDs. Ctrl-C cancels the query that runs, Ctrl-D ends."
    )


def _interact(names: dict[str, Any], greeting: str) -> None:
    """Run IPython, or the console of the standard library."""
    if _has_ipython():
        _ipython(names, greeting)
    else:
        _console(names, greeting)


def _has_ipython() -> bool:
    try:
        import IPython.terminal.interactiveshell  # noqa: F401
        import traitlets.config  # noqa: F401
    except ImportError:
        return False
    return True


def _ipython(names: dict[str, Any], greeting: str) -> None:
    import IPython.terminal.interactiveshell
    from traitlets.config import Config

    config = Config()
    config.TerminalInteractiveShell.banner1 = greeting + "\n"
    config.TerminalInteractiveShell.confirm_exit = False
    config.HistoryManager.enabled = sys.stdin.isatty()
    config.InteractiveShellApp.extensions = ["firesteel._driver.tracebacks"]
    if hasattr(IPython.terminal.interactiveshell.TerminalInteractiveShell, "enable_tip"):  # IPython 9
        config.TerminalInteractiveShell.enable_tip = False
    IPython.start_ipython(argv=[], user_ns=names, config=config)  # runs $PYTHONSTARTUP itself


def _console(names: dict[str, Any], greeting: str) -> None:
    import code
    import codeop

    from firesteel._driver.tracebacks import show

    def show_typed(
        kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
    ) -> None:
        while trace is not None and trace.tb_frame.f_code.co_filename in console:
            trace = trace.tb_next
        show(kind, error, trace)

    console = (code.__file__, codeop.__file__)  # whose frames Python before 3.13 gives to this hook
    sys.excepthook = show_typed

    module = types.ModuleType(
        "__main__"
    )  # functions defined at the prompt belong to it, as in any Python shell
    module.__dict__["__builtins__"] = __builtins__
    module.__dict__.update(names)
    sys.modules["__main__"] = module
    if sys.stdin.isatty():
        _complete_and_remember(module.__dict__)
    startup = os.environ.get("PYTHONSTARTUP")
    if startup and os.path.isfile(startup):
        with open(startup, "rb") as file:
            source = file.read()
        try:
            exec(compile(source, startup, "exec"), module.__dict__)
        except Exception:  # as Python's own shell does: shown, and the shell goes on
            sys.excepthook(*sys.exc_info())
    try:
        code.interact(banner=greeting, local=module.__dict__, exitmsg="")
    except SystemExit as ending:
        if ending.code not in (None, 0):
            raise


def _complete_and_remember(names: dict[str, Any]) -> None:
    """Set up Tab completion and a persistent history for the console."""
    try:
        import readline
        import rlcompleter
    except ImportError:  # a Python built without it
        return
    import atexit

    readline.set_completer(rlcompleter.Completer(names).complete)
    readline.parse_and_bind("tab: complete")
    history = os.path.join(os.path.expanduser("~"), ".python_history")
    if os.path.isfile(history) and os.access(history, os.R_OK | os.W_OK):
        readline.read_history_file(history)
        atexit.register(readline.append_history_file, 1000, history)


if __name__ == "__main__":
    main()
