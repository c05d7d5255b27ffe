"""Which pyspark SQL runs on, and what is said where none can be used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from firesteel.errors import PySparkImportError
from firesteel.sql._installed import find_installed, require_installed, require_jars

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Make a directory of packages with these distributions the only one."""

    def made(*distributions: str, version: str = "4.3.0") -> Path:
        package = tmp_path / "pyspark"
        (package / "cloudpickle").mkdir(parents=True)
        (package / "version.py").write_text(f'__version__: str = "{version}"\n')
        if "pyspark" in distributions:
            (package / "jars").mkdir()
        for each in distributions:
            (tmp_path / f"{each}-{version}.dist-info").mkdir()
        return package

    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delenv("SPARK_HOME", raising=False)
    return made


def refusal(require: Callable[[], object]) -> str:
    with pytest.raises(PySparkImportError) as caught:
        require()
    return str(caught.value)


def test_pyspark_has_client_and_jars(install: Install) -> None:
    package = install("pyspark")
    assert require_jars() == find_installed() == (str(package), "4.3.0", str(package / "jars"))


def test_without_one_the_extra_is_named(install: Install) -> None:
    assert find_installed() is None
    assert 'pip install "firesteel[sql]"' in refusal(require_installed)


def test_the_client_alone_has_no_engine_but_that_of_a_spark_home(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("pyspark_client")
    assert require_installed().version == "4.3.0"
    said = refusal(require_jars)
    assert said.startswith("pyspark-client is installed, which has no SQL engine.")
    assert 'pip install "firesteel[sql]"' in said
    (tmp_path / "spark" / "jars").mkdir(parents=True)
    monkeypatch.setenv("SPARK_HOME", str(tmp_path / "spark"))
    assert "another Spark: set SPARK_HOME to a Spark 4.3" in refusal(require_jars)
    (tmp_path / "spark" / "jars" / "spark-core_2.13-4.3.1.jar").touch()
    assert require_jars().home == str(tmp_path / "spark")


def test_both_are_refused(install: Install) -> None:
    install("pyspark", "pyspark_client")
    assert "are both installed" in refusal(require_installed)


@pytest.mark.parametrize("version", ["4.1.1", "4.4.0", "3.5.8"])
def test_another_spark_is_refused(install: Install, version: str) -> None:
    install("pyspark", version=version)
    assert f"pyspark {version} is installed" in refusal(require_installed)
