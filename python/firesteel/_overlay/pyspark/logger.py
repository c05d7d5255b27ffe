"""`pyspark.logger`: a logger that writes JSON."""

from pyspark._behind import fallback

from firesteel._compat.json_logger import PySparkLogger

__all__ = ["PySparkLogger"]

__getattr__ = fallback(__name__)
