"""The archive of the SQL engine's loaded classes, with which its JVM starts in half the time.

``python -m firesteel.sql._archive`` makes it, from queries over made-up rows in a server of its own. Its
files are in the cache directory; the archive is moved to its place when it is whole. An application that ran
SQL without one has it made when it ends (`begin`), by a process that yields to all others.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from firesteel import layers
from firesteel.sql._installed import Installed, require_jars
from firesteel.sql._server import Server, archive_of

__all__ = ["begin", "make"]

_PATIENCE = 300.0  # seconds that Java may take to write it, as the last in line for the processors
_MEMORY = 512 << 20
_ROOM = 1 << 30  # bytes that have to be free for it and for what is needed to make it
_SETTINGS = {
    "spark.app.name": "classes",
    "spark.ui.enabled": "false",
    "spark.master": "local[1]",
    "spark.sql.shuffle.partitions": "2",
}
# What first queries are like: the classes that these load, the archive has.
_QUERIES = (
    "select 1 as one",
    "select id % 3 as k, count(*) as n, sum(id) as s from range(100) group by id % 3 order by k",
    "select * from range(9) a join range(9) b on a.id = b.id where a.id > 3",
    "select cast(x as string) as t, upper(y) as u from values (1.5, 'a'), (null, 'b') as v(x, y)",
)


def make() -> str | None:
    """Make the archive, if it is not there; return its path, or None when another process is making one."""
    installed = require_jars()
    archive = archive_of(installed)
    cache = layers.cache_directory()
    os.makedirs(cache, mode=0o700, exist_ok=True)
    with _alone(cache) as alone:
        if not alone:
            return None
        if not archive.exists:
            work = os.path.join(cache, "sql-work")
            shutil.rmtree(work, ignore_errors=True)  # of one that was killed
            os.mkdir(work, 0o700)
            try:
                written = os.path.join(work, "archive.jsa")
                _train(installed, work, written)
                archive.publish(written)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    return archive.path


def begin(installed: Installed) -> None:
    """Start a process that makes the archive, unless it is there, was tried in vain, or has no place.

    It goes on when this process has ended, for at most ten minutes, with the lowest priority.

    Parameters
    ----------
    installed : Installed
        The `pyspark` whose jars were run.
    """
    archive = archive_of(installed)
    if archive.exists or archive.is_given_up:  # who asks for it by hand tries again
        return
    if not sys.executable:  # Python inside another program
        return
    cache = layers.cache_directory()
    try:
        os.makedirs(cache, mode=0o700, exist_ok=True)
        if shutil.disk_usage(cache).free < _ROOM or not os.access(cache, os.W_OK):
            return
    except OSError:  # a home that cannot be written to, as in containers, has no place for it
        return
    subprocess.Popen(
        [sys.executable, "-m", __name__, "--in-background"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=cache,
        start_new_session=True,
    )


def _make_in_background() -> None:
    os.nice(19)
    signal.alarm(int(2 * _PATIENCE))
    try:
        make()
    except Exception as error:
        archive_of(require_jars()).give_up(str(error))
        raise


@contextmanager
def _alone(directory: str) -> Iterator[bool]:
    """Hold a lock that goes with the process."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _train(installed: Installed, work: str, written: str) -> None:
    settings = {**_SETTINGS, "spark.sql.warehouse.dir": os.path.join(work, "warehouse")}
    server = Server(installed, settings, work, _MEMORY, lambda name, _: [name], lambda _: None, train=written)
    try:
        server.wait()
        _ask(server.address, work)
    finally:
        server.stop(_PATIENCE)
    if not os.path.exists(written):
        raise RuntimeError(f"Java did not write the archive{server.last_words()}")


def _ask(address: str, work: str) -> None:
    """Run queries of each usual kind."""
    from firesteel.sql import _connect

    spark = _connect.load().SparkSession(connection=address)
    for query in _QUERIES:
        spark.sql(query).collect()
    rows = spark.createDataFrame([(1, "a", 1.5), (2, "b", None)], "i long, s string, d double")
    rows.createOrReplaceTempView("made_up")
    spark.sql("select s, avg(d) from made_up group by s").toPandas()
    rows.coalesce(1).write.format("firesteel").option("path", work).mode("append").save()
    ours = f"2:{os.path.join(work, 'part-00000.arrow')}"
    spark.read.format("firesteel").schema(rows.schema).option("id", ours).load().orderBy("s").collect()
    rows.write.parquet(os.path.join(work, "parquet"))
    spark.read.parquet(os.path.join(work, "parquet")).filter("i > 1").count()
    spark.stop()


def main() -> int:
    """Run ``python -m firesteel.sql._archive``.

    Returns
    -------
    int
        The exit status.
    """
    if sys.argv[1:] == ["--in-background"]:
        _make_in_background()
    else:
        print(make() or "another process is making an archive")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
