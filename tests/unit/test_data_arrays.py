"""Arrays in batches: stacked, beside the pickle or mapped, they are restored as pickle restores them."""

from __future__ import annotations

import os
import pickle
import tempfile
import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from application import eventually
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from firesteel._data.blocks import BlockWriter, encoded_batches, write_block
from firesteel._data.codec import Identity, Section
from firesteel._data.errors import BlockCorrupt
from firesteel._data.mapping import aligned, is_in_memory
from firesteel._data.payloads import (
    CODEC_BUFFERS,
    CODEC_COLUMNS,
    CODEC_LIST,
    CODEC_STACKED,
    VIEWED,
    decode_payload,
    encode,
    phase_of,
)
from firesteel._data.reading import look_ahead, read_batches, read_block
from firesteel._data.stored import StoredFile

NAME = "rdd_0_1_2"
matrix = np.zeros((1, 2)).view(np.matrix)


def there_and_back(records: list[Any], compress: bool = False) -> list[Any]:
    data = BlockWriter(NAME, 7, compress).write("unused", records, inline=1 << 40)
    assert data is not None
    return list(chain.from_iterable(read_block(data, NAME, 7, len(records), len(data))))


def pickled(records: list[Any]) -> list[Any]:
    return pickle.loads(pickle.dumps(records, 5))


def codec_of(records: list[Any]) -> int:
    return encode(records)[0]


def same(found: Any, wanted: Any) -> None:
    """Compare values, and all that a program can see of an array."""
    assert type(found) is type(wanted)
    if isinstance(wanted, np.ndarray):
        assert found.dtype == wanted.dtype
        assert found.dtype.str == wanted.dtype.str
        assert found.dtype.char == wanted.dtype.char
        assert found.shape == wanted.shape
        for flag in ("C_CONTIGUOUS", "F_CONTIGUOUS", "WRITEABLE", "ALIGNED"):
            assert found.flags[flag] == wanted.flags[flag], flag
        if wanted.dtype.hasobject:
            assert found.tolist() == wanted.tolist()
        else:
            assert np.asarray(found).tobytes("A") == np.asarray(wanted).tobytes("A")
        if isinstance(wanted, np.ma.MaskedArray):
            same(np.ma.getmaskarray(found), np.ma.getmaskarray(wanted))
    elif isinstance(wanted, (list, tuple)):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            same(one, other)
    elif isinstance(wanted, dict):
        same(list(found.items()), list(wanted.items()))
    else:
        assert found == wanted or found != found


def forms(array: np.ndarray) -> list[np.ndarray]:
    """Return the array in other memory orders, views and flags."""
    locked = array.copy()
    locked.flags.writeable = False
    strided = np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array
    return [
        array,
        np.asfortranarray(array),
        array.T,
        locked,
        strided,
        array[::-1] if array.ndim else array,
        np.broadcast_to(array, (2, *array.shape)),
        array[..., None].swapaxes(0, -1),
    ]


dtypes = (
    hnp.scalar_dtypes()
    | hnp.byte_string_dtypes(max_len=5)
    | hnp.unicode_string_dtypes(max_len=3)
    | hnp.array_dtypes(hnp.integer_dtypes(), max_size=2)
    | st.sampled_from([np.dtype("q"), np.dtype("g"), np.dtype("O"), np.dtype("V4"), np.dtype(">c16")])
)
shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)


@st.composite
def batches(draw: st.DrawFn) -> list[Any]:
    """Return batches of arrays, mostly of one dtype and shape, alone, in tuples and in dicts."""
    dtype, shape, form = draw(dtypes), draw(shapes), draw(st.integers(0, 7))
    made: list[np.ndarray] = []
    for _ in range(draw(st.integers(1, 6))):
        odd = draw(st.integers(0, 12)) == 0
        values = np.random.default_rng(draw(st.integers(0, 99))).bytes(1024)
        size = int(np.prod(shape)) * dtype.itemsize
        if dtype.hasobject or dtype.kind in "UMm?gc":
            array = np.zeros(shape, dtype)
        else:
            array = (
                np.frombuffer(values * (size // 1024 + 1), np.uint8, size).copy().view(dtype).reshape(shape)
            )
        if odd:
            array = draw(
                st.sampled_from(
                    [
                        array.astype("S3") if array.dtype.kind in "iu" else array,
                        made[-1] if made else array,
                    ]
                )
            )
        made.append(forms(array)[form if not odd else draw(st.integers(0, 7))])
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return made
    if kind == 1:
        return [(array, 1.5) for array in made]
    if kind == 2:
        return [(number, array, "text") for number, array in enumerate(made)]
    if kind == 3:
        return [(array, array) for array in made]
    if kind == 4:
        return [(array, [array, {"key": 1}]) for array in made]
    if kind == 5:
        return [{"array": array, "number": number} for number, array in enumerate(made)]
    return [(array, array.copy(), [number, {}]) for number, array in enumerate(made)]


@settings(max_examples=500, deadline=None)
@given(batches(), st.booleans())
def test_arrays_come_back_as_from_pickle(records: list[Any], compress: bool) -> None:
    # One batch, as pickle has one: which records share a batch is for the batch size to say.
    codec, pieces = encode(records)
    payload: Any = b"".join(pieces)
    if codec in VIEWED:
        room = aligned(len(payload), phase_of(payload))
        room[:] = payload
        payload = room
    found = list(decode_payload(codec, payload, len(records)))
    same(found, pickled(records))
    alike = {}
    for index, record in enumerate(records):
        for place, value in enumerate(record if type(record) is tuple else (record,)):
            other = found[index][place] if type(record) is tuple else found[index]
            if isinstance(value, np.ndarray):
                assert alike.setdefault(id(value), other) is other, "one array stays one object"
    same(there_and_back(records, compress), [pickled([each])[0] for each in records])


def test_equal_arrays_are_stacked_and_others_are_not() -> None:
    rng = np.random.default_rng(1)
    assert codec_of([rng.random(10) for _ in range(9)]) == CODEC_STACKED
    assert codec_of([(rng.random(10), 1.0) for _ in range(9)]) == CODEC_STACKED
    assert codec_of([("a", rng.random((2, 3)), np.arange(3), [1, {}]) for _ in range(9)]) == CODEC_STACKED
    assert codec_of([np.asfortranarray(rng.random((2, 3))) for _ in range(9)]) == CODEC_STACKED
    assert codec_of([rng.random((9, 9))[:, 3] for _ in range(9)]) == CODEC_STACKED
    assert codec_of([np.arange(2).astype("M8[ns]")]) == CODEC_STACKED
    assert codec_of([rng.random(length) for length in (3, 4)]) == CODEC_LIST
    assert codec_of([np.array(3.0)]) == CODEC_LIST
    assert codec_of([np.empty((0, 3))]) == CODEC_LIST
    assert codec_of([matrix]) == CODEC_LIST
    assert codec_of([np.ma.masked_array([1.0, 2.0], mask=[True, False], fill_value=0.5)]) == CODEC_LIST
    assert codec_of([np.array([object()])]) == CODEC_LIST
    assert codec_of([np.zeros(2, "i4,f4")]) == CODEC_LIST
    assert codec_of([rng.random(3).reshape(3), "text"]) == CODEC_LIST
    assert codec_of([{"image": np.zeros((100, 100))}]) == CODEC_BUFFERS
    assert codec_of([(np.zeros(9999), 1), (np.zeros(9998), 2)]) == CODEC_BUFFERS
    assert codec_of([(1, [np.zeros(3)])]) == CODEC_COLUMNS
    assert codec_of([]) == CODEC_LIST


def test_subclasses_and_masks_keep_their_type() -> None:
    records = [
        matrix,
        np.ma.masked_array([1.0, 2.0], mask=[True, False], fill_value=0.5),
        np.recarray(3, "i4,f8"),
    ]
    records[2]["f0"] = 1
    records[2]["f1"] = 2
    for one in records:
        same(there_and_back([one] * 3), pickled([one] * 3))


def test_metadata_of_a_dtype_stay_though_the_dtypes_are_equal() -> None:
    plain, told = np.zeros(3), np.ones(3, np.dtype("f8", metadata={"unit": "m"}))
    for records in ([plain, told], [told, plain], [(1, plain), (2, told)]):
        found, wanted = there_and_back(records), pickled(records)
        same(found, wanted)
        for one, other in zip(found, wanted, strict=True):
            array, model = (one[1], other[1]) if type(one) is tuple else (one, other)
            assert array.dtype.metadata == model.dtype.metadata


def test_an_array_that_is_in_two_places_is_one_object_after() -> None:
    array = np.arange(3.0)
    (first, second), (third, _) = there_and_back([(array, array), (array, np.arange(3.0))])
    assert first is second is third
    ((left, (inside,)),) = there_and_back([(array, [array])])
    assert left is inside


def test_views_are_aligned_whatever_came_before() -> None:
    rng = np.random.default_rng(2)
    records = ["odd length" + "x" * n for n in range(40)] + [rng.random(7) for _ in range(50_000)]
    found = there_and_back(records)
    same(found[:45], records[:45])
    base = [each.ctypes.data % 8 for each in found[40:]]
    assert set(base) == {0}
    stack = there_and_back([rng.random(8) for _ in range(1000)])
    assert sum(each.ctypes.data % 64 == 0 for each in stack) == 1000, "64 bytes an array: all are"


@pytest.fixture(params=[None, "/dev/shm"], ids=["disk", "memory"])
def large(request: pytest.FixtureRequest) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=request.param) as directory:
        path = os.path.join(directory, "b")
        write_block(path, NAME, [np.full(300_000, n, "f8") for n in range(6)], 7)
        yield path


def test_where_a_file_is_can_be_told(large: str) -> None:
    with open(large, "rb") as file:
        assert is_in_memory(file.fileno()) == large.startswith("/dev/shm")


def mapped(path: str) -> int:
    """Count the mappings of a file that this process has."""
    inode = os.stat(path).st_ino
    with open("/proc/self/maps") as maps:
        return sum(int(line.split()[4]) == inode for line in maps)


def test_large_batches_are_mapped_small_ones_are_copied(large: str, tmp_path: Path) -> None:
    small = str(tmp_path / "s")
    write_block(small, NAME, [np.full(100, n, "f8") for n in range(5000)], 7)
    few = list(chain.from_iterable(read_block(small, NAME, 7)))
    assert mapped(small) == 0
    assert few[4999][0] == 4999
    before = len(os.listdir("/proc/self/fd"))
    arrays = list(chain.from_iterable(read_block(large, NAME, 7)))
    assert mapped(large) >= 1
    assert len(os.listdir("/proc/self/fd")) == before, "mappings hold no descriptors"
    assert [each[7] for each in arrays] == list(range(6))
    del arrays
    assert mapped(large) == 0


def test_a_kept_array_pins_its_batch_only(large: str) -> None:
    kept = [array for array in chain.from_iterable(read_block(large, NAME, 7)) if array[0] == 3]
    assert mapped(large) == 1
    pinned = kept[0].base
    while isinstance(pinned, np.ndarray):
        pinned = pinned.base
    assert len(memoryview(pinned)) < 2.5e6 + 8192
    kept.clear()
    del pinned
    assert mapped(large) == 0


def test_changing_an_array_in_place_changes_no_other_reader_and_not_the_file(large: str) -> None:
    content = Path(large).read_bytes()
    mine, other = (list(chain.from_iterable(read_block(large, NAME, 7))) for _ in range(2))
    for array in mine:
        array += 100
    assert [array[0] for array in other] == list(range(6))
    assert [array[0] for array in mine] == [100 + n for n in range(6)]
    assert Path(large).read_bytes() == content
    assert [array[9] for array in chain.from_iterable(read_block(large, NAME, 7))] == list(range(6))


@pytest.mark.parametrize("looked_ahead", [False, True])
def test_damage_in_a_large_batch_is_found(large: str, looked_ahead: bool) -> None:
    def read() -> None:
        ahead = look_ahead(large, NAME, 7) if looked_ahead else None
        list(read_block(large, NAME, 7, ahead=ahead))

    content = bytearray(Path(large).read_bytes())
    for at in (31, 33, 40, 55, 1_000_000, len(content) - 33, len(content) - 1):
        bad = bytearray(content)
        bad[at] ^= 4
        Path(large).write_bytes(bad)
        with pytest.raises(BlockCorrupt):
            read()
    for size in (0, 20, 40, 80, 5_000_000, len(content) - 32):
        Path(large).write_bytes(content[:size])
        with pytest.raises(BlockCorrupt):
            read()
    os.unlink(large)
    with pytest.raises(BlockCorrupt):
        read()


def test_a_section_that_is_said_to_be_longer_than_its_file_is_damaged(large: str) -> None:
    size = os.stat(large).st_size
    with open(large, "r+b") as file:
        for cut in (40, 4_000_000):
            file.truncate(cut)
            with pytest.raises(BlockCorrupt):
                list(read_batches(StoredFile(file.fileno(), NAME), Identity(NAME, 0, 7), 0, size))


def test_what_was_looked_at_ahead_is_what_is_read(large: str) -> None:
    wanted = list(chain.from_iterable(read_block(large, NAME, 7)))
    ahead = look_ahead(large, NAME, 7)
    maps = mapped(large)
    found = list(chain.from_iterable(read_block(large, NAME, 7, ahead=ahead)))
    assert not ahead
    assert mapped(large) == maps, "nothing was mapped again"
    for one, other in zip(found, wanted, strict=True):
        same(one, other)
    found[0] += 1
    assert wanted[0][0] == 0


def test_looking_ahead_ends_where_batches_are_small_or_of_another_block(large: str, tmp_path: Path) -> None:
    records = [np.full(300_000, 1.0), "text", *[np.full(300_000, 2.0)] * 3]
    path = str(tmp_path / "mixed")
    write_block(path, NAME, records, 7)
    ahead = look_ahead(path, NAME, 7)
    assert len(ahead) == 1
    for one, other in zip(chain.from_iterable(read_block(path, NAME, 7, ahead=ahead)), records, strict=True):
        same(one, other)
    for attempt in (7, 8):
        with pytest.raises(BlockCorrupt):
            list(read_block(large, NAME, 8, ahead=look_ahead(large, NAME, attempt)))


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_the_file_of_a_result_is_closed_when_its_last_array_has_gone(large: str) -> None:
    before = descriptors()
    kept = list(chain.from_iterable(read_block(large, NAME, 7, unlink=True)))
    assert not os.path.exists(large)
    assert descriptors() == before + 1
    child = os.fork()
    if not child:  # it has no thread that closes files
        kept.clear()
        os._exit(0 if descriptors() == before else 1)
    assert os.waitpid(child, 0)[1] == 0
    del kept[1:]
    assert kept[0][5] == 0
    assert descriptors() == before + 1
    kept.clear()
    eventually(lambda: descriptors() == before, "a thread closes the file")


def test_of_many_results_few_files_stay_open(tmp_path: Path) -> None:
    before = descriptors()
    kept = []
    for number in range(100):
        path = str(tmp_path / str(number))
        write_block(path, NAME, [np.full(300_000, number)], 7)
        kept += chain.from_iterable(read_block(path, NAME, 7, unlink=True))
    assert descriptors() <= before + 64
    assert [array[0] for array in kept] == list(range(100))
    kept.clear()
    eventually(lambda: descriptors() == before, "a thread closes the files")


def test_of_a_result_that_is_not_read_to_its_end_nothing_stays_open(large: str) -> None:
    before = descriptors()
    batches = read_block(large, NAME, 7, unlink=True)
    first = next(batches)
    batches.close()
    assert descriptors() == before + 1
    del first
    eventually(lambda: descriptors() == before, "a thread closes the file")


def test_records_that_change_after_they_were_given_do_not_damage_a_block(tmp_path: Path) -> None:
    """User code may reuse one array for all records: what is stored may be old or new, never damaged."""

    def reused() -> Any:
        array = np.zeros(1000)
        for n in range(1000):
            array[:] = n
            yield {"n": n, "array": array}

    path = str(tmp_path / "b")
    assert BlockWriter(NAME, 7).write(path, reused(), inline=9_000) is None
    found = list(chain.from_iterable(read_block(path, NAME, 7)))
    assert [each["n"] for each in found] == list(range(1000))


def test_arrays_are_read_by_several_threads_at_once(large: str) -> None:
    sums: list[float] = []

    def read() -> None:
        sums.append(sum(float(array.sum()) for array in chain.from_iterable(read_block(large, NAME, 7))))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [300_000 * 15.0] * 4


def test_a_first_batch_of_large_records_holds_few() -> None:
    taken: list[int] = []

    def records() -> Any:
        for n in range(5):
            taken.append(n)
            yield np.zeros(1_000_000)

    pieces = encoded_batches(records(), Section(Identity(NAME)))
    next(pieces)
    assert taken == [0]
