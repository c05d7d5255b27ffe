"""A real Jupyter kernel, and what its cells show."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Notebook:
    """A kernel, and a client that runs cells in it."""

    def __init__(self) -> None:
        from jupyter_client.manager import start_new_kernel

        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._manager, self._client = start_new_kernel(kernel_name="python3", env=environment)

    def cell(self, code: str) -> str:
        """Run a cell; return all that it shows, as text."""
        return self._run(code, "text/plain")

    def html(self, code: str) -> str:
        """Run a cell; return what a browser shows of it."""
        return self._run(code, "text/html")

    def _run(self, code: str, form: str) -> str:
        shown: list[str] = []

        def show(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                shown.append(content["text"])
            elif message["msg_type"] == "error":
                shown.append("\n".join(content["traceback"]))
            elif message["msg_type"] == "execute_result":
                shown.append(content["data"].get(form, ""))

        self._client.execute_interactive(code, output_hook=show, timeout=100)
        return _COLOURS.sub("", "\n".join(shown))

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
