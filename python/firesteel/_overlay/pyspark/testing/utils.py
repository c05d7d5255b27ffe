"""`pyspark.testing.utils`: test cases with a context, silence, and waiting for a condition."""

import functools
import logging
import struct
import sys
import time
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from pyspark._behind import fallback

from firesteel import SparkConf, SparkContext
from firesteel.errors import PySparkException
from firesteel.serializers import read_int

__all__ = [
    "ByteArrayOutput",
    "PySparkErrorTestUtils",
    "PySparkTestCase",
    "QuietTest",
    "ReusedPySparkTestCase",
    "eventually",
    "have_numpy",
    "have_package",
    "have_pandas",
    "have_pyarrow",
    "have_scipy",
    "read_int",
    "timeout",
    "write_int",
]


def have_package(name: str) -> bool:
    """Tell whether a package is installed."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # its parent is not
        return False


have_numpy, have_scipy = have_package("numpy"), have_package("scipy")
have_pandas, have_pyarrow = have_package("pandas"), have_package("pyarrow")


def write_int(i: int) -> bytes:
    """Return a 32-bit integer as bytes, big-endian."""
    return struct.pack("!i", i)


class QuietTest:
    """Shows no log of the engine's in a block: what fails there is meant to fail.

    Parameters
    ----------
    sc : SparkContext
        The context.
    """

    def __init__(self, sc: SparkContext) -> None:
        self._sc = sc

    def __enter__(self) -> None:
        logs = self._sc._logs()
        self._level = str(logs.getRootLogger().getLevel())
        self._sc.setLogLevel("FATAL")

    def __exit__(self, *_: object) -> None:
        self._sc.setLogLevel(self._level)


class PySparkTestCase(unittest.TestCase):
    """A test case each of whose tests has a context of its own, ``self.sc``."""

    def setUp(self) -> None:
        """Start a context."""
        self._old_sys_path = list(sys.path)
        self.sc = SparkContext("local[4]", type(self).__name__)

    def tearDown(self) -> None:
        """Stop it."""
        self.sc.stop()
        sys.path = self._old_sys_path


class ReusedPySparkTestCase(unittest.TestCase):
    """A test case whose tests share a context, ``self.sc``."""

    sc: SparkContext

    @classmethod
    def conf(cls) -> SparkConf:
        """Return the settings; a subclass may add some."""
        return SparkConf()

    @classmethod
    def setUpClass(cls) -> None:
        """Start the context."""
        cls.sc = SparkContext("local[4]", cls.__name__, conf=cls.conf())

    @classmethod
    def tearDownClass(cls) -> None:
        """Stop it."""
        cls.sc.stop()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Show no log of the engine's in a block."""
        with QuietTest(self.sc):
            yield


def eventually(
    func: Callable[..., Any] | None = None,
    *,
    timeout: float = 30.0,
    interval: float = 0.1,
    catch_assertions: bool = False,
    expected_exceptions: type[BaseException] | tuple[type[BaseException], ...] | None = None,
    quiet: bool = True,
) -> Any:
    """Call a test again and again until it passes: it returns True or nothing.

    Parameters
    ----------
    func : callable, optional
        The test; without it, a decorator is returned.
    timeout : float
        Seconds after which it has failed.
    interval : float
        Seconds between two calls.
    catch_assertions : bool
        Whether an `AssertionError` is a reason to try again.
    expected_exceptions : type or tuple of type, optional
        Other exceptions that are.
    quiet : bool
        Whether the tries that fail are told nobody.
    """
    if func is None:
        return functools.partial(
            eventually,
            timeout=timeout,
            interval=interval,
            catch_assertions=catch_assertions,
            expected_exceptions=expected_exceptions,
            quiet=quiet,
        )
    expected = expected_exceptions or ()
    expected = expected if isinstance(expected, tuple) else (expected,)
    caught = (*expected, AssertionError) if catch_assertions else expected

    @functools.wraps(func)
    def wrapper(*args: Any, **keywords: Any) -> None:
        end = time.monotonic() + timeout
        while True:
            try:
                last: Any = func(*args, **keywords)
            except caught as error:
                last = error
            if last is None or last is True:
                return
            if not quiet:
                logging.getLogger(__name__).warning("not yet: %r", last)
            if time.monotonic() + interval >= end:
                if isinstance(last, BaseException):
                    raise last
                raise AssertionError(f"Test failed due to timeout after {timeout} s; it last gave {last!r}")
            time.sleep(interval)

    return wrapper


def timeout(seconds: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Fail a test that takes longer than so many seconds; of the main thread only."""
    import signal

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **keywords: Any) -> Any:
            def over(*_: object) -> None:
                raise TimeoutError(f"{function.__name__} took more than {seconds} s")

            before = signal.signal(signal.SIGALRM, over)
            signal.setitimer(signal.ITIMER_REAL, seconds)
            try:
                return function(*args, **keywords)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)

        return wrapper

    return decorate


class ByteArrayOutput:
    """A file that keeps what is written in ``buffer``."""

    def __init__(self) -> None:
        self.buffer = bytearray()

    def write(self, b: bytes) -> None:
        """Add bytes."""
        self.buffer += b

    def close(self) -> None:
        """Do nothing: what was written stays."""


class PySparkErrorTestUtils(unittest.TestCase):
    """Checks of PySpark's exceptions."""

    def check_error(
        self, exception: PySparkException, errorClass: str, messageParameters: dict[str, str] | None = None
    ) -> None:
        """Fail unless an exception is PySpark's, of this condition and with these parameters."""
        if not isinstance(exception, PySparkException):
            self.fail(f"{exception!r} is no PySparkException")
        found = exception.getCondition(), exception.getMessageParameters() or {}
        if found != (errorClass, messageParameters or {}):
            self.fail(f"expected {(errorClass, messageParameters or {})}, found {found}")


__getattr__ = fallback(__name__)
