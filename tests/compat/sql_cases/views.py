"""Temporary views, the catalog, settings, sessions."""

from __future__ import annotations

from typing import Any


def made_and_asked(t: Any) -> Any:
    t.spark.range(3).createTempView("v")
    return t.spark.sql("select sum(id) from v")


def made_twice(t: Any) -> Any:
    t.spark.range(3).createTempView("v")
    t.spark.range(3).createTempView("v")


def replaced_after_sql(t: Any) -> Any:
    t.spark.range(3).createOrReplaceTempView("v")
    frame = t.spark.sql("select * from v")
    t.spark.range(10, 12).createOrReplaceTempView("v")
    return [frame.collect(), t.spark.sql("select * from v").collect()]


def replaced_after_table(t: Any) -> Any:
    t.spark.range(3).createOrReplaceTempView("v")
    frame = t.spark.table("v").filter("id > 0")
    t.spark.range(10, 12).createOrReplaceTempView("v")
    return frame


def replaced_by_sql(t: Any) -> Any:
    t.spark.sql("create temporary view v as select 1 as a")
    frame = t.spark.read.table("v")
    t.spark.sql("create or replace temporary view v as select 2 as a")
    return [frame.collect(), t.spark.table("v").collect()]


def replaced_by_itself(t: Any) -> Any:
    t.spark.range(3).createOrReplaceTempView("v")
    t.spark.sql("select id + 1 as id from v").createOrReplaceTempView("v")
    t.spark.sql("select id + 1 as id from v").createOrReplaceTempView("v")
    return t.spark.table("v")


def dropped_after_use(t: Any) -> Any:
    t.spark.range(3).createOrReplaceTempView("v")
    frame = t.spark.table("v")
    told = [t.spark.catalog.dropTempView("v"), t.spark.catalog.dropTempView("v")]
    return [told, frame.count()]


def of_another_schema(t: Any) -> Any:
    t.spark.range(3).createOrReplaceTempView("v")
    frame = t.spark.sql("select id from v")
    t.spark.sql("select 'x' as other").createOrReplaceTempView("v")
    return frame


def of_a_view(t: Any) -> Any:
    t.spark.range(3).createOrReplaceTempView("a")
    t.spark.sql("create or replace temporary view b as select id * 2 as x from a")
    t.spark.range(1).createOrReplaceTempView("a")
    return t.spark.table("b")


def in_an_expression(t: Any) -> Any:
    t.spark.range(3).createOrReplaceTempView("v")
    frame = t.spark.range(2).selectExpr("(select max(id) from v) as m")
    t.spark.range(9).createOrReplaceTempView("v")
    return frame


def global_view(t: Any) -> Any:
    t.spark.range(2).createOrReplaceGlobalTempView("g")
    told = t.spark.sql("select count(*) as n from global_temp.g").collect()
    return [told, t.spark.catalog.dropGlobalTempView("g")]


def seen_by_a_new_session(t: Any) -> Any:
    t.spark.range(2).createOrReplaceTempView("v")
    return t.spark.newSession().catalog.tableExists("v")


def settings_of_a_new_session(t: Any) -> Any:
    t.set("spark.sql.shuffle.partitions", "7")
    other = t.spark.newSession()
    return [
        t.spark.conf.get("spark.sql.shuffle.partitions"),
        other.conf.get("spark.sql.shuffle.partitions") == "7",
    ]


def catalog_lists_views(t: Any) -> Any:
    t.spark.range(2).createOrReplaceTempView("v")
    return [
        (each.name, each.isTemporary, each.tableType, each.database) for each in t.spark.catalog.listTables()
    ]


def catalog_of_columns(t: Any) -> Any:
    t.spark.sql("select 1 as a, 'x' as b").createOrReplaceTempView("v")
    return [tuple(each) for each in t.spark.catalog.listColumns("v")]


def catalog_of_databases(t: Any) -> Any:
    return [
        t.spark.catalog.currentDatabase(),
        t.spark.catalog.currentCatalog(),
        [each.name for each in t.spark.catalog.listDatabases()],
    ]


def catalog_of_functions(t: Any) -> Any:
    return [
        t.spark.catalog.functionExists("abs"),
        t.spark.catalog.functionExists("nothing"),
        t.spark.catalog.getFunction("abs").name,
    ]


def catalog_cache(t: Any) -> Any:
    t.spark.range(2).createOrReplaceTempView("v")
    told = [t.spark.catalog.isCached("v")]
    t.spark.catalog.cacheTable("v")
    told.append(t.spark.catalog.isCached("v"))
    t.spark.catalog.uncacheTable("v")
    return [*told, t.spark.catalog.isCached("v")]


def catalog_of_missing_table(t: Any) -> Any:
    return t.spark.catalog.listColumns("nothing")


def table_saved_and_read(t: Any) -> Any:
    t.spark.range(3).write.saveAsTable("kept")
    told = [t.spark.table("kept").count(), t.spark.catalog.tableExists("kept")]
    t.spark.sql("insert into kept values (7)")
    told.append(t.spark.table("kept").agg({"id": "sum"}).first()[0])
    t.spark.sql("drop table kept")
    return [*told, t.spark.catalog.tableExists("kept")]


def table_saved_twice(t: Any) -> Any:
    t.spark.range(3).write.mode("overwrite").saveAsTable("twice")
    try:
        t.spark.range(3).write.saveAsTable("twice")
    finally:
        t.spark.sql("drop table twice")


def database_made_and_used(t: Any) -> Any:
    t.spark.sql("create database if not exists other")
    t.spark.catalog.setCurrentDatabase("other")
    told = t.spark.catalog.currentDatabase()
    t.spark.catalog.setCurrentDatabase("default")
    t.spark.sql("drop database other cascade")
    return told


def conf_get_and_set(t: Any) -> Any:
    t.set("spark.sql.session.timeZone", "UTC")
    conf = t.spark.conf
    return [
        conf.get("spark.sql.session.timeZone"),
        conf.get("some.thing", "none"),
        conf.isModifiable("spark.sql.ansi.enabled"),
    ]


def conf_unknown(t: Any) -> Any:
    return t.spark.conf.get("nothing.at.all")


def conf_static(t: Any) -> Any:
    t.spark.conf.set("spark.sql.warehouse.dir", "/elsewhere")


def conf_bad_value(t: Any) -> Any:
    t.spark.conf.set("spark.sql.shuffle.partitions", "many")


def conf_of_python_values(t: Any) -> Any:
    t.set("spark.sql.shuffle.partitions", "3")
    t.spark.conf.set("spark.sql.ansi.enabled", False)
    told = [t.spark.conf.get("spark.sql.ansi.enabled")]
    t.spark.conf.unset("spark.sql.ansi.enabled")
    return [*told, t.spark.conf.get("spark.sql.ansi.enabled")]


def conf_default_of_a_known_key(t: Any) -> Any:
    return [
        t.spark.conf.get("spark.sql.ansi.enabled"),
        t.spark.conf.get("spark.sql.caseSensitive"),
        t.spark.conf.get("spark.sql.ansi.enabled", "x"),
    ]


def conf_seen_by_sql(t: Any) -> Any:
    t.set("spark.sql.shuffle.partitions", "5")
    return t.spark.sql("set spark.sql.shuffle.partitions")


def version_and_context(t: Any) -> Any:
    return [t.spark.version, t.spark.sparkContext is t.sc, type(t.spark).__name__]


def active_session(t: Any) -> Any:
    from pyspark.sql import SparkSession

    return [
        SparkSession.getActiveSession() is not None,
        SparkSession.builder.getOrCreate().sparkContext is t.sc,
    ]


def instance_checks(t: Any) -> Any:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql import functions as F

    return [
        isinstance(t.spark, SparkSession),
        isinstance(t.spark.range(1), DataFrame),
        isinstance(t.spark.range(1).filter("id > 0"), DataFrame),
        isinstance(F.col("a"), Column),
    ]


def sql_context(t: Any) -> Any:
    from pyspark.sql import SQLContext

    old = SQLContext(t.sc)
    frame = old.createDataFrame([(1, "a")], ["n", "s"])
    old.registerDataFrameAsTable(frame, "old")
    told = [old.sql("select s from old").collect(), sorted(old.tableNames()), old.table("old").count()]
    old.dropTempTable("old")
    return [told, sorted(old.tableNames())]


def sql_context_settings(t: Any) -> Any:
    from pyspark.sql import SQLContext

    old = SQLContext.getOrCreate(t.sc)
    old.setConf("some.key", "5")
    return [
        old.getConf("some.key"),
        old.getConf("other.key", "x"),
        old.range(3).count(),
        old.sparkSession is not None,
    ]


def sql_context_functions(t: Any) -> Any:
    from pyspark.sql import SQLContext

    old = SQLContext.getOrCreate(t.sc)
    old.registerFunction("size_of", lambda text: len(text), "int")
    return old.sql("select size_of('abcd')")
