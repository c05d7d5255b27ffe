"""What ``bin/spark-submit`` and ``bin/pyspark`` run: ``python …/firesteel/_launch submit|shell [options]``.

It is started by path and not with ``-m``, so that any interpreter finds this copy of Firesteel, and the
caller's directory does not get onto ``sys.path``.
"""

from __future__ import annotations

import os
import sys
from typing import Any


def _main() -> None:
    sys.excepthook = _without_a_word_when_interrupted
    here = os.path.dirname(os.path.realpath(__file__))
    root = os.path.dirname(os.path.dirname(here))
    own = [os.path.realpath(entry or os.curdir) for entry in sys.path if entry != here]
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) not in (here, root)]
    if os.path.basename(root) in ("site-packages", "dist-packages") and root not in own:
        _import_alone(root)  # another environment's, which has much else that this interpreter must not find
    else:
        sys.path.insert(len(sys.path) if root in own else 0, root)
    verb, arguments = sys.argv[1], sys.argv[2:]
    settled = arguments[:1] == ["--settled"]  # it is this launcher that chose this interpreter
    if verb == "submit":
        from firesteel._launch import submit

        submit.main(arguments[settled:], settled=settled)
    else:
        from firesteel._launch import shell

        shell.main(arguments[settled:], settled=settled)


def _import_alone(root: str) -> None:
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("firesteel", [root])
    assert spec is not None
    assert spec.loader is not None
    sys.modules["firesteel"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


def _without_a_word_when_interrupted(kind: Any, error: Any, trace: Any) -> None:
    """Ctrl-C before the user's code has begun: there is nothing of theirs to show."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


_main()
