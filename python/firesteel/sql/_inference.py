"""The schema of rows, as classic PySpark infers it, and rows in the form that a schema describes."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

from firesteel.errors import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from firesteel.rdd import RDD
    from firesteel.sql._settings import Settings

__all__ = ["RowForm", "of_list", "of_rdd"]

_LOOKED_AT = 100  # rows of an RDD that are looked at for the types of columns whose first value is None


class RowForm:
    """How the rows of a DataFrame are described, checked and changed before they are stored.

    Parameters
    ----------
    schema : pyspark.sql.types.StructType
        What the rows are.
    prepare : callable, optional
        What each row goes through first.
    verify : bool
        Whether each row is compared with the schema.
    """

    def __init__(self, schema: Any, prepare: Callable[[Any], Any] | None, verify: bool) -> None:
        self.schema = schema
        self.prepare = prepare
        self.verify = verify


def of_list(rows: list[Any], schema: Any, settings: Settings, verify: bool) -> RowForm:
    """Describe the rows of a list.

    Parameters
    ----------
    rows : list
        Rows, tuples, dicts or objects; plain values if the schema is a plain type.
    schema : DataType, list of str or None
        Types and names, only names, or neither.
    settings : Settings
        Those of the session.
    verify : bool
        Whether each row is compared with a schema that is given.

    Returns
    -------
    RowForm
    """
    if _is_type(schema):
        return _given(schema, verify)
    names = _names(schema)
    if not rows:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    from pyspark.sql.types import _merge_type

    infer = _Infer(settings, names)
    return _inferred(reduce(_merge_type, map(infer, rows)), names)


def of_rdd(rdd: RDD[Any], schema: Any, settings: Settings, sampled: float | None, verify: bool) -> RowForm:
    """Describe the rows of an RDD; types are inferred from the first rows, or from a sample of them all.

    Parameters
    ----------
    rdd : RDD
        The rows.
    schema, settings, verify
        As for `of_list`.
    sampled : float, optional
        The share of rows that is looked at.

    Returns
    -------
    RowForm
    """
    if _is_type(schema):
        return _given(schema, verify)
    from pyspark.sql.types import _has_nulltype, _merge_type

    names = _names(schema)
    infer = _Infer(settings, names)
    first = rdd.first()
    if hasattr(first, "__len__") and len(first) == 0:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    if sampled is not None:
        looked_at = rdd if sampled >= 0.99 else rdd.sample(False, float(sampled))
        return _inferred(looked_at.map(infer).reduce(_merge_type), names)
    found = infer(first)
    if _has_nulltype(found):
        for row in rdd.take(_LOOKED_AT)[1:]:
            found = _merge_type(found, infer(row))
            if not _has_nulltype(found):
                break
    return _inferred(found, names)


class _Infer:
    """Infers the schema of a row. It goes to the workers too."""

    def __init__(self, settings: Settings, names: list[str] | None) -> None:
        self._names = names
        self._how = {
            "infer_dict_as_struct": settings._flag("spark.sql.pyspark.inferNestedDictAsStruct.enabled"),
            "infer_array_from_first_element": settings._flag(
                "spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled"
            ),
            "infer_map_from_first_pair": settings._flag(
                "spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled"
            ),
            "prefer_timestamp_ntz": settings.get("spark.sql.timestampType", "TIMESTAMP_LTZ")
            == "TIMESTAMP_NTZ",
        }

    def __call__(self, row: Any) -> Any:
        from pyspark.sql.types import _infer_schema

        return _infer_schema(row, self._names, **self._how)


class _ToTuples:
    """Turns dicts, Rows and objects into tuples in the order of the schema. It goes to the workers too."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._convert: Callable[[Any], Any] | None = None

    def __getstate__(self) -> Any:
        return self._schema

    def __setstate__(self, schema: Any) -> None:
        self.__init__(schema)  # type: ignore[misc]

    def __call__(self, row: Any) -> Any:
        if self._convert is None:
            from pyspark.sql.types import _create_converter

            self._convert = _create_converter(self._schema)
        return self._convert(row)


def _in_tuple(value: Any) -> tuple[Any]:
    return (value,)


def _is_type(schema: Any) -> bool:
    from pyspark.sql.types import DataType

    return isinstance(schema, DataType)


def _given(schema: Any, verify: bool) -> RowForm:
    from pyspark.sql.types import StructType

    if isinstance(schema, StructType):
        return RowForm(schema, None, verify)
    return RowForm(StructType().add("value", schema), _in_tuple, verify)


def _inferred(schema: Any, names: list[str] | None) -> RowForm:
    from pyspark.sql.types import StructField, StructType, _has_nulltype

    if _has_nulltype(schema):
        raise PySparkValueError(errorClass="CANNOT_DETERMINE_TYPE", messageParameters={})
    convert = _ToTuples(schema)
    if names is not None:
        if len(names) > len(schema.names):
            raise PySparkValueError(
                f"There are {len(names)} names of columns, {', '.join(names)}, and the first row has "
                f"{len(schema.names)} of them"
            )
        named = [*names, *schema.names[len(names) :]]
        schema = StructType(
            [
                StructField(name, field.dataType, field.nullable)
                for name, field in zip(named, schema.fields, strict=True)
            ]
        )
    return RowForm(schema, convert, False)


def _names(schema: Any) -> list[str] | None:
    if schema is None:
        return None
    if isinstance(schema, (list, tuple)):
        return [name.decode() if isinstance(name, bytes) else name for name in schema]
    raise PySparkTypeError(
        errorClass="NOT_EXPECTED_TYPE",
        messageParameters={
            "arg_name": "schema",
            "expected_type": "list, None or StructType",
            "arg_type": type(schema).__name__,
        },
    )
