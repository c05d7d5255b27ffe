"""Readers and writers of files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F


def _frame(t: Any) -> Any:
    return t.spark.createDataFrame(
        [(1, "a", 1.5, [1, 2]), (2, None, None, []), (3, 'q"u,o\nte', -0.0, None)],
        "n int, s string, d double, a array<int>",
    )


def parquet(t: Any) -> Any:
    _frame(t).write.parquet(t.path)
    return t.spark.read.parquet(t.path)


def orc(t: Any) -> Any:
    _frame(t).write.orc(t.path)
    return t.spark.read.orc(t.path).select("n", "a")


def json(t: Any) -> Any:
    _frame(t).write.json(t.path)
    return t.spark.read.json(t.path)


def json_with_schema(t: Any) -> Any:
    Path(t.path).write_text('{"a": 1}\n{"a": "x"}\nbroken\n')
    return t.spark.read.schema("a int, _corrupt_record string").json(t.path)


def json_lines_of_other_types(t: Any) -> Any:
    Path(t.path).write_text('{"a": 1, "b": {"c": [1.5]}}\n{"a": "x", "b": null}\n')
    return t.spark.read.json(t.path)


def json_fail_fast(t: Any) -> Any:
    Path(t.path).write_text("broken\n")
    return t.spark.read.option("mode", "FAILFAST").schema("a int").json(t.path)


def csv(t: Any) -> Any:
    _frame(t).drop("a").coalesce(1).write.csv(t.path, header=True)
    return t.spark.read.csv(t.path, header=True, inferSchema=True, multiLine=True)


def csv_without_header(t: Any) -> Any:
    Path(t.path).write_text("1,a\n2,\n,c\n")
    return t.spark.read.csv(t.path)


def csv_with_options(t: Any) -> Any:
    Path(t.path).write_text("n;d\n1;01/02/2020\nx;\n")
    return (
        t.spark.read.options(sep=";", header=True, dateFormat="dd/MM/yyyy")
        .schema("n int, d date")
        .csv(t.path)
    )


def csv_of_an_array(t: Any) -> Any:
    _frame(t).write.csv(t.path)


def text(t: Any) -> Any:
    Path(t.path).write_text("one\n\ntwo\r\nthree")
    return t.ordered(t.spark.read.text(t.path))


def text_whole(t: Any) -> Any:
    Path(t.path).write_text("one\ntwo\n")
    return t.spark.read.text(t.path, wholetext=True)


def text_separator(t: Any) -> Any:
    Path(t.path).write_text("one;two\n;three")
    return t.spark.read.text(t.path, lineSep=";")


def text_of_a_directory(t: Any) -> Any:
    os.makedirs(t.path)
    for name in ("b.txt", "a.txt", "_hidden", ".also"):
        Path(t.path, name).write_text(name + "\n")
    return t.spark.read.text(t.path)


def text_of_several(t: Any) -> Any:
    for name in ("1", "2"):
        Path(t.path + name).write_text(name)
    return t.spark.read.text([t.path + "1", t.path + "2"])


def text_not_utf8(t: Any) -> Any:
    Path(t.path).write_bytes(b"caf\xe9\n")
    return t.spark.read.text(t.path)


def text_query(t: Any) -> Any:
    Path(t.path).write_text("a b\na\n")
    words = t.spark.read.text(t.path).select(F.explode(F.split("value", " ")).alias("w"))
    return words.groupBy("w").count()


def text_written(t: Any) -> Any:
    t.spark.createDataFrame([("one",), ("two",)], ["v"]).coalesce(1).write.text(t.path)
    return sorted(Path(t.path).glob("part-*"))[0].read_text()


def text_of_two_columns(t: Any) -> Any:
    _frame(t).write.text(t.path)


def missing_path(t: Any) -> Any:
    return t.spark.read.parquet(t.path)


def missing_text(t: Any) -> Any:
    return t.spark.read.text(t.path)


def written_twice(t: Any) -> Any:
    _frame(t).write.parquet(t.path)
    _frame(t).write.parquet(t.path)


def overwritten_and_appended(t: Any) -> Any:
    t.spark.range(3).write.parquet(t.path)
    t.spark.range(5).write.mode("overwrite").parquet(t.path)
    t.spark.range(2).write.mode("append").parquet(t.path)
    t.spark.range(9).write.mode("ignore").parquet(t.path)
    return t.spark.read.parquet(t.path)


def unknown_mode(t: Any) -> Any:
    _frame(t).write.mode("sometimes").parquet(t.path)


def partitioned_by_column(t: Any) -> Any:
    _frame(t).write.partitionBy("n").parquet(t.path)
    return [
        t.spark.read.parquet(t.path).filter("n = 2").select("n", "d").collect(),
        sorted(os.listdir(t.path))[:3],
    ]


def merged_schemas(t: Any) -> Any:
    t.spark.sql("select 1 as a").write.parquet(t.path + "/x=1")
    t.spark.sql("select 2 as b").write.parquet(t.path + "/x=2")
    return t.spark.read.option("mergeSchema", "true").parquet(t.path)


def load_and_save(t: Any) -> Any:
    _frame(t).write.save(t.path, format="json", compression="gzip")
    return [t.spark.read.load(t.path, "json").count(), t.spark.read.format("json").load(t.path).columns]


def unknown_format(t: Any) -> Any:
    return t.spark.read.format("nonsense").load(t.path)


def sql_on_a_file(t: Any) -> Any:
    t.spark.range(3).write.parquet(t.path)
    return t.spark.sql(f"select sum(id) from parquet.`{t.path}`")


def binary_files(t: Any) -> Any:
    Path(t.path).write_bytes(b"\x00\x01")
    return t.spark.read.format("binaryFile").load(t.path).select("length", "content")


def input_file_names(t: Any) -> Any:
    t.spark.range(1).coalesce(1).write.parquet(t.path)
    return t.spark.read.parquet(t.path).inputFiles() != []


def number_of_files(t: Any) -> Any:
    t.spark.range(0, 6, 1, 3).write.json(t.path)
    return len(list(Path(t.path).glob("part-*")))


def rdd_of_a_frame_written(t: Any) -> Any:
    t.sc.parallelize([(1, "a"), (2, "b")], 2).toDF(["n", "s"]).write.parquet(t.path)
    return t.spark.read.parquet(t.path)


def file_changed_after_it_was_read(t: Any) -> Any:
    Path(t.path).write_text("one\n")
    frame = t.spark.read.text(t.path)
    Path(t.path).write_text("one\ntwo\n")
    return frame.count()


def write_to_v2(t: Any) -> Any:
    t.spark.range(2).writeTo("nothing.there.table").append()


def data_source_of_python(t: Any) -> Any:
    from pyspark.sql.datasource import DataSource, DataSourceReader

    class Reader(DataSourceReader):
        def read(self, partition: Any) -> Any:
            yield from [(1, "a"), (2, "b")]

    class Source(DataSource):
        @classmethod
        def name(cls) -> str:
            return "numbers_of_ours"

        def schema(self) -> str:
            return "n int, s string"

        def reader(self, schema: Any) -> Any:
            return Reader()

    t.spark.dataSource.register(Source)
    return t.spark.read.format("numbers_of_ours").load()


def streaming_rate_schema(t: Any) -> Any:
    frame = t.spark.readStream.format("rate").load()
    return [frame.isStreaming, frame.schema.simpleString()]


def streaming_to_memory(t: Any) -> Any:
    os.makedirs(t.path)
    Path(t.path, "a.txt").write_text("one\ntwo\n")
    query = (
        t.spark.readStream.text(t.path)
        .writeStream.format("memory")
        .queryName("lines")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination(50)
    return t.spark.table("lines")
