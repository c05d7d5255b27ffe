"""Which files a path names, and what is read of them, in every operation that reads or writes files."""

from __future__ import annotations

import bz2
import gzip
import os
from pathlib import Path

import pytest
from py4j.protocol import Py4JJavaError

from firesteel import SparkContext, SparkFiles
from firesteel.errors import IllegalArgumentException, PySparkValueError


def test_all_readers_know_the_same_patterns(sc: SparkContext, tmp_path: Path) -> None:
    for name in ("a1", "b1", "b2", "_hidden", ".hidden", "[c]"):
        (tmp_path / name).write_text("record\n")
    (tmp_path / "sub").mkdir()
    expected = {
        "[^a]1": ["b1"],
        "{a,b}1": ["a1", "b1"],
        "{a1,b{1,2}}": ["a1", "b1", "b2"],
        "*[12]": ["a1", "b1", "b2"],
        "\\[c\\]": ["[c]"],
        "?idden": None,
        "_hidden": None,
        "[.]*": None,
    }
    for pattern, names in expected.items():
        path = f"{tmp_path}/{pattern}"
        if names is None:
            for read in (sc.binaryFiles, sc.wholeTextFiles, sc.textFile, sc.pickleFile):
                with pytest.raises(Py4JJavaError, match="matches 0 files"):
                    read(path).getNumPartitions()
            continue
        keys = [f"file:{tmp_path}/{name}" for name in names]
        assert sorted(sc.binaryFiles(path).keys().collect()) == keys
        assert sorted(sc.wholeTextFiles(path).keys().collect()) == keys
        assert sc.binaryRecords(path, 7).collect() == [b"record\n"] * len(names)
        assert sc.textFile(path).collect() == ["record"] * len(names)


def test_names_are_not_decoded(sc: SparkContext, tmp_path: Path) -> None:
    for number, name in enumerate(("a%20b", "a b", "c#d", "e?f", "ä", "g:h")):
        (tmp_path / name).write_text(f"{number}\n")
        literal = str(tmp_path / name).replace("?", "\\?")
        for path in (literal, f"file:{literal}", f"file://{literal}"):
            keys = sc.binaryFiles(path).keys().collect()
            assert keys == [f"file:{tmp_path}/{name}"]
            assert sc.textFile(keys[0].replace("?", "\\?")).collect() == [str(number)]
    for number, name in enumerate(("x%41", "y z", "z#1", "file")):
        for prefix in ("", "file:", "file://"):
            target = tmp_path / f"out{number}{len(prefix)}" / name
            sc.parallelize(["one"], 1).saveAsTextFile(f"{prefix}{target}")
            assert (target / "_SUCCESS").exists()
            pickled = target.with_name(f"{name}-pickled")
            sc.parallelize(["one"], 1).saveAsPickleFile(f"{prefix}{pickled}")
            assert sc.pickleFile(f"{prefix}{pickled}").collect() == ["one"]
        sc.setCheckpointDir(f"file:{tmp_path}/checkpoints-{name}")
        assert (tmp_path / f"checkpoints-{name}").is_dir()


def test_files_that_go_with_the_application_are_named_by_uris_proper(
    sc: SparkContext, tmp_path: Path
) -> None:
    for name in ("a%20b.txt", "a b.txt"):
        (tmp_path / name).write_text(name)
    for path, name in {
        f"{tmp_path}/a%20b.txt": "a%20b.txt",
        f"file:{tmp_path}/a%20b.txt": "a b.txt",
        f"file://{tmp_path}/a b.txt": "a b.txt",
    }.items():
        sc.addFile(path)
        assert Path(SparkFiles.get(name)).read_text() == name


def test_relative_paths_are_relative_to_the_directory_of_now(
    sc: SparkContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text").write_text("here\n")
    monkeypatch.chdir(tmp_path)
    lines = sc.textFile("text")
    monkeypatch.chdir("/")
    assert lines.collect() == ["here"]
    monkeypatch.chdir(tmp_path)
    assert sc.binaryFiles("./*").keys().collect() == [f"file:{tmp_path}/text"]
    sc.parallelize(["x"], 1).saveAsTextFile("out/../saved")
    assert (tmp_path / "saved" / "part-00000").read_text() == "x\n"


def test_directories_and_links_to_nothing_in_a_directory(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"1\n")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert sc.textFile(str(tmp_path)).collect() == ["1"]
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "two").write_bytes(b"2\n")
    uri = f"file:{tmp_path}/one"
    assert sc.wholeTextFiles(str(tmp_path)).collect() == [(uri, "1\n")]
    assert sc.binaryFiles(str(tmp_path)).collect() == [(uri, b"1\n")]
    for read in (sc.textFile, sc.pickleFile, lambda path: sc.binaryRecords(path, 1)):
        with pytest.raises(Py4JJavaError, match=r"Not a file: file:.*/sub\. A directory's own directories"):
            read(str(tmp_path)).getNumPartitions()
        with pytest.raises(Py4JJavaError, match=r"does not exist: .*dangling \(it is a link to nothing\)"):
            read(f"{tmp_path}/dangling").getNumPartitions()


def test_archives_never_pass_for_text(sc: SparkContext, tmp_path: Path) -> None:
    text = "line\n" * 1000
    for name, data in {"a.gzip": gzip.compress(text.encode()), "b": bz2.compress(text.encode())}.items():
        (tmp_path / name).write_bytes(data)
        assert sc.textFile(f"{tmp_path}/{name}", 4).count() == 1000
        assert sc.wholeTextFiles(f"{tmp_path}/{name}").values().collect() == [text]
        assert sc.binaryFiles(f"{tmp_path}/{name}").values().collect() == [data]
    (tmp_path / "c.tgz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "d.txt").write_bytes(b"PK\3\4 and so on")
    for name, told in {"c.tgz": "compressed as .tgz", "d.txt": "is a zip archive"}.items():
        for read in (sc.textFile, sc.wholeTextFiles):
            with pytest.raises(Py4JJavaError, match=told):
                read(f"{tmp_path}/{name}").collect()


def test_damaged_and_foreign_files_get_advice_of_their_own(sc: SparkContext, tmp_path: Path) -> None:
    whole = gzip.compress(os.urandom(1 << 16))
    for name, data in {
        "short.gz": whole[:-100],
        "none.gz": b"no archive at all",
        "short.bz2": bz2.compress(os.urandom(1 << 16))[:-100],
    }.items():
        (tmp_path / name).write_bytes(data)
        for read in (sc.textFile, sc.wholeTextFiles):
            with pytest.raises(Py4JJavaError) as caught:
                read(f"{tmp_path}/{name}").count()
            assert f"{tmp_path}/{name}: is no intact archive: " in str(caught.value)
            assert "The file itself is damaged, or was cut short" in str(caught.value)
            assert "was changed" not in str(caught.value)
    sequence = tmp_path / "part-00000"
    sequence.write_bytes(b"SEQ\x06\x19org.apache.hadoop.io.NullWritable")
    with pytest.raises(Py4JJavaError, match="is a Hadoop sequence file, as PySpark") as caught:
        sc.pickleFile(str(tmp_path / "part-*")).collect()
    assert "Have PySpark write it in another form" in str(caught.value)
    with pytest.raises(Py4JJavaError, match="is a Hadoop sequence file, by its first bytes"):
        sc.textFile(str(sequence)).collect()


def test_files_of_bytes_are_partitions_in_the_order_of_their_names(sc: SparkContext, tmp_path: Path) -> None:
    for name in "bdaec":
        (tmp_path / name).write_bytes(name.encode() * 2)
    files = sc.binaryFiles(str(tmp_path), 3)
    assert files.values().glom().collect() == [[b"aa"], [b"bb", b"cc"], [b"dd", b"ee"]]
    assert sc.binaryFiles(str(tmp_path), 99).getNumPartitions() == 5
    assert files.name() is None
    records = sc.binaryRecords(str(tmp_path), 1)
    assert records.glom().collect() == [[name.encode()] * 2 for name in "abcde"]
    sc.parallelize([(1, 2.5), (2, 3.5), "three"], 3).saveAsPickleFile(str(tmp_path / "pickled"))
    assert sc.pickleFile(str(tmp_path / "pickled")).glom().collect() == [[(1, 2.5)], [(2, 3.5)], ["three"]]
    (tmp_path / "none").mkdir()
    for read in (sc.binaryFiles, sc.pickleFile, lambda path: sc.binaryRecords(path, 2)):
        assert read(str(tmp_path / "none")).glom().collect() == [[]]


def test_bytes_of_a_file_that_has_changed_are_refused(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"1234")
    listed = [sc.binaryFiles(str(tmp_path)), sc.binaryRecords(str(tmp_path), 2)]
    (tmp_path / "data").write_bytes(b"123456")
    for rdd in listed:
        with pytest.raises(Py4JJavaError, match="was changed since the job was planned"):
            rdd.collect()


CODECS = {
    "org.apache.hadoop.io.compress.GzipCodec": ".gz",
    "org.apache.hadoop.io.compress.BZip2Codec": ".bz2",
    "org.apache.hadoop.io.compress.DefaultCodec": ".deflate",
    "org.apache.hadoop.io.compress.DeflateCodec": ".deflate",
    "org.apache.hadoop.io.compress.ZStandardCodec": ".zst",
}


@pytest.mark.parametrize("codec", list(CODECS))
def test_text_is_saved_with_hadoops_codecs_and_read_again(
    sc: SparkContext, tmp_path: Path, codec: str
) -> None:
    lines = [f"line {number}" for number in range(5000)]
    sc.parallelize(lines, 2).saveAsTextFile(str(tmp_path / "out"), codec)
    parts = [f"part-0000{index}{CODECS[codec]}" for index in range(2)]
    assert sorted(os.listdir(tmp_path / "out")) == ["_SUCCESS", *parts]
    assert (tmp_path / "out" / parts[0]).stat().st_size < 20_000
    assert sc.textFile(str(tmp_path / "out")).collect() == lines
    texts = sc.wholeTextFiles(str(tmp_path / "out"), 1).values().collect()
    assert "".join(texts) == "".join(f"{line}\n" for line in lines)
    (tmp_path / "out" / parts[0]).rename(tmp_path / "no-suffix")
    if CODECS[codec] != ".deflate":  # two bytes are too few to know it by
        assert sc.textFile(str(tmp_path / "no-suffix")).collect() == texts[0].splitlines()


def test_a_codec_that_is_not_known_is_refused_at_once(sc: SparkContext, tmp_path: Path) -> None:
    for codec in ("org.apache.hadoop.io.compress.SnappyCodec", "com.example.Codec", "gz"):
        with pytest.raises(PySparkValueError, match="is not known; known are org"):
            sc.parallelize(["a"]).saveAsTextFile(str(tmp_path / "out"), codec)
    assert list(tmp_path.iterdir()) == []


def test_records_between_delimiters(sc: SparkContext, tmp_path: Path) -> None:
    text = "".join(f"paragraph {number}\nof two lines\n\n" for number in range(2000))
    (tmp_path / "text").write_text(text)
    (tmp_path / "text.gz").write_bytes(gzip.compress(text.encode()))
    expected = text.split("\n\n")[:-1]
    lines = sc.textFile(str(tmp_path / "text"), 5)  # its setting is that of now
    hadoop = sc._jsc.hadoopConfiguration()
    hadoop.set("textinputformat.record.delimiter", "\n\n")
    try:
        for name in ("text", "text.gz"):
            assert sc.textFile(str(tmp_path / name), 5).collect() == expected
        assert lines.count() == 6000
        assert sc.wholeTextFiles(str(tmp_path / "text")).values().collect() == [text]
        hadoop.set("textinputformat.record.delimiter", "")
        with pytest.raises(IllegalArgumentException, match="it must be at least one character"):
            sc.textFile(str(tmp_path / "text"))
    finally:
        hadoop.unset("textinputformat.record.delimiter")
    assert sc.textFile(str(tmp_path / "text")).count() == 6000
