"""Counts events by hour with SQL, in the API of Spark 1: rows with an inferred schema, a table, a query.

Run it:  bin/spark-submit examples/events_sql.py

It prints the hours in the machine's time zone. What ``sqlContext.sql`` returns has the methods of an RDD.
"""

from pyspark import SparkContext
from pyspark.sql import Row, SQLContext

EVENTS = (
    "1404172800000,checkout,3.50",
    "1404174600000,search,0",
    "1404176400000,checkout,12.25",
    "1404176460000,checkout,8.00",
    "1404180000000,search,0",
)


def event(line: str) -> Row:
    """Return the event in a line: milliseconds since 1970, kind, price."""
    time, kind, price = line.split(",")
    return Row(time=int(time), kind=kind, price=float(price))


def main() -> None:
    """Print how many events of each kind there were in each hour, and what they brought."""
    sc = SparkContext(appName="events")
    sqlContext = SQLContext(sc)
    events = sqlContext.inferSchema(sc.parallelize(EVENTS, 2).map(event))
    events.registerTempTable("events")
    by_hour = sqlContext.sql(
        """
        SELECT from_unixtime(cast(time/1000.0 as bigint), 'yyyy-MM-dd HH:00') AS hour, kind,
               count(*) AS events, sum(price) AS price
        FROM events GROUP BY 1, 2 ORDER BY 1, 2
        """
    )
    lines = by_hour.map(lambda row: f"{row.hour} {row.kind:8} {row.events} {row.price:6.2f}")
    for line in lines.collect():
        print(line)
    print(events.filter(lambda row: row.price > 5).count(), "events of more than 5")
    sc.stop()


if __name__ == "__main__":
    main()
