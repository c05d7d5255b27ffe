"""createDataFrame and toDF: of lists, dictionaries, Rows, tuples, pandas, NumPy, Arrow, RDDs."""

from __future__ import annotations

import collections
import datetime
import pickle
from typing import Any

from pyspark.sql import Row
from pyspark.sql import types as T

_Point = collections.namedtuple("_Point", ["x", "y"])  # what programs have


def tuples_with_names(t: Any) -> Any:
    return t.spark.createDataFrame([(1, "a"), (2, None)], ["n", "s"])


def tuples_without_names(t: Any) -> Any:
    return t.spark.createDataFrame([(1, "a")])


def too_few_names(t: Any) -> Any:
    return t.spark.createDataFrame([(1, "a", 2.5)], ["n"])


def too_many_names(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], ["n", "s"])


def rows(t: Any) -> Any:
    return t.spark.createDataFrame([Row(b=1, a="x"), Row(b=2, a=None)])


def rows_of_other_fields(t: Any) -> Any:
    return t.spark.createDataFrame([Row(a=1), Row(a=1, b=2)])


def row_class(t: Any) -> Any:
    Person = Row("name", "age")
    return t.spark.createDataFrame([Person("A", 1), Person("B", 2)])


def named_tuples(t: Any) -> Any:
    return t.spark.createDataFrame([_Point(1, 2.5)])


def dictionaries(t: Any) -> Any:
    return t.spark.createDataFrame([{"b": 1, "a": "x"}, {"a": "y"}])


def dictionaries_with_schema(t: Any) -> Any:
    return t.spark.createDataFrame([{"b": 1, "a": "x"}, {"a": "y", "c": 7}], "a string, b int")


def objects(t: Any) -> Any:
    class Thing:
        def __init__(self) -> None:
            self.b, self.a = 1, "x"

    return t.spark.createDataFrame([Thing()])


def lists(t: Any) -> Any:
    return t.spark.createDataFrame([[1, "a"], [2, "b"]], ["n", "s"])


def plain_values_with_type(t: Any) -> Any:
    return t.spark.createDataFrame([1, 2, None], "int")


def plain_values_with_type_object(t: Any) -> Any:
    return t.spark.createDataFrame(["a"], T.StringType())


def plain_values_without_schema(t: Any) -> Any:
    return t.spark.createDataFrame([1, 2])


def nothing_without_schema(t: Any) -> Any:
    return t.spark.createDataFrame([])


def nothing_with_schema(t: Any) -> Any:
    return t.spark.createDataFrame([], "a int, b string")


def only_nones(t: Any) -> Any:
    return t.spark.createDataFrame([(None, 1)], ["a", "b"])


def types_that_do_not_merge(t: Any) -> Any:
    return t.spark.createDataFrame([(1,), ("a",)], ["a"])


def struct_type(t: Any) -> Any:
    schema = T.StructType(
        [T.StructField("a", T.IntegerType(), False), T.StructField("b", T.StringType(), True, {"m": 1})]
    )
    return t.spark.createDataFrame([(1, "x")], schema)


def null_where_none_may_be(t: Any) -> Any:
    return t.spark.createDataFrame([(None,)], T.StructType([T.StructField("a", T.IntegerType(), False)]))


def verified_text(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], "a string")


def verified_length(t: Any) -> Any:
    return t.spark.createDataFrame([(1, 2)], "a int")


def verified_array(t: Any) -> Any:
    return t.spark.createDataFrame([([1, "x"],)], "a array<int>")


def not_verified(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], "a string", verifySchema=False)


def not_verified_float_for_int(t: Any) -> Any:
    return t.spark.createDataFrame([(1.5,)], "a int", verifySchema=False)


def not_verified_int_for_double(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], "a double", verifySchema=False)


def bad_schema_text(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], "a nonsense")


def bad_schema_object(t: Any) -> Any:
    return t.spark.createDataFrame([(1,)], 5)


def not_data(t: Any) -> Any:
    return t.spark.createDataFrame(5)


def frame_of_a_frame(t: Any) -> Any:
    return t.spark.createDataFrame(t.spark.range(1))


def pandas_frame(t: Any) -> Any:
    import pandas as pd

    return t.spark.createDataFrame(
        pd.DataFrame({"i": [1, 2], "f": [0.5, None], "s": ["a", None], "b": [True, False]})
    )


def pandas_frame_with_schema(t: Any) -> Any:
    import pandas as pd

    return t.spark.createDataFrame(pd.DataFrame({"x": [1, 2]}), "y int")


def pandas_frame_with_names(t: Any) -> Any:
    import pandas as pd

    return t.spark.createDataFrame(pd.DataFrame([[1, "a"]]), ["n", "s"])


def pandas_frame_without_names(t: Any) -> Any:
    import pandas as pd

    return t.spark.createDataFrame(pd.DataFrame([[1, "a"]]))


def pandas_frame_with_arrow(t: Any) -> Any:
    import pandas as pd

    t.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    frame = pd.DataFrame(
        {
            "c": pd.Categorical(["a", "b"]),
            "d": pd.to_timedelta([1, 2], unit="s"),
            "n": pd.array([1, None], "Int64"),
        }
    )
    return t.spark.createDataFrame(frame)


def pandas_frame_of_nothing(t: Any) -> Any:
    import pandas as pd

    return t.spark.createDataFrame(pd.DataFrame({"a": []}), "a int")


def pandas_frame_mixed(t: Any) -> Any:
    import pandas as pd

    return t.spark.createDataFrame(pd.DataFrame({"a": [1, "x"]}))


def numpy_array(t: Any) -> Any:
    import numpy as np

    return t.spark.createDataFrame(np.array([[1, 2], [3, 4]]))


def numpy_array_of_one_dimension(t: Any) -> Any:
    import numpy as np

    return t.spark.createDataFrame(np.array([1.5, 2.5], "float32"), ["x"])


def numpy_values_in_tuples(t: Any) -> Any:
    import numpy as np

    return t.spark.createDataFrame(
        [(np.int32(1), np.float64(2.5), np.str_("a"))], "a int, b double, c string"
    )


def numpy_values_inferred(t: Any) -> Any:
    import numpy as np

    return t.spark.createDataFrame([(np.int64(1), np.float64(2.5), np.bool_(True))], ["a", "b", "c"])


def arrow_table(t: Any) -> Any:
    import pyarrow as pa

    return t.spark.createDataFrame(pa.table({"a": [1, None], "b": ["x", "y"]}))


def array_module(t: Any) -> Any:
    import array

    return t.spark.createDataFrame([(array.array("i", [1, 2]), array.array("d", [0.5]))], ["i", "d"])


def rdd_of_tuples(t: Any) -> Any:
    return t.partitioned(
        t.spark.createDataFrame(t.sc.parallelize([(1, "a"), (2, "b"), (3, None)], 3), ["n", "s"])
    )


def rdd_of_rows(t: Any) -> Any:
    return t.partitioned(t.sc.parallelize([Row(a=1, b=[1.5]), Row(a=2, b=[])], 2).toDF())


def rdd_of_dictionaries(t: Any) -> Any:
    return t.spark.createDataFrame(t.sc.parallelize([{"a": 1}, {"a": 2, "b": "x"}], 1))


def rdd_with_schema(t: Any) -> Any:
    return t.partitioned(t.spark.createDataFrame(t.sc.parallelize([(1, 2.5)], 2), "a int, b double"))


def rdd_with_plain_type(t: Any) -> Any:
    return t.partitioned(t.sc.parallelize(range(4), 2).toDF("long"))


def rdd_to_df_with_names(t: Any) -> Any:
    return t.sc.parallelize([(1, 2)], 1).toDF(["a", "b"])


def rdd_of_nothing(t: Any) -> Any:
    return t.sc.parallelize([], 2).toDF()


def rdd_of_nothing_with_schema(t: Any) -> Any:
    return t.partitioned(t.sc.parallelize([], 2).toDF("a int"))


def rdd_first_row_is_none(t: Any) -> Any:
    return t.sc.parallelize([(None, 1), ("x", 2)], 1).toDF(["a", "b"])


def rdd_of_only_nones(t: Any) -> Any:
    return t.sc.parallelize([(None,)], 1).toDF(["a"])


def rdd_wholly_sampled(t: Any) -> Any:
    return t.spark.createDataFrame(
        t.sc.parallelize([(None,)] * 150 + [(1,)], 2), ["a"], samplingRatio=1.0
    ).filter("a = 1")


def rdd_type_found_late(t: Any) -> Any:
    return t.spark.createDataFrame(t.sc.parallelize([(None,)] * 150 + [(1,)], 1), ["a"])


def rdd_rows_that_do_not_fit(t: Any) -> Any:
    return t.spark.createDataFrame(t.sc.parallelize([(1,), ("a",)], 1), "a int")


def rdd_rows_of_another_type_than_inferred(t: Any) -> Any:
    return t.spark.createDataFrame(t.sc.parallelize([(1,), (2.5,)], 1), ["a"])


def rdd_not_verified(t: Any) -> Any:
    return t.spark.createDataFrame(t.sc.parallelize([("a",), (5,)], 1), "a int", verifySchema=False)


def rdd_of_plain_values(t: Any) -> Any:
    return t.sc.parallelize([1, 2], 1).toDF()


def rdd_of_a_frame_again(t: Any) -> Any:
    frame = t.spark.range(0, 4, 1, 2)
    return t.partitioned(frame.rdd.map(lambda row: (row.id, str(row.id))).toDF(["n", "s"]))


def rdd_that_fails(t: Any) -> Any:
    return t.sc.parallelize([1], 1).map(lambda x: (1 // 0,)).toDF("a int")


def rdd_is_read_when_needed(t: Any) -> Any:
    seen = t.sc.accumulator(0)

    def noted(x: int) -> tuple[int]:
        seen.add(1)
        return (x,)

    t.sc.parallelize(range(4), 2).map(noted).toDF("a int")
    return seen.value


def rdd_query(t: Any) -> Any:
    frame = t.sc.parallelize([(i % 3, i) for i in range(12)], 3).toDF("k int, v int")
    return frame.groupBy("k").sum("v")


def row_pickles(t: Any) -> Any:
    return pickle.loads(pickle.dumps([Row(a=1, b="x"), Row(1, 2), Row("a", "b")(3, 4)]))


def row_is_a_tuple(t: Any) -> Any:
    row = Row(a=1, b=Row(c=[1]))
    return [
        isinstance(row, tuple),
        row.asDict(),
        row.asDict(recursive=True),
        repr(row),
        row == (1, ([1],)),
        hash(Row(a=1)) == hash((1,)),
    ]


def row_errors(t: Any) -> Any:
    told = []
    for use in (
        lambda: Row(a=1).b,
        lambda: Row(a=1)["b"],
        lambda: Row("a", b=1),
        lambda: Row("a")(1, 2),
        lambda: Row(1).asDict(),
    ):
        try:
            told.append(use())
        except Exception as error:
            told.append([type(error).__name__, str(error)])
    return told


def nones_in_bool_and_bytes(t: Any) -> Any:
    return t.spark.createDataFrame([(True, b"a"), (None, None)], ["a", "b"])


def unicode_names_and_values(t: Any) -> Any:
    return t.spark.createDataFrame([("naïve 😀\u0000",)], ["größe"])


def many_columns(t: Any) -> Any:
    return t.spark.createDataFrame([tuple(range(120))])


def set_as_array(t: Any) -> Any:
    return t.spark.createDataFrame([({1},)], ["a"])


def complex_number(t: Any) -> Any:
    return t.spark.createDataFrame([(1j,)], ["a"])


def schema_as_tuple_of_names(t: Any) -> Any:
    return t.spark.createDataFrame([(1, 2)], ("a", "b"))


def generator_of_rows(t: Any) -> Any:
    return t.spark.createDataFrame(((i, str(i)) for i in range(3)), ["n", "s"])


def partitions_of_a_list(t: Any) -> Any:
    return [t.spark.createDataFrame([(i,) for i in range(5)], ["a"]).rdd.glom().map(len).collect()]


def time_of_day_inferred(t: Any) -> Any:
    return t.spark.createDataFrame([(datetime.time(1, 2, 3, 4),), (None,)], ["a"])


def time_of_day_with_schema(t: Any) -> Any:
    return t.spark.createDataFrame([(datetime.time(1, 2, 3, 4),), (None,)], "a time(6)")


def char_and_varchar(t: Any) -> Any:
    return t.spark.createDataFrame([("a", "b"), (None, None)], "a char(3), b varchar(2)")


def varchar_of_too_many(t: Any) -> Any:
    return t.spark.createDataFrame([("long",)], "a varchar(2)")
