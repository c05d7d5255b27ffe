"""A logger that writes each line as JSON, with what a program wants to tell beside the message."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from typing import Any

__all__ = ["PySparkLogger"]

_lock = threading.Lock()


class _Json(logging.Formatter):
    default_msec_format = "%s,%03d"

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "ts": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "msg": record.getMessage(),
            "context": getattr(record, "context", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, trace = record.exc_info
            fields["exception"] = {
                "class": kind.__name__,
                "msg": str(error),
                "stacktrace": [
                    {"class": None, "method": frame.name, "file": frame.filename, "line": str(frame.lineno)}
                    for frame in traceback.extract_tb(trace)
                ],
            }
        return json.dumps(fields, default=str, ensure_ascii=False)


class PySparkLogger(logging.Logger):
    """A logger whose methods take keywords, which are written beside the message.

    Examples
    --------
    >>> logger = PySparkLogger.getLogger("orders")
    >>> logger.warning("late", order=3)  # doctest: +SKIP
    {"ts": "…", "level": "WARNING", "logger": "orders", "msg": "late", "context": {"order": 3}}
    """

    def __init__(self, name: str = "PySparkLogger", level: int = logging.WARNING) -> None:
        super().__init__(name, level)
        handler = logging.StreamHandler()
        handler.setFormatter(_Json())
        self.addHandler(handler)
        self.propagate = False

    @staticmethod
    def getLogger(name: str | None = None) -> PySparkLogger:
        """Return the logger of a name, made if need be.

        Parameters
        ----------
        name : str, optional
            Its name.

        Returns
        -------
        PySparkLogger

        Raises
        ------
        TypeError
            When the name is that of a logger of another class.
        """
        with _lock:
            before = logging.getLoggerClass()
            logging.setLoggerClass(PySparkLogger)
            try:
                found = logging.getLogger(name or "PySparkLogger")
            finally:
                logging.setLoggerClass(before)
        if not isinstance(found, PySparkLogger):
            raise TypeError(f"{name!r} is the name of a logger of another class: {type(found).__name__}")
        return found

    def _log(self, level: int, msg: object, args: Any, **keywords: Any) -> None:  # type: ignore[override]
        own = {key: keywords.pop(key) for key in ("exc_info", "stack_info", "stacklevel") if key in keywords}
        extra = {**keywords.pop("extra", {}), "context": keywords}
        super()._log(level, msg, args, extra=extra, **own)

    def addHandler(self, hdlr: logging.Handler) -> None:
        """Add a handler; without a formatter of its own it writes JSON too."""
        if hdlr.formatter is None:
            hdlr.setFormatter(_Json())
        super().addHandler(hdlr)
