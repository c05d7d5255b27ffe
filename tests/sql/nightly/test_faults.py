"""What a user sees when the SQL engine, a query or the driver ends in its midst; and who may ask it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from application import Program, alive, commands, descendants, eventually, roots

from firesteel.errors import PySparkRuntimeError

pytestmark = pytest.mark.timeout(300)


def server(below: int | None = None) -> int:
    """Return the process id of the SQL engine's JVM."""
    lines = commands(descendants(os.getpid() if below is None else below))
    (pid,) = (pid for pid, line in lines.items() if "sql.ConnectServer" in line)
    return pid


def kill_server() -> None:
    pid = server()
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: _has_ended(pid), "the SQL engine's process ends")


def _has_ended(pid: int) -> bool:
    """Tell whether all threads of a child have ended; before that, its parent cannot know of its end."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True  # the driver has noticed already


def endless(marker: Path) -> Callable[[Any], Any]:
    """Return a function for mapInPandas that says that it runs, and goes on."""

    def run(batches: Any) -> Any:
        marker.touch()
        threading.Event().wait(200)
        yield from batches

    return run


def when(reached: Callable[[], bool], act: Callable[[], None]) -> threading.Thread:
    """Have a thread do something when something has come about."""
    thread = threading.Thread(target=lambda: (eventually(reached, "the query runs", 60), act()))
    thread.start()
    return thread


def test_after_the_engine_was_killed_between_queries_the_next_query_starts_it_again(spark: Any) -> None:
    spark.sql("select 1 as one").createOrReplaceTempView("lost")
    first = server()
    kill_server()
    assert spark.sql("select 2 as two").collect()[0].two == 2
    assert server() != first
    assert spark.catalog.listTables() == []


def test_a_dataframe_of_a_killed_engine_says_what_is_lost(spark: Any) -> None:
    frame = spark.sql("select 1 as one")
    kill_server()
    with pytest.raises(PySparkRuntimeError, match=r"process has ended(?s:.*)temporary views"):
        frame.collect()
    assert spark.sql("select 3 as three").first().three == 3


def test_a_query_whose_engine_is_killed_fails_and_the_next_one_works(spark: Any, tmp_path: Path) -> None:
    frame = (
        spark.range(10, numPartitions=1).selectExpr("id").mapInPandas(endless(tmp_path / "runs"), "id long")
    )
    killer = when((tmp_path / "runs").exists, kill_server)
    with pytest.raises(PySparkRuntimeError, match="The query is lost"):
        frame.collect()
    killer.join()
    assert spark.sql("select 4 as four").first().four == 4


def test_an_rdd_of_a_dataframe_whose_engine_is_killed_fails_and_the_next_one_works(
    spark: Any, tmp_path: Path
) -> None:
    frame = (
        spark.range(10, numPartitions=1).selectExpr("id").mapInPandas(endless(tmp_path / "runs"), "id long")
    )
    killer = when((tmp_path / "runs").exists, kill_server)
    with pytest.raises(PySparkRuntimeError, match="The query is lost"):
        frame.rdd.collect()
    killer.join()
    assert spark.sql("select 5 as five").rdd.map(lambda row: row.five).collect() == [5]


def test_rows_that_the_rdd_of_a_dataframe_has_read_outlive_the_engine(spark: Any) -> None:
    rows = spark.sql("select id from range(5)").rdd
    assert rows.count() == 5
    kill_server()
    assert sorted(row.id for row in rows.collect()) == [0, 1, 2, 3, 4]


def test_ctrl_c_cancels_the_query_and_the_session_goes_on(spark: Any, tmp_path: Path) -> None:
    frame = (
        spark.range(10, numPartitions=1).selectExpr("id").mapInPandas(endless(tmp_path / "runs"), "id long")
    )
    before = server()
    workers = set(descendants(before))
    pressed = when((tmp_path / "runs").exists, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        frame.collect()
    pressed.join()
    busy = [
        pid
        for pid in set(descendants(before)) - workers
        if "pyspark.daemon" not in commands([pid]).get(pid, "")
    ]
    for pid in busy:
        eventually(lambda pid=pid: not alive(pid), f"the query's process {pid} ends")
    assert spark.sql("select 6 as six").first().six == 6
    assert server() == before


def test_ctrl_c_cancels_the_job_of_an_rdd_that_the_query_reads(spark: Any, tmp_path: Path) -> None:
    sc = spark.sparkContext
    began = tmp_path / "runs"

    def endless_record(number: int) -> tuple[int]:
        began.touch()
        threading.Event().wait(200)
        return (number,)

    frame = sc.parallelize([1], 1).map(endless_record).toDF("id long").selectExpr("id + 1 as id")
    pressed = when(began.exists, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        frame.collect()
    pressed.join()
    eventually(lambda: not sc.statusTracker().getActiveJobsIds(), "the job ends")
    assert spark.sql("select 7 as seven").first().seven == 7


@pytest.mark.parametrize("token", ["", ";token=0123456789abcdef"], ids=["no token", "a wrong token"])
def test_who_has_not_the_token_is_refused(spark: Any, token: str) -> None:
    from pyspark.sql.connect.client import SparkConnectClient

    from firesteel.sql._engine import engine_of

    spark.sql("select 1 as one").collect()
    port = engine_of(spark.sparkContext).prepare().port
    client = SparkConnectClient(f"sc://localhost:{port}/{token}", retry_policy={"max_retries": 0})
    with pytest.raises(Exception, match=r"(?i)unauthenticated|token"):
        client.semantic_hash(spark.sql("select 1 as one")._plan.to_proto(client))
    client.close()


def test_the_token_is_in_no_command_line_and_no_environment(spark: Any) -> None:
    from firesteel.sql._engine import engine_of

    spark.range(3).selectExpr("id").mapInPandas(lambda batches: batches, "id long").collect()
    token = engine_of(spark.sparkContext).prepare().token.encode()
    processes = [os.getpid(), *descendants(os.getpid())]
    assert server() in processes
    for pid in processes:
        for name in ("cmdline", "environ"):
            place = Path(f"/proc/{pid}/{name}")
            if alive(pid):
                assert token not in place.read_bytes(), commands([pid])


BUSY = """
import os, sys, threading
import firesteel
firesteel.install_as_pyspark()
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").getOrCreate()
def run(batches):
    open(sys_marker, "w").close()
    threading.Event().wait(200)
    yield from batches
sys_marker = {marker!r}
spark.createDataFrame(spark.sparkContext.parallelize([(1,)], 1), "x int").selectExpr("x + 1").rdd.count()
print("ready", spark.sparkContext.applicationId, flush=True)
spark.range(4, numPartitions=1).selectExpr("id").mapInPandas(run, "id long").collect()
"""


def test_a_killed_driver_takes_the_sql_engine_and_its_files_with_it(tmp_path: Path) -> None:
    with Program(BUSY.format(marker=str(tmp_path / "runs"))) as program:
        application = program.wait_ready()
        places = roots(application)
        eventually((tmp_path / "runs").exists, "the query runs", 60)
        below = descendants(program.process.pid)
        assert server(program.process.pid) in below
        program.process.kill()
        program.process.wait()
        for pid in below:
            eventually(lambda pid=pid: not alive(pid), f"process {pid} ends after its driver")
        for place in places:
            eventually(lambda place=place: not place.exists(), f"{place} goes")
