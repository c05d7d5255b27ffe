"""`pyspark.daemon`: what programs import from it. The daemon itself is the engine's, and started by it."""

from firesteel.serializers import UTF8Deserializer, read_int, write_int, write_with_length

__all__ = ["UTF8Deserializer", "compute_real_exit_code", "read_int", "write_int", "write_with_length"]


def compute_real_exit_code(exit_code: object) -> int:
    """Return the status with which a process ends that called ``sys.exit`` with a value."""
    return exit_code if isinstance(exit_code, int) else 0 if exit_code is None else 1
