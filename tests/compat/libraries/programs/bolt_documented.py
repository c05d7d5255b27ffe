"""The uses of bolt that its documentation shows, each held against NumPy. It comes without tests for Spark.

Left out is what indexes the values of records (slices of them, and overlapping chunks put together again):
bolt 0.7.1 indexes with a list, where NumPy 2 takes a tuple only.
"""

from __future__ import annotations

from operator import add
from typing import Any

import bolt
import numpy as np
import pytest
from bolt.local.array import BoltArrayLocal
from bolt.spark.array import BoltArraySpark

PLAIN = np.arange(2 * 3 * 4, dtype="float64").reshape(2, 3, 4)


@pytest.fixture
def spread(eng: Any) -> Any:
    """Return an array whose first axis is spread over the partitions."""
    return bolt.array(PLAIN, eng, axis=(0,))


def test_an_array_keeps_its_shape_and_values(spread: Any) -> None:
    assert isinstance(spread, BoltArraySpark)
    assert (spread.shape, spread.size, spread.ndim, spread.split) == ((2, 3, 4), 24, 3, 1)
    assert np.array_equal(spread.toarray(), PLAIN)


@pytest.mark.parametrize("split", [1, 2, 3])
def test_several_axes_may_be_spread(eng: Any, split: int) -> None:
    array = bolt.array(PLAIN, eng, axis=tuple(range(split)))
    assert array.split == split
    assert np.array_equal(array.toarray(), PLAIN)
    assert array.tordd().count() == np.prod(PLAIN.shape[:split])
    assert array.tordd().keys().first() == (0,) * split
    assert array.first().shape == PLAIN.shape[split:]


def test_partitions_may_be_chosen(eng: Any) -> None:
    array = bolt.array(PLAIN, eng, axis=(0, 1), npartitions=5)
    assert array.tordd().getNumPartitions() == 5
    assert np.array_equal(array.repartition(3).toarray(), PLAIN)


def test_ones_and_zeros_are_made_in_tasks(eng: Any) -> None:
    assert np.array_equal(bolt.ones((3, 4), eng).toarray(), np.ones((3, 4)))
    zeros = bolt.zeros((3, 4, 2), eng, axis=(0, 1), dtype="int32").toarray()
    assert np.array_equal(zeros, np.zeros((3, 4, 2)))
    assert zeros.dtype == np.int32


def test_the_type_of_numbers_changes(spread: Any) -> None:
    assert spread.astype("int16").toarray().dtype == np.int16


def test_local_and_spread_arrays_turn_into_each_other(eng: Any, spread: Any) -> None:
    local = spread.tolocal()
    assert isinstance(local, BoltArrayLocal)
    assert np.array_equal(local.tospark(eng, axis=0).toarray(), PLAIN)
    assert np.array_equal(np.asarray(spread), PLAIN)


def test_a_cached_array_gives_the_same_again(spread: Any) -> None:
    doubled = spread.map(lambda values: values * 2)
    doubled.cache()
    assert np.array_equal(doubled.toarray(), PLAIN * 2)
    assert np.array_equal(doubled.toarray(), PLAIN * 2)
    doubled.unpersist()
    assert np.array_equal(doubled.toarray(), PLAIN * 2)


def test_map_applies_a_function_along_an_axis(spread: Any) -> None:
    assert np.array_equal(spread.map(lambda values: values + 1).toarray(), PLAIN + 1)
    assert np.array_equal(spread.map(lambda values: values.T).toarray(), PLAIN.transpose(0, 2, 1))
    assert np.array_equal(spread.map(lambda row: row[::-1], axis=(0, 1)).toarray(), PLAIN[:, :, ::-1])
    with_keys = spread.map(lambda kv: kv[1] + kv[0][0], with_keys=True).toarray()
    assert np.array_equal(with_keys, PLAIN + np.arange(2)[:, None, None])


def test_map_over_another_axis_swaps_it_in(spread: Any) -> None:
    sums = spread.map(lambda values: values.sum(axis=0), axis=(1,)).toarray()
    assert np.array_equal(sums, PLAIN.sum(axis=0))


def test_values_of_different_shapes_are_refused(spread: Any) -> None:
    ragged = spread.map(lambda values: values[: 1 + int(values[0, 0] > 0)])
    with pytest.raises(Exception, match="uniform shape"):
        ragged.toarray()


@pytest.mark.parametrize("sort", [False, True])
def test_filter_keeps_what_is_wanted(spread: Any, sort: bool) -> None:
    assert np.array_equal(spread.filter(lambda values: values.sum() > 100, sort=sort).toarray(), PLAIN[1:])
    assert np.array_equal(
        spread.filter(lambda row: row[0] % 8 == 0, axis=(0, 1), sort=sort).toarray(),
        PLAIN.reshape(6, 4)[::2],
    )


def test_filter_may_leave_nothing(spread: Any) -> None:
    assert spread.filter(lambda values: False).shape[0] == 0


def test_reduce_joins_along_axes(spread: Any) -> None:
    assert np.array_equal(spread.reduce(add).toarray(), PLAIN.sum(axis=0))
    assert np.array_equal(spread.reduce(np.maximum, axis=(0, 1)).toarray(), PLAIN.max(axis=(0, 1)))
    assert spread.reduce(add, axis=(0, 1, 2)) == PLAIN.sum()
    assert spread.reduce(add, keepdims=True).shape == (1, 3, 4)


@pytest.mark.parametrize("statistic", ["sum", "mean", "var", "std", "min", "max"])
def test_statistics_are_those_of_numpy(spread: Any, statistic: str) -> None:
    ours, theirs = getattr(spread, statistic), getattr(PLAIN, statistic)
    assert np.allclose(ours(), theirs())
    for axis in [0, 1, (0, 1), (0, 2)]:
        assert np.allclose(np.asarray(ours(axis=axis)), theirs(axis=axis))


def test_arrays_are_joined_end_to_end(eng: Any, spread: Any) -> None:
    more = bolt.array(PLAIN + 100, eng, axis=(0,))
    for axis in (0, 1, 2):
        joined = np.concatenate((PLAIN, PLAIN + 100), axis)
        assert np.array_equal(spread.concatenate(more, axis=axis).toarray(), joined)
    assert np.array_equal(bolt.concatenate((spread, PLAIN)).toarray(), np.concatenate((PLAIN, PLAIN)))


def test_slices_of_spread_axes_are_taken(eng: Any) -> None:
    array = bolt.array(PLAIN, eng, axis=(0, 1, 2))
    assert array[1, 2, 3] == PLAIN[1, 2, 3]
    assert np.array_equal(array[1, 0:2, ::2].toarray(), PLAIN[1, 0:2, ::2])
    with pytest.raises(ValueError, match="empty dimension"):
        array[5]


def test_axes_are_transposed(eng: Any, spread: Any) -> None:
    assert np.array_equal(spread.T.toarray(), PLAIN.T)
    assert np.array_equal(spread.transpose(0, 2, 1).toarray(), PLAIN.transpose(0, 2, 1))
    assert np.array_equal(spread.swapaxes(0, 1).toarray(), PLAIN.swapaxes(0, 1))
    both = bolt.array(PLAIN, eng, axis=(0, 1))
    assert np.array_equal(both.transpose(2, 0, 1).toarray(), PLAIN.transpose(2, 0, 1))


def test_axes_are_swapped_between_keys_and_values(eng: Any) -> None:
    array = bolt.array(PLAIN, eng, axis=(0, 1))
    swapped = array.swap((0,), (0,))
    assert (swapped.shape, swapped.split) == ((3, 4, 2), 2)
    assert np.array_equal(swapped.toarray(), PLAIN.transpose(1, 2, 0))
    more = array.swap((), (0,), size=(2,))
    assert (more.shape, more.split) == ((2, 3, 4), 3)
    assert np.array_equal(more.toarray(), PLAIN)
    with pytest.raises(ValueError, match="single key"):
        array.swap((0, 1), ())


def test_shapes_change_within_keys_and_within_values(eng: Any, spread: Any) -> None:
    assert np.array_equal(spread.reshape(2, 12).toarray(), PLAIN.reshape(2, 12))
    both = bolt.array(PLAIN, eng, axis=(0, 1))
    assert np.array_equal(both.reshape(6, 4).toarray(), PLAIN.reshape(6, 4))
    assert np.array_equal(both.keys.reshape((3, 2)).toarray(), PLAIN.reshape(3, 2, 4))
    assert np.array_equal(both.keys.transpose((1, 0)).toarray(), PLAIN.transpose(1, 0, 2))
    with pytest.raises(NotImplementedError):
        spread.reshape(12, 2)


def test_single_dimensions_are_squeezed_out(eng: Any) -> None:
    array = bolt.array(PLAIN.reshape(2, 1, 3, 4, 1), eng, axis=(0, 1))
    assert np.array_equal(array.squeeze().toarray(), PLAIN)
    assert array.squeeze(1).shape == (2, 3, 4, 1)


def test_values_are_clipped(spread: Any) -> None:
    assert np.array_equal(spread.clip(min=3, max=20).toarray(), PLAIN.clip(3, 20))


@pytest.mark.parametrize("size", [(2, 2), (3, 1), (1, 4), "150"])
def test_chunks_are_taken_apart_and_put_together(spread: Any, size: Any) -> None:
    chunks = spread.chunk(size)
    assert np.array_equal(chunks.unchunk().toarray(), PLAIN)
    assert np.array_equal(chunks.map(lambda part: part * 3).unchunk().toarray(), PLAIN * 3)


def test_chunks_may_overlap(spread: Any) -> None:
    chunks = spread.chunk((2, 2), padding=1)
    assert chunks.padded
    parts = chunks.tordd().values().map(lambda part: part.shape).collect()
    assert sorted(parts) == [(2, 3)] * 4 + [(3, 3)] * 4


def test_keys_and_values_move_between_chunks(eng: Any) -> None:
    chunks = bolt.array(PLAIN, eng, axis=(0, 1)).chunk((2,))
    assert np.array_equal(chunks.keys_to_values((1,)).unchunk().toarray(), PLAIN)
    assert np.array_equal(chunks.values_to_keys((0,)).unchunk().toarray(), PLAIN)


@pytest.mark.parametrize("size", [None, 1, 2])
def test_records_are_stacked_and_unstacked(eng: Any, size: int | None) -> None:
    stacked = bolt.array(PLAIN, eng, axis=(0, 1)).stack(size)
    assert np.array_equal(stacked.unstack().toarray(), PLAIN)
    assert np.array_equal(stacked.map(lambda rows: rows * 2).unstack().toarray(), PLAIN * 2)
