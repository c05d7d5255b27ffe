"""Every example prints the result that it promises."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable

import pytest

Submit = Callable[..., str]


def test_word_count_prints_the_most_frequent_words(submit: Submit, tmp_path: os.PathLike[str]) -> None:
    text = "the cat and the dog\n\nThe end, and the rest\n" * 50
    path = os.path.join(tmp_path, "text.txt")
    with open(path, "w") as file:
        file.write(text)
    lines = submit("--master", "local[2]", "examples/wordcount.py", path, "2").splitlines()
    counts = Counter(re.findall(r"[a-z]+", text.lower()))
    assert [line.split() for line in lines[:2]] == [[str(n), word] for word, n in counts.most_common(2)]
    assert lines[2].split()[0] == str(counts.total())
    assert f"{len(counts)} different" in lines[2]


def test_pi_is_near_pi(submit: Submit) -> None:
    printed = submit("--master", "local[2]", "examples/pi.py", "2")
    found = re.search(r"pi is about (\d\.\d+), from 500000 points", printed)
    assert found, printed
    assert float(found.group(1)) == pytest.approx(3.14159, abs=0.02)


def test_logistic_regression_learns(submit: Submit) -> None:
    printed = submit("--master", "local[2]", "examples/logistic_regression.py", "41")
    losses = [float(loss) for loss in re.findall(r"loss (\d\.\d+)", printed)]
    assert len(losses) == 3
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(0.6931, abs=1e-4), "the loss of weights that are all 0 is log 2"
    assert float(re.search(r"([\d.]+)% of 114 held-back points", printed).group(1)) > 93


def test_sgd_averages_one_model_per_partition(submit: Submit) -> None:
    printed = submit("--master", "local[2]", "examples/sgd_sklearn.py", "3")
    found = re.search(r"([\d.]+)% of 143 held-back points classified rightly by 3 models' average", printed)
    assert found, printed
    assert float(found.group(1)) > 93
