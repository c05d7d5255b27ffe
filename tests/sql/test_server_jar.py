"""The jar that runs beside Spark's SQL engine: what a Connect client of the installed pyspark sees of it."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import types as T
from pyspark.sql.functions import udf
from sql_server import CONF, SqlServer

from firesteel.errors import PySparkRuntimeError
from firesteel.sql import _connect

pytestmark = pytest.mark.timeout(600)

Sources = dict[str, list[str]]


@pytest.fixture(scope="module")
def sources() -> Sources:
    return {}


@pytest.fixture(scope="module")
def server(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlServer]:
    def answer(source: str) -> list[str]:
        if source not in sources:
            raise LookupError(f"nobody knows {source}")
        return sources[source]

    server = SqlServer(str(tmp_path_factory.mktemp("server")), answer)
    server.wait()
    try:
        yield server
    finally:
        status = server.end()
    assert status == 0


@pytest.fixture(scope="module")
def spark(server: SqlServer) -> Iterator[Any]:
    session = _connect.connect(server, None)  # type: ignore[arg-type] # no RDDs here
    yield session
    session.stop()


def save(path: Path, table: pa.Table, rows: int = 1000) -> str:
    """Write a table in Arrow's stream format, in batches of ``rows``."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table, max_chunksize=rows)
    return str(path)


def read(spark: Any, schema: T.StructType | str, *files: str) -> Any:
    return spark.read.format("firesteel").schema(schema).option("files", "\n".join(files)).load()


def numbers(start: int, stop: int) -> pa.Table:
    values = range(start, stop)
    return pa.table(
        {"n": pa.array(values, pa.int64()), "s": pa.array([f"text {value}" for value in values], pa.string())}
    )


NUMBERS = "n BIGINT, s STRING"

UTC = datetime.timezone.utc
MOMENT = datetime.datetime(2024, 3, 31, 1, 30, 0, 123456)
TEXTS = T.ArrayType(T.StringType())
INNER = T.StructType().add("z", T.StringType())
DURATIONS = [datetime.timedelta(days=-3, microseconds=7), datetime.timedelta(0)]
DECIMALS = [decimal.Decimal("1.5"), -decimal.Decimal("9" * 20)]
# name, type in the file, type in Spark, two values
ALL: list[tuple[str, Any, T.DataType, list[Any]]] = [
    ("bool", pa.bool_(), T.BooleanType(), [True, False]),
    ("byte", pa.int8(), T.ByteType(), [-128, 127]),
    ("short", pa.int16(), T.ShortType(), [-32768, 32767]),
    ("int", pa.int32(), T.IntegerType(), [-(2**31), 2**31 - 1]),
    ("long", pa.int64(), T.LongType(), [-(2**63), 2**63 - 1]),
    ("float", pa.float32(), T.FloatType(), [0.5, float("-inf")]),
    ("double", pa.float64(), T.DoubleType(), [1e300, -0.0]),
    ("text", pa.string(), T.StringType(), ["", "größer \U0001f600"]),
    ("wide_text", pa.large_string(), T.StringType(), ["x" * 100, ""]),
    ("bytes", pa.binary(), T.BinaryType(), [b"", b"\x00\xff"]),
    ("decimal", pa.decimal128(38, 18), T.DecimalType(38, 18), DECIMALS),
    ("date", pa.date32(), T.DateType(), [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]),
    ("ntz", pa.timestamp("us"), T.TimestampNTZType(), [MOMENT, datetime.datetime(1900, 1, 1)]),
    ("duration", pa.duration("us"), T.DayTimeIntervalType(), DURATIONS),
    ("nothing", pa.null(), T.NullType(), [None, None]),
    ("list", pa.list_(pa.int32()), T.ArrayType(T.IntegerType()), [[1, None, 3], []]),
    ("lists", pa.list_(pa.list_(pa.string())), T.ArrayType(TEXTS), [[["a"], [], None], None]),
    (
        "map",
        pa.map_(pa.string(), pa.int64()),
        T.MapType(T.StringType(), T.LongType()),
        [{"a": 1, "b": None}, {}],
    ),
    (
        "struct",
        pa.struct([("x", pa.int32()), ("y", pa.list_(pa.struct([("z", pa.string())])))]),
        T.StructType().add("x", T.IntegerType()).add("y", T.ArrayType(INNER)),
        [{"x": 1, "y": [{"z": "q"}, None]}, {"x": None, "y": None}],
    ),
]


def test_a_wrong_or_missing_token_is_refused(server: SqlServer) -> None:
    for address in (f"{server.address}wrong", server.address.split("/;token")[0]):
        session = _connect.load().SparkSession(connection=address)
        with pytest.raises(Exception, match=r"(?i)unauthenticated|authentication"):
            session.range(1).collect()
        _connect.close(session)


def test_a_session_of_a_server_elsewhere(server: SqlServer, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """
from pyspark.sql import SparkSession
with SparkSession.builder.getOrCreate() as spark:
    print(spark.range(5).selectExpr("sum(id) as s").first().s)
    for ask in (lambda: spark.sparkContext, lambda: spark.range(5).rdd):
        try:
            ask()
        except RuntimeError as error:
            print(error)
"""
    )
    launcher = Path(__file__).parents[2] / "bin" / "spark-submit"
    command = [str(launcher), "--remote", server.address, str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    first, *others = done.stdout.splitlines()
    assert first == "10", done.stderr
    assert ["no RDDs" in line for line in others] == [True, True]


def test_values_of_all_types_come_back_from_several_batches(spark: Any, tmp_path: Path) -> None:
    rows = 25
    columns = {name: pa.array([*values, None] * rows, type_) for name, type_, _, values in ALL}
    schema = T.StructType([T.StructField(name, type_) for name, _, type_, _ in ALL])
    found = read(spark, schema, save(tmp_path / "all.arrow", pa.table(columns), 7))
    assert found.schema == schema
    got = [row.asDict(recursive=True) for row in found.collect()]
    expected = [{name: (*values, None)[i % 3] for name, _, _, values in ALL} for i in range(3 * rows)]
    assert got == expected


def test_instants_are_instants_whatever_zone_the_file_names(spark: Any, tmp_path: Path) -> None:
    instant = MOMENT.replace(tzinfo=UTC)
    for zone in ("UTC", "Europe/Berlin"):
        path = save(
            tmp_path / "zone.arrow", pa.table({"t": pa.array([instant, None], pa.timestamp("us", zone))})
        )
        found = read(spark, "t TIMESTAMP", path).selectExpr("unix_micros(t)").collect()
        assert found == [(int(instant.timestamp()) * 1_000_000 + 123456,), (None,)]


def test_files_are_partitions_in_order(spark: Any, tmp_path: Path) -> None:
    files = [save(tmp_path / f"{i}.arrow", numbers(100 * i, 100 * (i + 1)), 9) for i in (3, 1, 2)]
    files.append(save(tmp_path / "empty.arrow", numbers(0, 0)))
    rows = read(spark, NUMBERS, *files).selectExpr("spark_partition_id() p", "n").collect()
    assert rows == [(p, 100 * i + j) for p, i in enumerate((3, 1, 2)) for j in range(100)]


def test_texts_outlive_their_batch(spark: Any, tmp_path: Path) -> None:
    # The greatest and the first text are those of early batches: Spark holds them while it reads on.
    values = [f"{10**6 - i:07d}" for i in range(5000)]
    path = save(tmp_path / "texts.arrow", pa.table({"s": values}), 10)
    found = read(spark, "s STRING", path)
    assert found.selectExpr("max(s)", "min(s)", "first(s)", "last(s)").collect() == [
        (values[0], values[-1], values[0], values[-1])
    ]
    assert found.orderBy("s").limit(2).collect() == [(values[-1],), (values[-2],)]
    assert found.groupBy("s").count().count() == 5000
    assert [row.s for row in found.collect()] == values


def test_the_driver_is_asked_when_a_query_runs_and_not_before(
    spark: Any, server: SqlServer, sources: Sources, tmp_path: Path
) -> None:
    sources["lazy"] = [
        f"50:{save(tmp_path / 'a.arrow', numbers(0, 50))}",
        save(tmp_path / "b.arrow", numbers(50, 60)),
    ]
    found = spark.read.format("firesteel").schema(NUMBERS).option("id", "lazy").load()
    kept = found.where("n >= 40").select("n")
    assert kept.columns == ["n"]
    assert kept.schema.simpleString() == "struct<n:bigint>"
    assert "firesteel" in kept._explain_string()
    assert "firesteel" in kept._explain_string(mode="cost")
    assert server.asked.count("lazy") == 0
    assert [row.n for row in kept.collect()] == list(range(40, 60))
    assert server.asked.count("lazy") == 1


def test_only_the_columns_that_a_query_needs_are_looked_at(spark: Any, tmp_path: Path) -> None:
    # The texts' bytes are no text layout at all: whoever looks at them fails.
    path = tmp_path / "pruned.arrow"
    save(path, numbers(0, 1000), 100)
    content = path.read_bytes()
    first = content.index(b"text 0text 1")
    offsets = content.rindex(b"\x06\x00\x00\x00\x0c\x00\x00\x00", 0, first)
    path.write_bytes(content[:offsets] + b"\xff" * 8 + content[offsets + 8 :])
    found = read(spark, NUMBERS, str(path))
    assert found.count() == 1000
    assert found.selectExpr("sum(n)").collect() == [(sum(range(1000)),)]

    with pytest.raises(PySparkException, match=r"pruned\.arrow is damaged"):
        found.selectExpr("max(s)").collect()


def test_a_file_that_is_cut_anywhere_is_refused_by_name(spark: Any, tmp_path: Path) -> None:
    content = Path(save(tmp_path / "whole.arrow", numbers(0, 300), 100)).read_bytes()
    path = tmp_path / "cut.arrow"
    for length in (0, 3, 100, len(content) // 2, len(content) - 9, len(content) - 8, len(content) - 1):
        path.write_bytes(content[:length])
        for query in ("count(*)", "max(s)"):
            with pytest.raises(PySparkException, match=r"cut\.arrow is damaged"):
                read(spark, NUMBERS, str(path)).selectExpr(query).collect()


def test_a_file_that_has_other_rows_than_promised_is_refused(spark: Any, tmp_path: Path) -> None:
    path = save(tmp_path / "short.arrow", numbers(0, 300), 100)
    assert read(spark, NUMBERS, f"300:{path}").count() == 300
    for rows in (0, 299, 301):
        with pytest.raises(
            PySparkException, match=rf"short\.arrow is damaged: it has 300 rows and must have {rows}"
        ):
            read(spark, NUMBERS, f"{rows}:{path}").count()


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("n INT, s STRING", r"odd\.arrow: column 1 is n: Int\(64, true\)"),
        ("m BIGINT, s STRING", r"odd\.arrow: column 1 is n"),
        ("n BIGINT", r"odd\.arrow has 2 columns, and the schema 1"),
        ("n BIGINT NOT NULL, s STRING", r"odd\.arrow has a null in column n, where the schema has none"),
        ("n BIGINT, n BIGINT", r"two columns are called 'n'|COLUMN_ALREADY_EXISTS"),
    ],
)
def test_a_file_that_is_not_of_the_schema_is_refused(
    spark: Any, tmp_path: Path, schema: str, message: str
) -> None:
    table = pa.table({"n": pa.array([1, None], pa.int64()), "s": ["a", "b"]})
    with pytest.raises(PySparkException, match=message):
        read(spark, schema, save(tmp_path / "odd.arrow", table)).collect()


def test_what_is_not_a_stream_is_refused_in_words(spark: Any, tmp_path: Path) -> None:
    with pa.ipc.new_file(str(tmp_path / "file.arrow"), numbers(0, 1).schema) as file:
        file.write_table(numbers(0, 1))
    with pytest.raises(
        PySparkException, match=r"file\.arrow is in Arrow's file format; the stream format is read"
    ):
        read(spark, NUMBERS, str(tmp_path / "file.arrow")).count()
    with pytest.raises(PySparkException, match=r"missing\.arrow is not there"):
        read(spark, NUMBERS, str(tmp_path / "missing.arrow")).count()
    with pytest.raises(PySparkException, match=r"give it with read\.schema"):
        spark.read.format("firesteel").option("files", "x").load().count()


def test_sources_are_opened_at_the_same_time_and_refused_by_name(
    spark: Any, server: SqlServer, sources: Sources, tmp_path: Path
) -> None:
    with pytest.raises(PySparkException, match="nobody knows the unicorn"):
        spark.read.format("firesteel").schema(NUMBERS).option("id", "the unicorn").load().count()

    path = save(tmp_path / "n.arrow", numbers(0, 10))
    both_asked = threading.Barrier(2)

    class Waits(dict[str, list[str]]):
        def __getitem__(self, name: str) -> list[str]:
            both_asked.wait(60)
            return [path] * int(name)

        def __contains__(self, name: object) -> bool:
            return True

    counts: dict[int, int] = {}

    def count(times: int) -> None:
        source = spark.read.format("firesteel").schema(NUMBERS).option("id", str(times)).load()
        counts[times] = source.count()

    plain, server.answer = server.answer, Waits().__getitem__
    try:
        threads = [threading.Thread(target=count, args=(times,)) for times in (1, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        server.answer = plain
    assert counts == {1: 10, 3: 30}


def write(frame: Any, directory: Path) -> list[str]:
    """Write a frame as the bridge does, and give its files, each with its number of rows."""
    directory.mkdir()
    frame.write.format("firesteel").option("path", str(directory)).mode("append").save()
    files = []
    for i, line in enumerate((directory / "rows").read_text().splitlines()):
        partition, rows = map(int, line.split())
        assert partition == i
        files.append(f"{rows}:{directory}/part-{i:05d}.arrow")
    assert sorted(os.listdir(directory)) == [*(os.path.basename(file) for file in files), "rows"]
    return files


def test_what_is_written_is_read_with_its_order_and_partitions(spark: Any, tmp_path: Path) -> None:
    frame = spark.range(0, 40000, 1, 3).selectExpr("id n", "concat('text ', id) s").where("n > 14000")
    files = write(frame, tmp_path / "out")
    assert [int(file.split(":")[0]) for file in files] == [0, 12665, 13334]
    tables = [pa.ipc.open_stream(file.split(":", 1)[1]).read_all() for file in files]
    assert pa.concat_tables(tables).column("n").to_pylist() == list(range(14001, 40000))
    assert tables[0].schema.names == ["n", "s"]
    assert tables[1].column("n").num_chunks == 2
    again = read(spark, NUMBERS, *files)
    assert (
        again.selectExpr("spark_partition_id()", "*").collect()
        == frame.selectExpr("spark_partition_id()", "*").collect()
    )


def test_every_type_is_written_and_read(spark: Any, tmp_path: Path) -> None:
    schema = T.StructType([T.StructField(name, type_) for name, _, type_, _ in ALL])
    columns = {name: pa.array([*values, None], type_) for name, type_, _, values in ALL}
    path = save(tmp_path / "all.arrow", pa.table(columns))
    frame = read(spark, schema, path).selectExpr(
        "*",
        "timestamp'2024-03-31 01:30:00.123456 Europe/Berlin' as instant",
        "interval '3-2' year to month as months",
        "cast('c' as char(3)) as fixed",
        "cast(null as map<int, struct<d: date>>) as deep",
        "time'12:34:56' as clock",
    )
    again = read(spark, frame.schema, *write(frame, tmp_path / "out"))
    text = [f"cast({name} as string)" for name in ("instant", "months", "clock")]
    kept = [f"`{name}`" for name in frame.columns if name not in ("instant", "months", "clock")]
    assert again.selectExpr(*text, *kept).collect() == frame.selectExpr(*text, *kept).collect()


def test_large_rows_are_written_in_batches_of_some_megabytes(spark: Any, tmp_path: Path) -> None:
    (file,) = write(spark.range(0, 20, 1, 1).selectExpr("repeat('x', 1000000) s"), tmp_path / "out")
    stream = pa.ipc.open_stream(file.split(":", 1)[1])
    assert [batch.num_rows for batch in stream] == [5, 5, 5, 5]


def test_a_write_that_fails_leaves_nothing(spark: Any, tmp_path: Path) -> None:
    directory = tmp_path / "failed"
    frame = spark.range(0, 20000, 1, 2).selectExpr("if(id = 19999, raise_error('no more'), id) n")
    with pytest.raises(PySparkException, match="no more"):
        write(frame, directory)
    assert not directory.exists()
    with pytest.raises(PySparkException, match="is none"):
        spark.range(1).write.format("firesteel").option("path", str(tmp_path / "no")).mode("append").save()
    write(spark.range(1), tmp_path / "once")
    with pytest.raises(PySparkException, match="holds a result already"):
        spark.range(1).write.format("firesteel").option("path", str(tmp_path / "once")).mode("append").save()


def test_a_configuration_that_spark_refuses_is_told_to_the_driver(tmp_path: Path) -> None:
    server = SqlServer(str(tmp_path), lambda _: [], {**CONF, "spark.master": "nowhere"})
    with pytest.raises(PySparkRuntimeError, match=r"did not start: .*nowhere"):
        server.wait()
    assert server.process.returncode is not None, "the process has ended"


def children(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found |= {child} | children(child)
    return found


def test_the_end_of_standard_input_ends_the_server_and_its_workers_in_mid_query(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    directory = tmp_path / "server"
    directory.mkdir()
    server = SqlServer(str(directory), lambda _: [])
    request.addfinalizer(server.process.kill)  # whatever fails here
    server.wait()
    session = _connect.connect(server, None)  # type: ignore[arg-type] # no RDDs here
    note = tmp_path / "note"

    def dawdle(value: int) -> int:
        with open(str(note), "a") as file:
            file.write("here\n")
        time.sleep(600)
        return value

    slow = udf(dawdle, T.LongType(), useArrow=False)
    failures: list[BaseException] = []

    def query() -> None:
        try:
            session.range(0, 4, 1, 2).select(slow("id")).collect()
        except PySparkException as failure:
            failures.append(failure)

    thread = threading.Thread(target=query, daemon=True)
    thread.start()
    while not note.exists():
        assert thread.is_alive(), failures
        time.sleep(0.1)
    workers = children(server.process.pid)
    assert workers, "the UDF runs in no child of the server"
    started = time.monotonic()
    assert server.end() == 0
    _connect.close(session)
    while alive := {pid for pid in workers if os.path.exists(f"/proc/{pid}")}:
        assert time.monotonic() - started < 30, alive
        time.sleep(0.05)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["note", "server"]
    assert [path.suffix for path in directory.iterdir()] == [".log"], "what the server printed"
