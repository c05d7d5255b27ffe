"""`pyspark.errors`: the objects of `firesteel.errors`, by PySpark's module name."""

from __future__ import annotations

from pyspark._behind import extend, fallback, is_behind

from firesteel.errors import *  # noqa: F403
from firesteel.errors import __all__ as __all__
from firesteel.errors import add_conditions

extend(__name__)


def _installed_sentence(condition: str) -> str | None:
    """Return the sentence of a condition that the installed `pyspark` knows."""
    if not is_behind("pyspark.errors.utils"):
        return None
    from pyspark.errors.utils import ErrorClassesReader

    try:
        return str(ErrorClassesReader().get_message_template(condition))
    except (KeyError, ValueError):
        return None


add_conditions(_installed_sentence)

__getattr__ = fallback(__name__)
