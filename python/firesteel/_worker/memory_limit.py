"""``spark.executor.pyspark.memory``: the address space that a worker may take.

The limit is the kernel's, as in PySpark: an allocation beyond it fails, which in Python is a MemoryError.
"""

from __future__ import annotations

import resource

__all__ = ["complaint", "exceeded", "limit_memory"]

_KEY = "spark.executor.pyspark.memory"
_LEAST = 64 << 20


def limit_memory(limit: int) -> None:
    """Limit this process and those that it starts.

    Parameters
    ----------
    limit
        Bytes; 0 for no limit.
    """
    if limit:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def complaint(limit: int) -> str | None:
    """Say that a worker cannot work with a limit; None when it can.

    Parameters
    ----------
    limit
        Bytes; 0 for no limit.
    """
    with open("/proc/self/statm", "rb") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    if not limit or taken + _LEAST <= limit:
        return None
    least = (taken + _LEAST >> 20) + 1
    leaves = f"{_KEY} leaves {limit >> 20} MiB for each of the workers that run at a time"
    return f"{leaves}, and one that does nothing takes {taken >> 20} MiB. Allow {least} MiB for each"


def exceeded() -> str:
    """Say what a MemoryError means in this worker; empty when its memory is not limited.

    Returns
    -------
    str
        To be put behind the exception's own message.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return ""
    share = f"{_KEY}, divided by the tasks that run at a time"
    return f"a worker may take {limit >> 20} MiB of address space here: {share}"
