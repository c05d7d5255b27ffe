"""The transformation that sends records through other programs: pipe."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from firesteel._functions.pipe import Pipe
from firesteel._rdd.base import RDDBase, T_co
from firesteel.errors import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from firesteel.rdd import RDD


class ProcessOperations(RDDBase[T_co]):
    """Records through other programs."""

    def pipe(
        self: ProcessOperations[Any],
        command: str,
        env: dict[str, str] | None = None,
        checkCode: bool = False,
    ) -> RDD[str]:
        """Send each partition through a process of its own: records as lines in, lines as records out.

        Parameters
        ----------
        command : str
            The program and its arguments, quoted as for a shell; no shell runs it.
        env : dict of str to str, optional
            All of the process's environment variables; none by default.
        checkCode : bool, optional
            Whether a process that ends with another status than 0 fails the job.

        Returns
        -------
        RDD of str

        Examples
        --------
        >>> sc.parallelize(["1", "2", "", "3"]).pipe("cat").collect()
        ['1', '2', '', '3']
        """
        if not isinstance(command, str):
            raise PySparkTypeError(f"the command of pipe must be text, not {command!r:.100}")
        words = shlex.split(command)
        if not words:
            raise PySparkValueError("pipe needs the name of a program; the command is empty")
        environment = {str(name): str(value) for name, value in (env or {}).items()}
        return self._step("pipe", "mapPartitions", Pipe(words, environment, checkCode, command))
