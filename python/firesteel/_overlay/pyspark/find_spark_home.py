"""`pyspark.find_spark_home`: where the launchers are. ``python -m pyspark.find_spark_home`` prints it."""

import os
from pathlib import Path

import firesteel


def _find_spark_home() -> str:
    """Return ``SPARK_HOME``, or else the directory of this package or checkout that holds ``bin``."""
    given = os.environ.get("SPARK_HOME")
    if given:
        return given
    package = Path(firesteel.__file__).resolve().parent
    for home in (package, *package.parents[:2]):
        if (home / "bin" / "spark-submit").exists():
            return str(home)
    return str(package)


if __name__ == "__main__":
    print(_find_spark_home())
