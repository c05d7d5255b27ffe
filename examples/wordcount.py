"""Counts the words of a text file and prints the most frequent ones.

Run it with ``bin/spark-submit examples/wordcount.py README.md [how many]``.
"""

import re
import sys
from operator import add

from pyspark import SparkContext


def words(line):
    """Return the words of a line, in lower case."""
    return re.findall(r"[a-z0-9']+", line.lower())


def main():
    """Count, print."""
    if len(sys.argv) < 2:
        sys.exit("usage: wordcount.py PATH [how many]")
    path = sys.argv[1]
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    with SparkContext(appName="word count") as sc:
        counts = sc.textFile(path).flatMap(words).map(lambda word: (word, 1)).reduceByKey(add).cache()
        top = counts.takeOrdered(many, key=lambda pair: (-pair[1], pair[0]))
        total = counts.values().sum()
        distinct = counts.count()
    for word, count in top:
        print(f"{count:8d}  {word}")
    print(f"{total:8d}  words in all, {distinct} different ones")


if __name__ == "__main__":
    main()
