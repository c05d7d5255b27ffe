"""Damage to stored files, by chance, while an application runs: the fuzz of tests/faults.

Each injection computes something, damages one of the files that it left, and computes it again.
The answer has to be the reference; only where nothing can make a file again (a broadcast, what `parallelize`
wrote) may there be an error instead, and it names the file.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from application import files

from firesteel import AccumulatorParam, SparkContext, StorageLevel

PAGE = 4096


def cut(path: Path, dice: random.Random) -> None:
    os.truncate(path, dice.randrange(path.stat().st_size))


def flip(path: Path, dice: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def zero(path: Path, dice: random.Random) -> None:
    data = bytearray(path.read_bytes())
    begin = dice.randrange(len(data)) // PAGE * PAGE if dice.randrange(2) else dice.randrange(len(data))
    data[begin : begin + PAGE] = bytes(len(data[begin : begin + PAGE]))
    path.write_bytes(data)


def remove(path: Path, dice: random.Random) -> None:
    path.unlink()


def grow(path: Path, dice: random.Random) -> None:
    with path.open("ab") as file:
        file.write(dice.randbytes(dice.randrange(1, 200)))


def empty(path: Path, dice: random.Random) -> None:
    os.truncate(path, 0)


def swap_within(path: Path, dice: random.Random) -> None:
    """Exchange two parts of the file, mostly at the borders of batches."""
    data = path.read_bytes()
    borders = [at for at in range(len(data)) if data[at : at + 4] in (b"FSB1", b"FSE1")]
    if len(borders) < 3 or not dice.randrange(3):
        borders = sorted(dice.sample(range(len(data)), min(3, len(data))))
    if len(borders) >= 3:
        a, b, c = sorted(dice.sample(borders, 3))
        path.write_bytes(data[:a] + data[b:c] + data[a:b] + data[c:])


def swap(path: Path, dice: random.Random) -> None:
    """Exchange the file with another of its kind."""
    others = [other for other in path.parent.glob(path.name.split("_")[0] + "_*") if other != path]
    for other in dice.sample(others, len(others)):
        try:
            theirs = other.read_bytes()
            other.write_bytes(path.read_bytes())
        except FileNotFoundError:
            continue  # a file of an earlier test, which the engine was about to remove
        path.write_bytes(theirs)
        return


DAMAGES: list[Callable[[Path, random.Random], None]] = [
    cut,
    flip,
    zero,
    remove,
    grow,
    empty,
    swap_within,
    swap,
]


class Pieces(AccumulatorParam[bytes]):
    """Puts bytes one after another."""

    def zero(self, value: bytes) -> bytes:
        return b""

    def addInPlace(self, one: bytes, other: bytes) -> bytes:
        return one + other


class Vanished(Exception):
    """A file went between its choice and its damage: the engine removes those of old attempts meanwhile."""


class Injections:
    """Damages files of one application.

    Parameters
    ----------
    sc
        The application; its workers have little memory, so that they spill.
    directory
        For copies of files of earlier attempts.
    seed
        Of the dice.
    """

    def __init__(self, sc: SparkContext, directory: Path, seed: int) -> None:
        self.sc = sc
        self.directory = directory
        self.dice = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        pairs = sc.parallelize(range(6000), 4).map(lambda x: (f"key {x % 501}", x))
        self.combined = pairs.reduceByKey(add, 3)
        self.arrays = pairs.mapValues(lambda x: np.full(8, x)).partitionBy(2).mapValues(np.sum)
        self.sorted = sc.parallelize([(x * 7919) % 6007 for x in range(6000)], 4).sortBy(
            lambda x: x, numPartitions=3
        )
        self.in_memory = pairs.mapValues(str).persist(StorageLevel.MEMORY_ONLY)
        self.on_disk = pairs.mapValues(str).persist(StorageLevel.DISK_ONLY)
        self.of_arrays = (
            sc.parallelize(range(8), 4)
            .map(lambda x: np.full(150_000, x))
            .persist(StorageLevel.MEMORY_AND_DISK)
        )
        self.steps: dict[str, Callable[[str], None]] = {
            "shuffle data": lambda what: self.stored(what, self.combined, "shuffle_", 3),
            "shuffled arrays": lambda what: self.stored(what, self.arrays, "shuffle_", 3),
            "shuffle table": lambda what: self.stored(what, self.combined, "shuffle_", 2),
            "sort run": lambda what: self.stored(what, self.sorted, "shuffle_", 3),
            "sort table": lambda what: self.stored(what, self.sorted, "shuffle_", 2),
            "cached in memory": lambda what: self.stored(what, self.in_memory, "rdd_", 3),
            "cached on disk": lambda what: self.stored(what, self.on_disk, "rdd_", 3),
            "cached arrays": lambda what: self.stored(what, self.of_arrays, "rdd_", 3),
            "result": self.result,
            "broadcast": self.broadcast,
            "closure": self.closure,
            "checkpoint": self.checkpoint,
            "accumulator": self.accumulator,
            "input slices": self.slices,
            "spill": self.spill,
        }
        self._references: dict[int, Any] = {}
        self._numbers: dict[int, set[str]] = {}
        self._old: dict[str, Path] = {}

    def run(self, number: int) -> None:
        """Make a number of injections."""
        names = list(self.steps)
        for index in range(number):
            name = names[index % len(names)]
            if name == "spill" and index % (10 * len(names)) != len(names) - 1:
                name = "shuffle data"  # a spill takes long
            damage = self.dice.choice(DAMAGES)
            what = f"injection {index}: {name}, {damage.__name__}"
            self._damage = damage
            self.counts[name] += 1
            try:
                self.settle()
                self.steps[name](what)
            except Vanished:
                self.counts["vanished"] += 1
            except Exception as failure:
                self.wrong.append(f"{what}: {type(failure).__name__}: {str(failure)[:400]}")

    def settle(self) -> None:
        """Wait until the engine has removed what was dropped."""
        session = self.sc._driver
        update = {"persist": [], "release": session.requests.take_releases(), "blocking": True}
        session.gateway.call("update", update)

    def spoil(self, path: Path, damage: Callable[[Path, random.Random], None]) -> None:
        """Damage a file that is there."""
        try:
            damage(path, self.dice)
        except FileNotFoundError as failure:
            raise Vanished(path) from failure

    def answer(self, rdd: Any) -> Any:
        found = rdd.collect()
        if found and isinstance(found[0], np.ndarray):
            return [(len(each), each.tobytes()) for each in found]
        return sorted(found) if rdd is not self.sorted else found

    def stored(self, what: str, rdd: Any, beginning: str, depth: int) -> None:
        """Damage a file that the engine keeps, and compute again."""
        if id(rdd) not in self._references:
            before = {str(path) for path in files(self.sc.applicationId, beginning)}
            self._references[id(rdd)] = self.answer(rdd)
            made = {
                path.name.split(".")[0]
                for path in files(self.sc.applicationId, beginning)
                if str(path) not in before
            }
            self._numbers[id(rdd)] = {"_".join(name.split("_")[:3]) for name in made}
        mine = [
            path
            for path in files(self.sc.applicationId, beginning)
            if "_".join(path.name.split(".")[0].split("_")[:3]) in self._numbers[id(rdd)]
            and path.name.split(".")[0].count("_") == depth
            and path.stat().st_size
        ]
        if not mine:
            self.check(what, self.answer(rdd), self._references[id(rdd)])
            return
        path = self.dice.choice(mine)
        stem = path.name.split(".")[0]
        old = self._old.get(stem)
        if old is not None and old.name != path.name and not self.dice.randrange(4):
            shutil.copy(old, path)
            what += " (the file of an earlier attempt)"
        else:
            kept = self.directory / path.name
            if old is None or self.dice.randrange(2):
                shutil.copy(path, kept)
                self._old[stem] = kept
            self.spoil(path, self._damage)
        self.check(what + f" of {path.name}", self.answer(rdd), self._references[id(rdd)])

    def check(self, what: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self.wrong.append(f"{what}: a wrong answer")

    def result(self, what: str) -> None:
        """Damage a result between the end of its job and its reading."""
        rdd = self.sc.parallelize(range(4), 2).map(lambda x: bytes([x]) * 40_000)
        jobs = self.sc._driver.jobs
        run = jobs.run

        def then_damage(*arguments: Any, **more: Any) -> Any:
            jobs.run = run
            job, rows = run(*arguments, **more)
            self.spoil(Path(self.dice.choice(rows)[2]), self._damage)
            return job, rows

        jobs.run = then_damage
        try:
            self.check(what, rdd.collect(), [bytes([x]) * 40_000 for x in range(4)])
        finally:
            jobs.run = run

    def broadcast(self, what: str) -> None:
        value = {number: str(number) for number in range(500)}
        table: Any = np.arange(200_000) if self.dice.randrange(2) else value
        shared = self.sc.broadcast(table)
        other = self.sc.broadcast(value)
        self.for_good(Path(shared._path))
        self.or_error(
            what, lambda: self.sc.parallelize([3], 1).map(lambda x: int(shared.value[x])), [3], shared._path
        )
        shared.destroy()
        other.destroy()

    def slices(self, what: str) -> None:
        rdd = self.sc.parallelize([(number, str(number)) for number in range(2000)], 3).map(
            lambda pair: pair[0]
        )
        reference = list(range(2000))
        before = set(files(self.sc.applicationId, "input_"))
        assert before
        path = max(before, key=lambda path: int(path.name.split("_")[2]))
        self.for_good(path)
        self.or_error(what, lambda: rdd, reference, str(path))

    def checkpoint(self, what: str) -> None:
        self.sc.setCheckpointDir(str(self.directory / "checkpoints"))
        rdd = self.sc.parallelize(range(2000), 2).map(lambda number: (number, str(number)))
        rdd.checkpoint()
        reference = rdd.collect()
        where = rdd.getCheckpointFile().removeprefix("file:")
        parts = sorted(Path(where).glob("part-*"))
        path = parts.pop(self.dice.randrange(2))
        self.for_good(path, parts)
        self.or_error(what, lambda: rdd, reference, str(path))
        shutil.rmtree(where)

    def accumulator(self, what: str) -> None:
        """Damage what tasks have added between the end of their job and its reading."""
        added = self.sc.accumulator(b"", Pieces())
        rdd = self.sc.parallelize(range(2), 2)
        session = self.sc._driver
        call = session.gateway.call
        damaged: list[str] = []

        def then_damage(method: str, *arguments: Any) -> Any:
            answer = call(method, *arguments)
            if method == "runJob":
                path = self.dice.choice(files(self.sc.applicationId, "accumulators_"))
                damaged.append(str(path))
                self.for_good(path)
            return answer

        session.gateway.call = then_damage
        try:
            rdd.foreach(lambda x: added.add(bytes([x]) * 100_000))
        except Exception as failure:
            if damaged[0] not in str(failure):
                self.wrong.append(f"{what}: the error does not name {damaged[0]}: {str(failure)[:400]}")
        else:
            self.check(what, added.value, b"".join(bytes([x]) * 100_000 for x in range(2)))
        finally:
            session.gateway.call = call
            for path in files(self.sc.applicationId, "accumulators_"):
                path.unlink()

    def closure(self, what: str) -> None:
        """Damage the functions of a stage between the request and the first task that loads them."""
        factor = self.dice.randrange(1 << 20)
        rdd = self.sc.parallelize(range(4), 2).map(lambda x: x * factor)
        session = self.sc._driver
        call = session.gateway.call
        damaged: list[str] = []

        def damage_first(method: str, *arguments: Any) -> Any:
            if method == "runJob":
                damaged.append(arguments[0]["closures"][-1][1])
                self.for_good(Path(damaged[0]))
            return call(method, *arguments)

        session.gateway.call = damage_first
        try:
            found = rdd.collect()
        except Exception as failure:
            if damaged[0] not in str(failure):
                self.wrong.append(f"{what}: the error does not name {damaged[0]}: {str(failure)[:400]}")
        else:
            self.check(what, found, [x * factor for x in range(4)])
        finally:
            session.gateway.call = call

    def for_good(self, path: Path, others: list[Path] | None = None) -> None:
        """Damage a file that nothing makes again, and no other; or put a copy of another in its place."""
        kind = path.name.split("_")[0] + "_"
        if others is None:
            others = [other for other in files(self.sc.applicationId, kind) if other != path]
        if self._damage is swap:
            self.spoil(path, lambda _, dice: shutil.copy(dice.choice(others), path))
        else:
            self.spoil(path, self._damage)

    def or_error(self, what: str, make: Callable[[], Any], wanted: Any, path: str) -> None:
        try:
            found = make().collect()
        except Exception as failure:
            if path not in str(failure):
                self.wrong.append(f"{what}: the error does not name {path}: {str(failure)[:400]}")
            return
        self.check(what, found, wanted)

    def spill(self, what: str) -> None:
        """Damage a worker's spill file, which has no name any more, through the worker's own descriptors."""
        marker = str(self.directory / f"spill-{self.dice.random()}")
        seed, damage = self.dice.random(), self._damage
        number, side = 60_000, self.dice.randrange(2)

        def meddle(x: int) -> tuple[str, str]:
            if side and x == number - 1:
                spoil(marker, seed, damage.__name__)
            return f"key {x} " * 4, "value"

        def size(values: Any) -> int:
            if not side:
                spoil(marker, seed, damage.__name__)
            return len(values)

        pairs = self.sc.parallelize(range(number), 2).map(meddle)
        self.check(what, pairs.groupByKey(2).mapValues(size).values().sum(), number)


def spoil(marker: str, seed: float, how: str) -> None:
    """Damage this process's spill files, the first time."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    dice = random.Random(seed)
    for entry in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{entry}")
        except FileNotFoundError:
            continue
        if "/spill-" in target:
            size = os.stat(f"/proc/self/fd/{entry}").st_size
            if size and how in ("cut", "empty"):
                os.truncate(f"/proc/self/fd/{entry}", dice.randrange(size))
            elif size:
                with open(f"/proc/self/fd/{entry}", "r+b") as file:
                    file.seek(dice.randrange(size))
                    byte = file.read(1)
                    file.seek(-1, os.SEEK_CUR)
                    file.write(bytes([byte[0] ^ (1 << dice.randrange(8))]))
