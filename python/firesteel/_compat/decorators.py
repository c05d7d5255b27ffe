"""Decorators of PySpark's that libraries use for their own classes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["keyword_only", "since"]

F = TypeVar("F", bound=Callable[..., Any])


def since(version: str | float) -> Callable[[F], F]:
    """Add to a function's docstring since which version it is there.

    Parameters
    ----------
    version : str or float
        The version.

    Returns
    -------
    callable
        The decorator.

    Examples
    --------
    >>> @since("1.2")
    ... def double(number):
    ...     '''Double a number.'''
    ...     return 2 * number
    >>> print(double.__doc__)
    Double a number.
    <BLANKLINE>
    .. versionadded:: 1.2
    """

    def decorate(function: F) -> F:
        text = (function.__doc__ or "").rstrip()
        rest = text.partition("\n")[2]
        indents = [len(line) - len(line.lstrip()) for line in rest.splitlines() if line.strip()]
        margin = " " * min(indents, default=0)
        function.__doc__ = f"{text}\n\n{margin}.. versionadded:: {version}"
        return function

    return decorate


def keyword_only(func: F) -> F:
    """Make a method take keywords only, and keep them as ``self._input_kwargs``.

    Parameters
    ----------
    func : callable
        A method.

    Returns
    -------
    callable

    Examples
    --------
    >>> class Model:
    ...     @keyword_only
    ...     def __init__(self, *, depth=1):
    ...         self.keywords = self._input_kwargs
    >>> Model(depth=3).keywords
    {'depth': 3}
    >>> Model(3)
    Traceback (most recent call last):
    TypeError: __init__ takes keywords only, and got 1 positional argument
    """

    @functools.wraps(func)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if args:
            number = f"{len(args)} positional argument{'s' if len(args) > 1 else ''}"
            raise TypeError(f"{func.__name__} takes keywords only, and got {number}")
        self._input_kwargs = kwargs
        return func(self, **kwargs)

    wrapper.__signature__ = inspect.signature(func)  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]
