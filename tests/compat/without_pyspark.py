"""Runs a script as if no `pyspark` were installed: what our modules have, and not what is behind them."""

from __future__ import annotations

import os
import runpy
import sys

import firesteel.sql._installed as installed_pyspark

installed_pyspark.find_installed = lambda: None

if __name__ == "__main__":
    sys.argv[:] = sys.argv[1:]
    sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
    runpy.run_path(sys.argv[0], run_name="__main__")
