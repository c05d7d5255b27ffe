"""Restores, in every interpreter that has this directory on its path, names that Python took away since 3.10.

The libraries were written before. Drivers and workers import it as they start.
"""

import collections
import collections.abc
import inspect

for _name in ("Callable", "Iterable", "Iterator", "Mapping", "MutableMapping", "Sequence", "Set", "Sized"):
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))
if not hasattr(inspect, "getargspec"):
    inspect.getargspec = inspect.getfullargspec  # type: ignore[attr-defined]
