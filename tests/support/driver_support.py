"""A fake engine for the driver's tests: records requests, and runs them in this process with the worker's
own code.

It understands what the contract says and nothing more: each node becomes a plan, shuffles are written when
first read, persisted partitions are computed once. Stored definitions are checked as the real engine would.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
from pathlib import Path
from typing import Any

import msgpack
from plans import file_input, flat

from firesteel._driver.link import Link
from firesteel._driver.progress import ProgressBar
from firesteel._driver.session import Session
from firesteel._worker.frames import Frame
from firesteel._worker.loop import Worker

_SPEC = importlib.util.spec_from_file_location(
    "worker_support", Path(__file__).parents[1] / "unit" / "worker_support.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
_worker_support = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_worker_support)
write_table = _worker_support.write_table

KINDS = ("nodes", "shuffles", "closures", "broadcasts")


class FakeGateway:
    """Stands for the JVM and everything below it."""

    def __init__(self, root: Path, slots: int = 2) -> None:
        directory = root / "disk"
        (directory / "driver").mkdir(parents=True)
        self.root = directory
        self.hello: dict[str, Any] = {
            "ok": True,
            "application": "local-1",
            "start_ms": 1_700_000_000_000,
            "slots": slots,
            "directories": {"disk": [str(directory)], "memory": None},
        }
        self.pid = os.getpid()
        self.worker = Worker("unused", b"")
        self.requests: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.known: dict[str, dict[int, Any]] = {kind: {} for kind in KINDS}
        self.levels: dict[int, Any] = {}
        self.cancelled: list[tuple[int, str]] = []
        self.files: dict[str, str] = {}
        self.tasks = 0
        self.stopped = False
        self.before_job: Any = None
        self._attempts = itertools.count(1)
        self._file_sets: dict[int, list[list[Any]]] = {}
        self._tables: dict[int, str] = {}
        self._blocks: dict[str, list[Any]] = {}
        self._accumulators: list[bytes] = []

    def require_files(self, directory: str) -> None:
        Link.require_files(self, directory)  # type: ignore[arg-type]  # it uses nothing of a link

    def is_foreign(self) -> bool:
        return False

    def require_owner(self) -> None:
        return None

    def drain_output(self) -> None:
        return None

    def stop(self) -> None:
        self.stopped = True
        self.worker._process_state.restore()

    def call(self, method: str, *arguments: Any) -> Any:
        self.calls.append(method)
        arguments = tuple(
            msgpack.unpackb(msgpack.packb(item), strict_map_key=False) if isinstance(item, dict) else item
            for item in arguments
        )
        return getattr(self, method)(*arguments)

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        self._learn(request)
        return {"ok": True}

    def cancelJob(self, job: int, reason: str) -> None:
        self.cancelled.append((job, reason))

    def abandonJob(self, job: int, reason: str) -> None:
        self.cancelled.append((job, reason))

    def describeFiles(self, request: dict[str, Any]) -> dict[str, Any]:
        plans: list[list[Any]] = []
        for given in request["paths"]:
            path = os.path.join(request["directory"], given)
            if not os.path.exists(path):
                message = f"Input path does not exist: file:{path}"
                return {
                    "ok": False,
                    "error": {"condition": "PATH_NOT_FOUND", "message": message, "path": path},
                }
            status = os.stat(path)
            size, mtime = status.st_size, status.st_mtime_ns
            if request["format"] == "wholetext":
                plans.append(file_input("wholetext", path, 0, size, size, mtime))
                continue
            parts = max(1, request["min_partitions"])
            edges = [status.st_size * index // parts for index in range(parts + 1)]
            plans += [file_input("text", path, a, b - a, size, mtime) for a, b in itertools.pairwise(edges)]
        number = len(self._file_sets)
        self._file_sets[number] = plans
        return {"ok": True, "files": number, "partitions": len(plans)}

    def localPath(self, request: dict[str, Any]) -> dict[str, Any]:
        path = request["path"].removeprefix("file://")
        return {"ok": True, "path": os.path.normpath(os.path.join(request["directory"], path))}

    def runJob(self, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        self._learn(request)
        if self.before_job is not None:
            self.before_job(request)
        target = request["target"]
        wanted = request["partitions"]
        if wanted is None:
            wanted = list(range(self._partitions(target)))
        rows = []
        self._accumulators = []
        for partition in wanted:
            name = f"result_{request['job']}_{partition}"
            source = self._plan(target, partition)
            sink, *rest = request["sink"]
            plan = [sink, source]
            if sink == "Result":
                plan += [name]
            elif sink == "SaveText":
                plan += [rest[0], partition, rest[1]]
            done, attempt = self._run(plan, partition, name)
            if "failure" in done:
                failure = {**done["failure"], "stage": 0, "partition": partition, "attempts": 1}
                return {"ok": False, "failure": failure, "accumulators": self._accumulators}
            data = done["result"]
            if sink == "Count":
                rows.append([partition, None, None, 0, done["records"], attempt])
            elif data is None:
                rows.append([partition, None, *done["output"], attempt])
            else:
                rows.append([partition, data, None, len(data), done["records"], attempt])
        return {"ok": True, "results": rows, "accumulators": self._accumulators, "notices": []}

    def _learn(self, request: dict[str, Any]) -> None:
        for kind in KINDS:
            for item in request.get(kind, ()):
                number = item["id"] if isinstance(item, dict) else item[0]
                before = self.known[kind].setdefault(number, item)
                assert before == item, f"two definitions of {kind} {number}"
        for number, path, *_ in request.get("closures", ()):
            self.files[f"closure_0_{number}"] = path
        for number, path in request.get("broadcasts", ()):
            self.files[f"broadcast_0_{number}"] = path
        for node in request.get("nodes", ()):
            if node["op"] == "slices":
                self.files[f"input_0_{node['id']}"] = node["path"]
        for number, level in request.get("persist", ()):
            assert number in self.known["nodes"]
            self.levels[number] = level
        for kind, numbers in request.get("release", {}).items():
            for number in numbers:
                if kind == "inputs":
                    os.unlink(number)
                elif kind == "files":
                    assert number in self._file_sets  # kept: the fake's nodes name it
                else:
                    self.known[kind].pop(number, None)

    def _inputs(self, node: dict[str, Any]) -> list[list[Any]]:
        if "files" in node:
            return self._file_sets[node["files"]]
        return [["Input", node["format"], node["options"], split] for split in node["splits"]]

    def _partitions(self, number: int) -> int:
        node = self.known["nodes"][number]
        op = node["op"]
        if op == "input":
            return len(self._inputs(node))
        if op == "slices":
            return len(node["slices"])
        if op in ("range", "sorted"):
            return int(node["partitions"])
        if op in ("empty", "samples"):
            return 0 if op == "empty" else 1
        if op == "shuffled":
            return int(self.known["shuffles"][node["shuffle"]]["partitions"])
        if op == "pipeline":
            return self._partitions(node["parent"])
        if op == "coalesced":
            return min(int(node["partitions"]), self._partitions(node["parent"]))
        if op in ("zipped", "product"):
            left, right = self._partitions(node["left"]), self._partitions(node["right"])
            return left if op == "zipped" else left * right
        parents = [self._partitions(parent) for parent in node["parents"]]
        return sum(parents) if op == "union" else parents[0]

    def _plan(self, number: int, partition: int) -> list[Any]:
        source = self._source(number, partition)
        if self.levels.get(number) is None:
            return source
        name = f"rdd_0_{number}_{partition}"
        if name not in self._blocks:
            self.files[name] = str(self.root / name)
            done, attempt = self._run(
                ["Result", ["Cached", source, name, {}], "unused_0_0"], partition, "unused_0_0"
            )
            if "failure" in done:
                return source
            ((_, _, size, records),) = done["blocks"]
            self._blocks[name] = ["Block", name, size, records, attempt]
        return self._blocks[name]

    def _source(self, number: int, partition: int) -> list[Any]:
        node = self.known["nodes"][number]
        op = node["op"]
        if op == "input":
            return self._inputs(node)[partition]
        if op == "slices":
            return ["FileSlice", f"input_0_{number}", *node["slices"][partition]]
        if op == "range":
            count, parts, step = node["count"], node["partitions"], int(node["step"])
            begin, end = count * partition // parts, count * (partition + 1) // parts
            return ["Range", str(int(node["start"]) + begin * step), str(step), end - begin]
        if op == "pipeline":
            parent = self._plan(node["parent"], partition)
            return ["Pipeline", parent, f"closure_0_{node['closure']}", partition]
        if op == "union":
            for parent in node["parents"]:
                if partition < self._partitions(parent):
                    return self._plan(parent, partition)
                partition -= self._partitions(parent)
        if op == "aligned":
            return ["Chain", [self._plan(parent, partition) for parent in node["parents"]]]
        if op == "coalesced":
            every, groups = self._partitions(node["parent"]), self._partitions(number)
            group = range(partition * every // groups, (partition + 1) * every // groups)
            return ["Chain", [self._plan(node["parent"], one) for one in group]]
        if op == "zipped":
            return ["Zip", self._plan(node["left"], partition), self._plan(node["right"], partition)]
        if op == "product":
            left, right = divmod(partition, self._partitions(node["right"]))
            return ["Product", self._plan(node["left"], left), self._plan(node["right"], right)]
        if op == "samples":
            return ["ShuffleRead", self._table(node["shuffle"]), 1, ["samples"]]
        if op == "shuffled":
            return ["ShuffleRead", self._table(node["shuffle"]), partition, self._words(node["how"])]
        assert op == "sorted", op
        bounds = None if node["bounds"] is None else self._table(node["bounds"])
        closure = f"closure_0_{node['closure']}"
        how = ["sorted", bounds, node["partitions"], closure, node["ascending"]]
        return ["ShuffleRead", self._table(node["shuffle"]), partition, how]

    def _words(self, words: list[Any]) -> list[Any]:
        head, *rest = words
        return [head, *(f"closure_0_{word}" if type(word) is int else word for word in rest)]

    def _table(self, number: int) -> str:
        name = f"shuffle_0_{number}"
        if number not in self._tables:
            shuffle = self.known["shuffles"][number]
            combine = None if shuffle["combine"] is None else self._words(shuffle["combine"])
            outputs = []
            for index in range(self._partitions(shuffle["parent"])):
                of_map = f"{name}_{index}"
                source = self._plan(shuffle["parent"], index)
                partitioner = self._words(shuffle["partitioner"])
                plan = ["ShuffleWrite", source, of_map, shuffle["partitions"], partitioner, combine]
                done, attempt = self._run(plan, index, of_map)
                if "failure" in done:
                    raise FailedMap(done["failure"])
                outputs.append((attempt, str(self.root / of_map), done["shuffle"]))
            self.files[name] = str(self.root / (name + ".table"))
            write_table(self.files[name], outputs, shuffle["partitions"])
            self._tables[number] = name
        return name

    def _run(self, plan: list[Any], partition: int, output: str) -> tuple[dict[str, Any], int]:
        attempt = next(self._attempts)
        self.tasks += 1
        body = {
            "task": {
                "id": attempt,
                "job": 0,
                "stage": 0,
                "stage_attempt": 0,
                "partition": partition,
                "attempt": 0,
            },
            "plan": msgpack.unpackb(msgpack.packb(flat(plan))),
            "files": {**self.files, output: str(self.root / f"{output}.{attempt}")}
            if plan[0] == "Result"
            else {**self.files, output: str(self.root / output)},
            "path": list(self.worker._process_state._own_path),
            "properties": dict(self.requests[-1]["properties"]) if self.requests else {},
            "inline": 16384,
            "memory": 1 << 40,
            "scratch": str(self.root / "scratch"),
            "cpus": 1,
        }
        kind, done = self.worker.task(body)
        if kind == Frame.FAILED:
            return {
                "failure": {"kind": done["kind"], "message": "", "error": done["error"], "java": None}
            }, attempt
        if done.get("accumulators"):
            self._accumulators.append(done["accumulators"])
        return done, attempt


class FailedMap(Exception):
    """A map task failed; the fake does not turn that into an answer."""


def fake_session(gateway: FakeGateway, conf: Any) -> Session:
    """Make a session with the fake."""
    return Session(gateway, conf, ProgressBar())  # type: ignore[arg-type]
