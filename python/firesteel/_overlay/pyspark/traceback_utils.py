"""`pyspark.traceback_utils`: which call of the program is running."""

from pyspark._behind import fallback

from firesteel._compat.call_sites import CallSite, SCCallSiteSync, first_spark_call

__all__ = ["CallSite", "SCCallSiteSync", "first_spark_call"]

__getattr__ = fallback(__name__)
