"""A notebook shows DataFrames as tables."""

from __future__ import annotations

from notebook_kernel import Notebook


def test_a_dataframe_is_shown_as_a_table() -> None:
    notebook = Notebook()
    try:
        notebook.cell(
            "from firesteel.sql import SparkSession\n"
            "spark = SparkSession.builder.master('local[1]').getOrCreate()"
        )
        told = notebook.html("spark.range(2).selectExpr('id', 'id * 10 as tens')")
        rows = [line for line in told.splitlines() if line.startswith("<tr>")]
        assert rows == [
            "<tr><th>id</th><th>tens</th></tr>",
            "<tr><td>0</td><td>0</td></tr>",
            "<tr><td>1</td><td>10</td></tr>",
        ]
        assert notebook.html("spark.createDataFrame([('a',)], ['letter'])").count("<tr>") == 2
        notebook.cell("spark.stop()")
    finally:
        notebook.close()
