"""Spark's Connect server as the driver starts it: a process, frames on its standard streams, answers."""

from __future__ import annotations

import glob
import importlib.util
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

MAIN_CLASS = "dev.firesteel.sql.ConnectServer"
JAR = str(Path(__file__).parents[2] / "python" / "firesteel" / "_jars" / "sql" / "firesteel-sql.jar")
TOKEN = "sesame"
CONF = {
    "spark.app.name": "tests",
    "spark.connect.authenticate.token": TOKEN,
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.master": "local[2]",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}
# Packages of java.base that Spark looks into.
_OPENED = (
    *("java.io", "java.lang", "java.lang.invoke", "java.lang.reflect", "java.net", "java.nio", "java.util"),
    *("java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref", "sun.nio.ch", "sun.nio.cs"),
    *("sun.security.action", "sun.util.calendar"),
)


def spark_jars() -> str | None:
    """Find the jars of the pyspark that is installed for this interpreter, if one is."""
    spec = importlib.util.find_spec("pyspark")
    for folder in (spec and spec.submodule_search_locations) or ():
        jars = os.path.join(folder, "jars")
        if glob.glob(os.path.join(glob.escape(jars), "spark-connect_*.jar")):
            return jars
    return None


def write_frame(stream: BinaryIO, *texts: str) -> None:
    encoded = [text.encode() for text in texts]
    stream.write(
        struct.pack(">i", len(encoded)) + b"".join(struct.pack(">i", len(text)) + text for text in encoded)
    )
    stream.flush()


def read_frame(stream: BinaryIO) -> list[str] | None:
    head = stream.read(4)
    if not head:
        return None
    texts = []
    for _ in range(struct.unpack(">i", head)[0]):
        (length,) = struct.unpack(">i", stream.read(4))
        texts.append(stream.read(length).decode())
    return texts


class SqlServer:
    """One server. ``answer`` gives the paths of a source, or raises ``LookupError`` to refuse it."""

    def __init__(
        self, directory: str, answer: Callable[[str], list[str]], conf: Mapping[str, str] = CONF
    ) -> None:
        self.asked: list[str] = []
        self._answer = answer
        self._lock = threading.Lock()
        jars = spark_jars()
        assert jars is not None
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+DisplayVMOutputToStderr"]
        command += [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED]
        command += ["-Dio.netty.tryReflectionSetAccessible=true", f"-Djava.io.tmpdir={directory}"]
        command += ["-cp", os.pathsep.join([JAR, os.path.join(jars, "*")]), MAIN_CLASS]
        environment = {
            **os.environ,
            "PYSPARK_PYTHON": sys.executable,  # runs UDFs, with the pyspark that is
            "SPARK_HOME": os.path.dirname(jars),  # here
            "SPARK_LOCAL_DIRS": directory,
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=directory, env=environment
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        write_frame(self.stdin, "conf", *(text for pair in conf.items() for text in pair))
        self.hello = read_frame(self.stdout)
        threading.Thread(target=self._serve, name="answers", daemon=True).start()

    def _serve(self) -> None:
        while (frame := read_frame(self.stdout)) is not None:
            threading.Thread(target=self._reply, args=frame, daemon=True).start()

    def _reply(self, verb: str, request: str, source: str) -> None:
        assert verb == "open"
        self.asked.append(source)
        try:
            reply = ["opened", request, *self._answer(source)]
        except LookupError as error:
            reply = ["refused", request, str(error)]
        with self._lock:
            write_frame(self.stdin, *reply)

    def address(self, token: str = TOKEN) -> str:
        assert self.hello is not None
        assert self.hello[0] == "ready", self.hello
        return f"sc://localhost:{self.hello[1]}/;token={token}"

    def end(self, patience_s: float = 30) -> int:
        """Let go of the server, as a driver that ends does, and give its exit status."""
        if not self.stdin.closed:
            self.stdin.close()
        status = self.process.wait(patience_s)
        self.stdout.close()
        return status
