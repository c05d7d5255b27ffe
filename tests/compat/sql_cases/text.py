"""Texts of SQL: parameters, literals, names, statements."""

from __future__ import annotations

from typing import Any

from pyspark.sql import functions as F


def named_parameters(t: Any) -> Any:
    return t.spark.sql("select :a + 1 as x, :b as y", args={"a": 1, "b": "it's"})


def positional_parameters(t: Any) -> Any:
    return t.spark.sql("select ? as x, ? as y", args=[1.5, None])


def parameters_of_odd_types(t: Any) -> Any:
    import datetime
    from decimal import Decimal

    return t.spark.sql(
        "select :d, :n, :a, :t",
        {"d": datetime.date(2020, 2, 29), "n": Decimal("1.20"), "a": F.array(F.lit(1)), "t": True},
    )


def frames_as_parameters(t: Any) -> Any:
    return t.spark.sql("select sum(id) from {numbers} where id > {least}", numbers=t.spark.range(5), least=1)


def missing_parameter(t: Any) -> Any:
    return t.spark.sql("select :a")


def identifier_clause(t: Any) -> Any:
    t.spark.range(2).createOrReplaceTempView("v")
    return t.spark.sql("select identifier(:c) from identifier(:v)", {"c": "id", "v": "v"})


def literals(t: Any) -> Any:
    return t.spark.sql("select 1, 1L, 1S, 1Y, 1.0, 1e0, 1.5d, 1f, 2bd, 'x', X'1F', true, null, 0x10")


def common_table_expression(t: Any) -> Any:
    return t.spark.sql(
        "with a as (select 1 x union all select 2), b as (select x * 2 y from a) select * from a, b"
    )


def recursive_expression(t: Any) -> Any:
    return t.spark.sql(
        "with recursive r(n) as (select 1 union all select n + 1 from r where n < 4) select * from r"
    )


def values_table(t: Any) -> Any:
    return t.spark.sql("select * from values (1, 'a'), (2, null) as v(n, s)")


def case_insensitive_names(t: Any) -> Any:
    return t.spark.sql("select ID, Id + 1 as x from range(2)")


def case_sensitive_names(t: Any) -> Any:
    t.set("spark.sql.caseSensitive", "true")
    return t.spark.sql("select ID from range(2)")


def syntax_error(t: Any) -> Any:
    return t.spark.sql("selec 1")


def unknown_table(t: Any) -> Any:
    return t.spark.sql("select * from nothing")


def unknown_function(t: Any) -> Any:
    return t.spark.sql("select nothing(1)")


def wrong_argument_type(t: Any) -> Any:
    return t.spark.sql("select array(1) + 1")


def wrong_argument_count(t: Any) -> Any:
    return t.spark.sql("select substring('x')")


def explode_and_posexplode(t: Any) -> Any:
    return t.spark.sql("select posexplode(array('a', 'b', null))")


def lateral_view(t: Any) -> Any:
    return t.spark.sql(
        "select id, x from range(2) lateral view outer explode(array_repeat(7, cast(id as int))) as x"
    )


def higher_order_functions(t: Any) -> Any:
    return t.spark.sql(
        "select transform(array(1, 2), x -> x * 2), filter(array(1, null), x -> x is not null), "
        "aggregate(array(1, 2), 0, (a, x) -> a + x), exists(array(1), x -> x > 1), zip_with(array(1), "
        "array(2), (x, y) -> x + y)"
    )


def string_functions(t: Any) -> Any:
    return t.spark.sql(
        "select trim('  x '), lpad('7', 3, '0'), split('a1b2', '[0-9]'), regexp_extract('ab12', "
        "'([a-z]+)([0-9]+)', 2), "
        "regexp_replace('aXbX', 'X', '-'), initcap('one two'), reverse('abc'), instr('abc', 'c'), "
        "translate('abc', 'ab', 'x'), "
        "format_string('%03d %s', 7, 'x'), format_number(1234567.891, 2), soundex('Miller'), "
        "levenshtein('kitten', 'sitting'), "
        "base64('x'), hex(255), conv('ff', 16, 10), ascii('é'), char(65), repeat('ab', 2), "
        "substring_index('a.b.c', '.', 2)"
    )


def unicode_functions(t: Any) -> Any:
    return t.spark.sql(
        "select length('é😀'), upper('straße'), octet_length('é'), reverse('a😀'), substring('😀x', 2, 1)"
    )


def json_functions(t: Any) -> Any:
    return t.spark.sql(
        "select from_json('{\"a\": 1, \"b\": [1.5]}', 'a int, b array<double>'), "
        "to_json(named_struct('x', null, 'y', date'2020-01-01')), "
        "get_json_object('{\"a\": {\"b\": 2}}', '$.a.b'), schema_of_json('[{\"x\": 1}]'), "
        "json_array_length('[1, 2]')"
    )


def variant_values(t: Any) -> Any:
    return t.spark.sql(
        "select variant_get(parse_json('{\"a\": [1, 2]}'), '$.a[1]', 'int'), typeof(parse_json('1'))"
    )


def collations(t: Any) -> Any:
    return t.spark.sql("select 'a' collate utf8_lcase = 'A' collate utf8_lcase as same, collation('x')")


def pipe_syntax(t: Any) -> Any:
    return t.spark.sql("from range(5) |> where id > 2 |> select id * 2 as x")


def sql_variables(t: Any) -> Any:
    t.spark.sql("declare or replace variable answer int default 41")
    t.spark.sql("set var answer = answer + 1")
    return t.spark.sql("select answer")


def set_statement(t: Any) -> Any:
    t.set("spark.sql.ansi.enabled", "true")
    t.spark.sql("set spark.sql.ansi.enabled=false")
    return t.spark.sql("select cast('x' as int), 1 / 0")


def raise_error_of_sql(t: Any) -> Any:
    return t.spark.sql("select raise_error('no!')")


def assert_true_of_sql(t: Any) -> Any:
    return t.spark.sql("select assert_true(1 > 2, 'no')")


def sql_scalar_function(t: Any) -> Any:
    t.spark.sql("create or replace temporary function twice(x int) returns int return x * 2")
    return t.spark.sql("select twice(4)")


def expr_and_select_expr(t: Any) -> Any:
    return t.spark.range(3).selectExpr("id * 2 as d", "cast(id as string)").filter(F.expr("d >= 2"))


def scalar_subquery_of_many(t: Any) -> Any:
    return t.spark.sql("select (select id from range(2))")


def two_statements(t: Any) -> Any:
    return t.spark.sql("select 1; select 2")


def describe_query(t: Any) -> Any:
    return t.spark.sql("describe query select 1 as x, 'a' as y")


def show_functions_like(t: Any) -> Any:
    return t.spark.sql("show functions like 'array_a*'")


def table_valued_function(t: Any) -> Any:
    return t.spark.tvf.explode(F.array(F.lit(1), F.lit(2)))
