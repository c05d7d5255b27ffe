"""Reads and writes paths of every odd kind with whichever ``pyspark`` is there, and says what came of it.

Takes a directory, which it fills, and writes one JSON object to the descriptor that the second argument
names: what each case gave, with the directory left out, or "refused".
"""

from __future__ import annotations

import bz2
import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Callable
from typing import Any

_BETWEEN = re.compile(r"  +|\n")

PLAIN = _BETWEEN.split(
    r"""
a1.txt  a2.txt  b1.txt  c-1.txt  ^d.txt  !e.txt  f,g.txt  h i.txt  j%20k.txt  j k.txt  l+m.txt  n(o).txt
p$q.txt  r|s.txt  [t].txt  {u}.txt  v*.txt  w\x.txt  é.txt  #y.txt  A.txt  ab.txt  abc.txt  _hidden.txt
.hidden.txt  a]1.txt  z~.txt  1.txt  12.txt  deep/a/one.txt  deep/b/one.txt  deep/b/two.txt
deep/_c/one.txt  deep/.d/one.txt  deep/b/_three.txt  flat/one.txt  flat/two.txt  flat/_three.txt
flat/.four.txt  mixed/one.txt  mixed/sub/two.txt  mixed/sub/subsub/three.txt
""".strip()
)

PATTERNS = _BETWEEN.split(
    r"""
*.txt  a*.txt  ?.txt  [ab]1.txt  [^a]1.txt  [!a]1.txt  [^a]*.txt  [a-b]?.txt  [^]]*.txt  [b-a]1.txt
[]a]1.txt  [a-]1.txt  [\^a]*.txt  [a^]*.txt  [a!]*.txt  c[-x]1.txt  a[\]]1.txt  {a1,b1}.txt
{a{1,2},b1}.txt  {a1}.txt  {,a}b.txt  {a1,}*.txt  a{1,2}{.txt,.log}  {a,b{1,2}}.txt
{deep/a,deep/b}/one.txt  {deep/{a,b},flat}/one.txt  deep/{a,b}/{one,two}.txt  deep/*/one.txt  deep/*
deep/*/*  */one.txt  */*/one.txt  deep/.d/one.txt  deep/_c/one.txt  deep/[_.]*/one.txt  flat  flat/
flat/*  flat/_three.txt  flat/[_.]*  _hidden.txt  .*  _*  {_hidden,a1}.txt  \*.txt  v\*.txt  v*.txt
\[t\].txt  [[]t].txt  [[]t[]].txt  \{u\}.txt  {u}.txt  w\\x.txt  w?x.txt  w\x.txt  \a1.txt  j%20k.txt
j*k.txt  j k.txt  h i.txt  f\,g.txt  f?g.txt  {f,g}.txt  l+m.txt  n(o).txt  n(*).txt  p$q.txt  p$*
r|s.txt  r|*  a1|b1*  ^d.txt  ^*  !*  #y.txt  #*  é.txt  z~.txt  z~*  a1.txt,b1.txt  a1.txt,a1.txt
a*.txt,a1.txt  {a1,a1}.txt  {deep/a,deep/a}/one.txt  flat/../a1.txt  ./a1.txt  flat//one.txt
flat/./one.txt  fl*/../a1.txt  nothing.txt  nothing*.txt  nothing/  a[1.txt  a{1.txt  a1}.txt  a]1.txt
a\  a1*\  *  mixed  mixed/*  mixed/sub  broken  broken/*  broken/dangling.txt  linked  linked/*  a1.txt/
a1.txt/*  [0-9]*.txt  [^0-9_]*.txt  [\w]*.txt  [a-c&&[b]]*.txt  [[:alpha:]]*.txt  (a|b)*.txt  a.txt  .
[.]hidden.txt  {[ab],z}*.txt  [a,b]1.txt  {[a,b]1,z}.txt  {a\,b,b1}.txt  a{1..2}.txt
""".strip()
)


def fill(root: str) -> None:
    """Make the files; each holds its own name."""
    for name in PLAIN:
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, name.encode() + b"\n")
    for directory in ("broken", "linked", "packed", "empty"):
        os.mkdir(os.path.join(root, directory))
    write(os.path.join(root, "broken/one.txt"), b"broken/one.txt\n")
    os.symlink(os.path.join(root, "gone"), os.path.join(root, "broken/dangling.txt"))
    os.symlink(os.path.join(root, "a1.txt"), os.path.join(root, "linked/to-file.txt"))
    packed = os.path.join(root, "packed")
    write(os.path.join(packed, "a.gz"), gzip.compress(b"gzip\n"))
    write(os.path.join(packed, "b.bz2"), bz2.compress(b"bzip2\n"))
    write(os.path.join(packed, "c.deflate"), zlib.compress(b"deflate\n"))
    for name in ("records", "records/nested"):
        os.mkdir(os.path.join(root, name))
        for part in ("b", "a", "_c", ".d"):
            write(os.path.join(root, name, part), (part * 8).encode()[:8])


def write(path: str, data: bytes) -> None:
    """Write a file."""
    with open(path, "wb") as file:
        file.write(data)


def outcome(root: str, give: Callable[[], Any]) -> Any:
    """Return what a case gave, with the root's path left out, or that it was refused."""
    try:
        found = give()
    except Exception as error:  # a refusal has another class and text in each
        print(type(error).__name__, str(error).partition("\n")[0], file=sys.stderr)
        return "refused"
    return json.loads(json.dumps(found, default=lambda value: value.decode("latin-1")).replace(root, ""))


def run(sc: Any, root: str) -> dict[str, Any]:
    """Run all cases."""
    found: dict[str, Any] = {}
    for pattern in PATTERNS:
        pieces = [f"{root}/{piece}" for piece in re.split(r"(?<=txt),", pattern)]
        path = ",".join(pieces)
        for prefix in ("", "file:", "file://") if len(pieces) == 1 else ("",):
            found[f"textFile {prefix}{pattern}"] = outcome(
                root, lambda at=prefix + path: sorted(sc.textFile(at, 1).collect())
            )
        for read in ("wholeTextFiles", "binaryFiles"):
            found[f"{read} {pattern}"] = outcome(
                root, lambda at=path, read=read: sorted(getattr(sc, read)(at).keys().collect())
            )
    for pattern in ("records", "records/*", "records/[^a]", "records/{a,b}", "records/nested", "records/_c"):
        found[f"binaryRecords {pattern}"] = outcome(
            root, lambda at=f"{root}/{pattern}": sorted(sc.binaryRecords(at, 4).collect())
        )
    for name in ("a.gz", "b.bz2", "c.deflate", ""):
        for read in ("textFile", "wholeTextFiles"):
            found[f"{read} packed/{name}"] = outcome(
                root, lambda at=f"{root}/packed/{name}", read=read: sorted(getattr(sc, read)(at).collect())
            )
    found["keys are read back"] = outcome(
        root,
        lambda: [sc.textFile(key).collect() for key in sc.binaryFiles(root + "/j%20k.txt").keys().collect()],
    )
    for number, name in enumerate(("x%41", "y z", "ä", "p+q", "h#i", "q?r", "../up", "a//b/")):
        for prefix in ("", "file:", "file://"):
            found[f"saveAsTextFile {prefix}{name}"] = saved(sc, root, f"{number}{len(prefix)}", prefix, name)
    return found


def saved(sc: Any, root: str, number: str, prefix: str, name: str) -> Any:
    """Return which directories a saved RDD made."""
    top = os.path.join(root, f"out{number}")
    os.makedirs(f"{top}/in")
    records = sc.parallelize(["one"], 1)
    refused = outcome(root, lambda: records.saveAsTextFile(f"{prefix}{top}/in/{name}"))
    made = sorted(os.path.relpath(at, top) for at, _, files in os.walk(top) if "_SUCCESS" in files)
    return made if refused is None else refused


def main() -> None:
    """Run the cases against the ``pyspark`` that is installed."""
    root = os.path.realpath(sys.argv[1])
    report = os.fdopen(int(sys.argv[2]), "w", encoding="utf-8")
    from pyspark import SparkConf, SparkContext

    sc = SparkContext(conf=SparkConf().setMaster("local[2]").set("spark.ui.enabled", "false"))
    sc.setLogLevel("OFF")
    fill(root)
    json.dump(run(sc, root), report, ensure_ascii=False, indent=1)
    report.close()
    sc.stop()


if __name__ == "__main__":
    main()
