"""The workloads: functions of a SparkContext, written against PySpark's API and used unchanged.

What a workload returns is compared between the peers. When it returns a function, that is called after the
clock has stopped, so that an answer can be checked more thoroughly than it was measured. A new workload is a
function and a row in the module of its topic.
"""

from __future__ import annotations

from workloads.cached import CACHED
from workloads.definition import DATA, LATENCY, QUERY, Given, Workload, forget
from workloads.files import FILES
from workloads.latency import LATENCIES, STEPS
from workloads.records import RECORDS
from workloads.shuffles import SHUFFLES
from workloads.sql import SQL
from workloads.text import TEXTS

WORKLOADS = (*LATENCIES, *TEXTS, *RECORDS, *SHUFFLES, *CACHED, *FILES, *SQL)
GROWING = (STEPS,)  # for scripts/bench --growth only

__all__ = ["DATA", "GROWING", "LATENCY", "QUERY", "WORKLOADS", "Given", "Workload", "forget"]
