"""A map task that runs again with other spill points writes the same records, and its checksums say so."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firesteel._data.memory import Memory

from .worker_support import Rig

PARTITIONS = 3


@pytest.fixture
def checksums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a map task whose memory is exhausted at chosen looks, and give its checksums."""
    rig = Rig(tmp_path)
    number = itertools.count()

    def run(
        records: list[Any], combine: list[Any] | None, step: int, exhausted: Callable[[int], bool]
    ) -> list[int]:
        looks = itertools.count(1)
        monkeypatch.setattr(Memory, "exhausted", lambda self, _: exhausted(next(looks)))
        monkeypatch.setattr(Memory, "FEWEST", step)
        rig.memory = 1 << 20
        name = f"shuffle_0_{next(number)}_0"
        plan = ["ShuffleWrite", rig.slice(records), name, PARTITIONS, ["hash"], combine]
        found: list[int] = rig.done(plan, **{name: str(tmp_path / name)})["shuffle"]["checksums"]
        assert len(found) == PARTITIONS
        return found

    def with_functions(*functions: Any) -> list[Any]:
        return ["combine", rig.closure((*functions, "reduceByKey at app.py:1"))]

    run.functions = with_functions  # type: ignore[attr-defined]
    yield run
    rig.close()


def never(look: int) -> bool:
    return False


def every(other: int) -> Callable[[int], bool]:
    return lambda look: look % other == 0


PAIRS = [(f"word {number % 3001}", number) for number in range(30_000)]


def test_how_often_memory_is_looked_at_does_not_show(checksums: Any) -> None:
    found = [checksums(PAIRS, None, step, never) for step in (16, 1000, 8192)]
    assert found[0] == found[1] == found[2]
    changed = [*PAIRS[:-1], (PAIRS[-1][0], -1)]
    assert checksums(changed, None, 16, never) != found[0]


def test_where_an_aggregation_spills_does_not_show(checksums: Any) -> None:
    add = checksums.functions(None, operator.add, operator.add)
    one = checksums(PAIRS, add, 512, every(7))
    assert checksums(PAIRS, add, 512, every(11)) == one
    assert checksums(PAIRS, add, 512, lambda look: look == 20) == one
    assert checksums([*PAIRS, ("word 0", 1)], add, 512, every(7)) != one
    swapped = [(key, -value if key in ("word 1", "word 2") else value) for key, value in PAIRS]
    assert checksums(swapped, add, 512, every(7)) != one


def test_sums_that_are_left_to_the_reduce_side_do_not_show(checksums: Any) -> None:
    add = checksums.functions(None, operator.add, operator.add)
    pairs = [(key, value + 1) for key, value in PAIRS]
    one = checksums(pairs, add, 512, never)
    for exhausted in (every(7), lambda look: look == 20, every(1)):  # at the last they come again too often
        assert checksums(pairs, add, 512, exhausted) == one
    assert checksums([*pairs, ("word 0", 1)], add, 512, every(7)) != one


def test_an_aggregation_that_has_not_spilled_gives_the_same_again(checksums: Any) -> None:
    add = checksums.functions(None, operator.add, operator.add)
    assert checksums(PAIRS, add, 16, never) == checksums(PAIRS, add, 8192, never)


def test_lists_keep_their_order_wherever_they_spill(checksums: Any) -> None:
    combine = checksums.functions(lambda value: [value], lambda values, value: [*values, value], operator.add)
    pairs = [(key, f"value {value}") for key, value in PAIRS[:9000]]
    one = checksums(pairs, combine, 512, every(5))
    assert checksums(pairs, combine, 512, every(9)) == one
    backwards = checksums(pairs[::-1], combine, 512, every(5))
    assert backwards != one
