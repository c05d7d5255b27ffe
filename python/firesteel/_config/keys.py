"""The settings that the Python side reads, each declared once.

``docs/configuration.md`` is generated from these and from the engine's own (``dev.firesteel.config``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from firesteel.errors import IllegalArgumentException

if TYPE_CHECKING:
    from firesteel.conf import SparkConf

_UNITS = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}


class Key(NamedTuple):
    """A setting: its name, default (None: unset), unit, and what it means."""

    name: str
    default: str | None
    unit: str
    meaning: str

    def text(self, conf: SparkConf) -> str | None:
        """Return the setting's text, or the default."""
        value = conf.get(self.name)
        return self.default if value is None else value

    def flag(self, conf: SparkConf) -> bool:
        """Return the setting as true or false."""
        text = (self.text(conf) or "").strip().lower()
        if text not in ("true", "false"):
            raise self.wrong(text, "true or false")
        return text == "true"

    def whole(self, conf: SparkConf) -> int | None:
        """Return the setting as a positive whole number."""
        text = self.text(conf)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,9}", text.strip()) or int(text) < 1:
            raise self.wrong(text, "a whole number from 1 up")
        return int(text)

    def size(self, conf: SparkConf, bare: str = "b") -> int:
        """Return the setting in bytes; `bare` is the unit of a number without one."""
        text = (self.text(conf) or "0").strip().lower()
        match = re.fullmatch(r"(\d+)\s*([bkmgtp]?)(?:i?b)?", text)
        if match is None:
            raise self.wrong(text, "a size such as 512m or 2g")
        return int(match[1]) * _UNITS[match[2] or bare]

    def wrong(self, text: str, expected: str) -> IllegalArgumentException:
        """Make the error for an invalid value."""
        return IllegalArgumentException(f"{self.name} is {text!r}; it must be {expected}")


MASTER = Key("spark.master", None, "", "Where tasks run; SparkContext's master argument comes first.")
APP_NAME = Key(
    "spark.app.name", None, "", "The application's name; SparkContext's appName argument comes first."
)
DRIVER_MEMORY = Key("spark.driver.memory", "1g", "bytes; MiB when bare", "The heap of the engine's JVM.")
JAVA_OPTIONS = Key(
    "spark.driver.extraJavaOptions",
    None,
    "",
    "More options for the engine's JVM and that of SQL, as in a shell.",
)
MAX_RESULT_SIZE = Key(
    "spark.driver.maxResultSize", "1g", "bytes; 0 is no limit", "The most that one action's results may take."
)
DEFAULT_PARALLELISM = Key(
    "spark.default.parallelism",
    None,
    "partitions",
    "Partitions when nothing else says; else the master's slots.",
)
PYTHON = Key(
    "spark.pyspark.python",
    None,
    "a program",
    "The workers' interpreter; else PYSPARK_PYTHON, else the driver's own.",
)
SHOW_PROGRESS = Key(
    "spark.ui.showConsoleProgress",
    "true",
    "",
    "Whether a job of over half a second draws a bar on the terminal.",
)
RETAINED_JOBS = Key(
    "spark.ui.retainedJobs",
    "1000",
    "jobs",
    "Of how many jobs that have ended the status tracker tells the end and the stages.",
)
TEXT_DELIMITER = Key(
    "spark.hadoop.textinputformat.record.delimiter",
    None,
    "",
    "What is between the records of textFile, in place of line ends.",
)
VALIDATE_OUTPUT = Key(
    "spark.hadoop.validateOutputSpecs", "true", "", "Whether saveAsTextFile refuses a directory that exists."
)
PY_FILES = Key(
    "spark.submit.pyFiles", None, "paths, comma-separated", "Modules and zips put on the workers' path."
)
FILES = Key("spark.files", None, "paths, comma-separated", "Files that tasks find with SparkFiles.get.")
ARCHIVES = Key(
    "spark.archives", None, "paths, comma-separated", "Archives unpacked for SparkFiles.get; path#name."
)
JARS = Key("spark.jars", None, "paths, comma-separated", "Jars added to the engine's class path.")
CLASS_PATH = Key(
    "spark.driver.extraClassPath", None, "paths, separated by colons", "More entries of that class path."
)
LIBRARY_PATH = Key(
    "spark.driver.extraLibraryPath",
    None,
    "paths, separated by colons",
    "Where the engine's JVM looks for native libraries.",
)
RDD_COMPRESS = Key(
    "spark.rdd.compress", "false", "", "Whether cached and checkpointed blocks are compressed; needs lz4."
)
SHUFFLE_COMPRESS = Key(
    "spark.shuffle.compress",
    "false",
    "",
    "Whether map outputs and spill files are compressed; needs lz4. Spark's default is true.",
)
BROADCAST_COMPRESS = Key(
    "spark.broadcast.compress",
    "false",
    "",
    "Whether broadcasts are compressed; needs lz4. Spark's default is true.",
)
SHOW_JAVA = Key(
    "firesteel.errors.java", "false", "", "Whether the error of a failed job shows the engine's Java stack."
)
PROFILE = Key("spark.python.profile", "false", "", "Whether the functions of tasks run under a profiler.")
PROFILE_DUMP = Key(
    "spark.python.profile.dump",
    None,
    "a directory",
    "Where profiles are written at the end; unset, they are printed.",
)
START_TIMEOUT = Key(
    "firesteel.engine.startTimeout", "60", "seconds", "How long the engine's JVM may take to start."
)

SQL_ARCHIVE = Key(
    "firesteel.sql.archive",
    "true",
    "",
    "Whether an application that ran SQL has an archive of the SQL engine's classes made when it ends, once: "
    "some 200 MB in the user's cache directory, with which the engine starts in half the time.",
)
ALL = (
    MASTER,
    APP_NAME,
    DRIVER_MEMORY,
    JAVA_OPTIONS,
    MAX_RESULT_SIZE,
    DEFAULT_PARALLELISM,
    PYTHON,
    SHOW_PROGRESS,
    RETAINED_JOBS,
    TEXT_DELIMITER,
    VALIDATE_OUTPUT,
    PY_FILES,
    FILES,
    ARCHIVES,
    JARS,
    CLASS_PATH,
    LIBRARY_PATH,
    RDD_COMPRESS,
    SHUFFLE_COMPRESS,
    BROADCAST_COMPRESS,
    SHOW_JAVA,
    PROFILE,
    PROFILE_DUMP,
    START_TIMEOUT,
    SQL_ARCHIVE,
)
