"""Starts the context in a front end's kernels (PYTHONSTARTUP), so that user code finds ``sc``."""

from firesteel._launch import frontend as _frontend
from firesteel._launch.shell import NoSqlYet as _NoSqlYet

sc = _frontend.begin()
spark = _NoSqlYet()
exec(_frontend.users_startup())
