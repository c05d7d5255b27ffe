"""Starts the context in a front end's kernels (PYTHONSTARTUP): user code finds ``sc`` and ``spark``."""

from firesteel._launch import frontend as _frontend
from firesteel.sql import SparkSession as _SparkSession

sc = _frontend.begin()
spark = _SparkSession(sc)
exec(_frontend.users_startup())
