"""`pyspark.logger`: a logger that writes JSON."""

from firesteel._compat.json_logger import PySparkLogger

__all__ = ["PySparkLogger"]
