"""What a front end's kernels run as PYTHONSTARTUP: ``sc`` is there when the user's code begins."""

from firesteel._launch import frontend as _frontend
from firesteel._launch.shell import NoSqlYet as _NoSqlYet

sc = _frontend.begin()
spark = _NoSqlYet()
exec(_frontend.users_startup())
