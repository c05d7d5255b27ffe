"""Job properties in threads, and cancelling from another thread."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from firesteel import InheritableThread, JobError, SparkContext
from firesteel import inheritable_thread_target as with_properties


def test_a_thread_inherits_properties_when_it_starts(sc: SparkContext) -> None:
    seen: list[Any] = []
    thread = InheritableThread(target=lambda: seen.append(sc.getLocalProperty("mood")))
    sc.setLocalProperty("mood", "calm")
    try:
        thread.start()
        thread.join()
        other = threading.Thread(target=lambda: seen.append(sc.getLocalProperty("mood")))
        other.start()
        other.join()
    finally:
        sc.setLocalProperty("mood", None)
    assert seen == ["calm", None]


def test_what_a_thread_sets_stays_there(sc: SparkContext) -> None:
    thread = InheritableThread(target=sc.setLocalProperty, args=("mood", "wild"))
    thread.start()
    thread.join()
    assert sc.getLocalProperty("mood") is None


def test_a_function_takes_properties_along(sc: SparkContext) -> None:
    sc.setJobGroup("group", "words")
    try:
        function = with_properties(sc.getLocalProperty)
    finally:
        sc.setLocalProperty("spark.jobGroup.id", None)
        sc.setLocalProperty("spark.job.description", None)
    assert function("spark.jobGroup.id") == "group"
    assert sc.getLocalProperty("spark.jobGroup.id") is None


@pytest.mark.parametrize("by", ["group", "tag"])
def test_another_thread_cancels(sc: SparkContext, tmp_path: Path, by: str) -> None:
    gate = str(tmp_path / "gate")
    os.mkfifo(gate)
    failures: list[JobError] = []

    def wait(_: int) -> str:
        with open(gate) as file:
            return file.read()

    def run() -> None:
        sc.setJobGroup("mine", "waits") if by == "group" else sc.addJobTag("mine")
        try:
            sc.parallelize([1], 1).map(wait).collect()
        except JobError as failure:
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    with open(gate, "w"):  # the task runs
        sc.cancelJobGroup("mine") if by == "group" else sc.cancelJobsWithTag("mine")
        thread.join()
    assert [failure.kind for failure in failures] == ["cancelled"]
