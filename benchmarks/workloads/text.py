"""Text: counting words and lines. The jobs that by_hand.py has are written as it has them."""

from __future__ import annotations

from operator import add
from typing import Any

from workloads.definition import Given, Workload

SPLITS, REDUCERS = 8, 4  # as by_hand.py has them


def counted(sc: Any, path: str, plus: Any) -> Any:
    words = sc.textFile(path, SPLITS).flatMap(lambda line: line.split(" "))
    return words.map(lambda word: (word, 1)).reduceByKey(plus, REDUCERS)


def measured(counts: Any) -> Any:
    """Count the different words; afterwards say more of them."""
    different = counts.count()

    def answer() -> Any:
        return told(
            different, counts.values().sum(), counts.takeOrdered(20, key=lambda pair: (-pair[1], pair[0]))
        )

    return answer


def told(different: int, words: int, top: list[Any]) -> Any:
    return {"different": different, "words": words, "top": [list(pair) for pair in top]}


def word_count(sc: Any, given: Given) -> Any:
    return measured(counted(sc, given.corpus, add))


def word_count_lambda(sc: Any, given: Given) -> Any:
    return measured(counted(sc, given.corpus, lambda a, b: a + b))


def word_count_few(sc: Any, given: Given) -> Any:
    return measured(counted(sc, given.few, add))


def word_count_collected(sc: Any, given: Given) -> Any:
    counts = counted(sc, given.corpus, add).collect()

    def answer() -> Any:
        top = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:20]
        return told(len(counts), sum(count for _, count in counts), top)

    return answer


def line_count(sc: Any, given: Given) -> Any:
    return sc.textFile(given.corpus, SPLITS).count()


def filtered_lengths(sc: Any, given: Given) -> Any:
    return sc.textFile(given.corpus, SPLITS).filter(lambda line: "the" in line).map(len).sum()


def different(answer: Any) -> Any:
    return answer["different"]


TEXTS = (
    Workload(
        "words",
        "word count, many words",
        word_count,
        text="corpus",
        hand="wordcount",
        hand_answer=different,
        aim=3,
        of_hand=1.2,
    ),
    Workload(
        "words-lambda",
        "word count, a lambda adds",
        word_count_lambda,
        text="corpus",
        hand="wordcount",
        hand_answer=different,
        aim=3,
        of_hand=1.2,
    ),
    Workload(
        "words-few",
        "word count, 2,000 words",
        word_count_few,
        text="few",
        hand="wordcount",
        hand_answer=different,
        aim=3,
        of_hand=1.2,
    ),
    Workload("collected", "word count, collected", word_count_collected, text="corpus"),
    Workload("lines", "`textFile.count`", line_count, text="corpus", hand="lines", of_hand=1.2),
    Workload("filter", "filter lines, sum of lengths", filtered_lengths, text="corpus", hand="filterlines"),
)
