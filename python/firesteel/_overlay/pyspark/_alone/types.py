"""`pyspark.sql.types` where no `pyspark` is installed: `Row` and the types, without what needs SQL."""

from firesteel.sql._plain_types import *  # noqa: F403
from firesteel.sql._plain_types import __all__ as __all__
