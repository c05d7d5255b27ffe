"""SparkConf, StorageLevel, the errors, and how settings are read."""

from __future__ import annotations

import pickle

import pytest

import firesteel.conf
import firesteel.errors
from firesteel import SparkConf, StorageLevel
from firesteel._config import keys as config_keys
from firesteel.errors import PySparkException, PySparkRuntimeError


def test_setters_chain_and_values_are_text() -> None:
    conf = SparkConf(False).setMaster("local").setAppName("app").setSparkHome("/s").set("flag", True)
    assert conf.get("flag") == "true"
    assert conf.set("n", 3).get("n") == "3"
    assert conf.setIfMissing("n", 4).get("n") == "3"
    assert conf.contains("n")
    assert not conf.contains("m")
    assert conf.get("m") is None
    assert conf.get("m", "d") == "d"
    assert conf.setAll([("a", "1"), ("b", "2")]).toDebugString().splitlines()[:2] == ["a=1", "b=2"]
    assert dict(conf.getAll())["spark.app.name"] == "app"


def test_executor_environment() -> None:
    conf = SparkConf(False).setExecutorEnv("A", "1").setExecutorEnv(pairs=[("B", "2")])
    assert sorted(conf.getAll()) == [("spark.executorEnv.A", "1"), ("spark.executorEnv.B", "2")]
    with pytest.raises(PySparkRuntimeError, match="either a key with its value, or pairs"):
        conf.setExecutorEnv("A", "1", [("B", "2")])
    with pytest.raises(PySparkRuntimeError) as caught:
        conf.setExecutorEnv()
    assert caught.value.getCondition() == "KEY_VALUE_PAIR_REQUIRED"


def test_defaults_come_from_the_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firesteel.conf, "_submitted", {"spark.master": "local[3]"})
    assert SparkConf().get("spark.master") == "local[3]"
    assert SparkConf(loadDefaults=False).get("spark.master") is None


@pytest.mark.parametrize(
    ("text", "size"), [("5", 5), ("2k", 2048), ("1g", 1 << 30), ("3MB", 3 << 20), ("0", 0), ("1 m", 1 << 20)]
)
def test_sizes(text: str, size: int) -> None:
    assert config_keys.MAX_RESULT_SIZE.size(SparkConf(False).set("spark.driver.maxResultSize", text)) == size


def test_settings_that_make_no_sense_name_the_key() -> None:
    conf = SparkConf(False).setAll(
        [
            ("spark.driver.memory", "lots"),
            ("spark.default.parallelism", "0"),
            ("spark.ui.showConsoleProgress", "yes"),
        ]
    )
    with pytest.raises(PySparkException, match=r"spark\.driver\.memory is 'lots'"):
        config_keys.DRIVER_MEMORY.size(conf)
    with pytest.raises(PySparkException, match=r"spark\.default\.parallelism is '0'.*from 1 up"):
        config_keys.DEFAULT_PARALLELISM.whole(conf)
    with pytest.raises(PySparkException, match="true or false"):
        config_keys.SHOW_PROGRESS.flag(conf)


def test_keys_are_declared_once() -> None:
    names = [key.name for key in config_keys.ALL]
    assert len(names) == len(set(names))
    assert all(key.meaning.endswith((".", "#name.")) for key in config_keys.ALL)


def test_storage_levels() -> None:
    assert StorageLevel(True, True, False, False) == StorageLevel.MEMORY_AND_DISK
    assert repr(StorageLevel.MEMORY_AND_DISK_2) == "StorageLevel(True, True, False, False, 2)"
    assert str(StorageLevel.OFF_HEAP) == "Disk Memory OffHeap Serialized 1x Replicated"
    assert pickle.loads(pickle.dumps(StorageLevel.DISK_ONLY)) == StorageLevel.DISK_ONLY
    assert len({StorageLevel.DISK_ONLY, StorageLevel(True, False, False, False)}) == 1


def test_errors_are_what_programs_catch() -> None:
    for name in firesteel.errors.__all__:
        assert issubclass(getattr(firesteel.errors, name), PySparkException)
    assert issubclass(firesteel.errors.PySparkTypeError, TypeError)
    assert issubclass(firesteel.errors.PySparkValueError, ValueError)
    assert issubclass(firesteel.errors.PySparkPicklingError, pickle.PicklingError)
    error = PySparkRuntimeError(
        errorClass="CALL_BEFORE_INITIALIZE", messageParameters={"func_name": "f", "object": "o"}
    )
    assert str(error) == "[CALL_BEFORE_INITIALIZE] f needs a running o; create one first."
    assert error.getMessageParameters() == {"func_name": "f", "object": "o"}
    with pytest.warns(FutureWarning):
        assert error.getErrorClass() == "CALL_BEFORE_INITIALIZE"
    assert error.getSqlState() is None
    assert error.getQueryContext() == []
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert type(again) is PySparkRuntimeError
