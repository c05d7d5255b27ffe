"""Spark's Connect server as the driver starts it, with answers of a test's own to what it asks."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence

from firesteel.sql._installed import require_jars
from firesteel.sql._server import Server

CONF = {
    "spark.app.name": "tests",
    "spark.master": "local[2]",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


class SqlServer(Server):
    """One server. ``answer`` gives the paths of a source, or raises ``LookupError`` to refuse it."""

    def __init__(
        self, directory: str, answer: Callable[[str], list[str]], conf: Mapping[str, str] = CONF
    ) -> None:
        self.asked: list[str] = []
        self.answer = answer
        super().__init__(require_jars(), dict(conf), directory, 1 << 30, self._noted, lambda _: None)

    def _noted(self, source: str, _: str) -> Sequence[str]:
        self.asked.append(source)
        return self.answer(source)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process."""
        return self._process

    def end(self) -> int:
        """Let go of the server, as a driver that ends does, and give its exit status."""
        self.stop(30)
        return self._process.returncode
