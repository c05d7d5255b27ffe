"""`pyspark.worker`: what programs import from it. The workers themselves are the engine's."""

from firesteel import BarrierTaskContext, TaskContext, shuffle
from firesteel.serializers import (
    BatchedSerializer,
    CPickleSerializer,
    SpecialLengths,
    UTF8Deserializer,
    read_int,
    read_long,
    write_int,
    write_long,
)
from firesteel.util import fail_on_stopiteration

__all__ = [
    "BarrierTaskContext",
    "BatchedSerializer",
    "CPickleSerializer",
    "SpecialLengths",
    "TaskContext",
    "UTF8Deserializer",
    "fail_on_stopiteration",
    "read_int",
    "read_long",
    "shuffle",
    "utf8_deserializer",
    "write_int",
    "write_long",
]

utf8_deserializer = UTF8Deserializer()
