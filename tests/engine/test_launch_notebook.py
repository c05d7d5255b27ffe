"""What a notebook's user sees, by a real Jupyter kernel: their cells, and no file of the kernel's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from notebook_kernel import Notebook


@pytest.fixture(scope="module")
def notebook() -> Iterator[Notebook]:
    made = Notebook()
    made.cell("import firesteel\nsc = firesteel.SparkContext('local[1]', 'notebook')")
    yield made
    made.cell("sc.stop()")
    made.close()


def test_a_failed_job_names_the_cell_and_shows_its_line(notebook: Notebook) -> None:
    notebook.cell("numbers = sc.parallelize([1, 0], 1)\nbroken = numbers.map(\n    lambda x: 1 // x)")
    told = notebook.cell("broken.collect()")
    number = re.search(r"in map at In\[(\d+)\]:2\n", told)
    assert number, told
    assert f"  Cell In[{number[1]}], line 3, in <lambda>\n    lambda x: 1 // x)" in told
    assert re.search(r"action: collect at In\[\d+\]:1 ", told)
    assert "ZeroDivisionError" in told
    assert "ipykernel" not in told
    assert "firesteel/_" not in told
    assert "site-packages" not in told


def test_a_function_that_cannot_be_pickled_names_the_cell(notebook: Notebook) -> None:
    told = notebook.cell("import threading\nlock = threading.Lock()\nsc.range(1).map(lambda x: lock).count()")
    assert re.search(r"the function '<lambda>' \(Cell In\[\d+\], line 3\) of map at In\[\d+\]:3", told)
    assert "ipykernel" not in told


def test_tasks_know_the_source_of_a_cell(notebook: Notebook) -> None:
    told = notebook.cell(
        "def source(x):\n    import inspect\n    return inspect.getsource(source)\n"
        "print(sc.range(1).map(source).first())"
    )
    assert told.startswith("def source(x):\n    import inspect\n")


def test_a_crash_names_the_cell(notebook: Notebook) -> None:
    told = notebook.cell(
        "import ctypes\ndef crash(x):\n    ctypes.string_at(0)\nsc.range(1, numSlices=1).foreach(crash)"
    )
    assert "Segmentation fault" in told
    assert re.search(r"  Cell In\[\d+\], line 3, in crash\n    ctypes\.string_at\(0\)", told), told
    assert "ipykernel" not in told
