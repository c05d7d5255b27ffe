"""Tags of jobs, their status, system properties and resources of a context."""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from firesteel import conf
from firesteel._driver.session import Session
from firesteel.errors import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from firesteel.status import StatusTracker

TAGS = "spark.job.tags"

_OF_THE_SYSTEM: dict[str, Callable[[], str]] = {
    "file.separator": lambda: os.sep,
    "java.io.tmpdir": tempfile.gettempdir,
    "line.separator": lambda: os.linesep,
    "os.name": lambda: os.uname().sysname,
    "path.separator": lambda: os.pathsep,
    "user.dir": os.getcwd,
    "user.home": lambda: os.path.expanduser("~"),
    "user.name": getpass.getuser,
}


class Status:
    """The part of SparkContext about tags, status and the system."""

    _driver: Session

    def addJobTag(self: Any, tag: str) -> None:
        """Mark the jobs that this thread starts, so that `cancelJobsWithTag` finds them.

        Parameters
        ----------
        tag : str
            Not empty, and without a comma.

        Examples
        --------
        >>> sc.addJobTag("nightly")
        >>> sc.getJobTags()
        {'nightly'}
        >>> sc.clearJobTags()
        """
        self.setLocalProperty(TAGS, ",".join(sorted({*self.getJobTags(), _checked(tag)})))

    def removeJobTag(self: Any, tag: str) -> None:
        """Mark the jobs that this thread starts no longer.

        Parameters
        ----------
        tag : str
            The tag; nothing happens when it is not set.

        Examples
        --------
        >>> sc.addJobTag("nightly")
        >>> sc.removeJobTag("nightly")
        >>> sc.getJobTags()
        set()
        """
        left = self.getJobTags() - {_checked(tag)}
        self.setLocalProperty(TAGS, ",".join(sorted(left)) if left else None)

    def getJobTags(self: Any) -> set[str]:
        """Return the tags of the jobs that this thread starts.

        Returns
        -------
        set of str

        Examples
        --------
        >>> sc.getJobTags()
        set()
        """
        return _tags(self._own_properties())

    def clearJobTags(self: Any) -> None:
        """Remove all tags of this thread.

        Examples
        --------
        >>> sc.clearJobTags()
        """
        self.setLocalProperty(TAGS, None)

    def cancelJobsWithTag(self, tag: str) -> None:
        """Cancel the running jobs that have a tag; their actions raise.

        Parameters
        ----------
        tag : str
            The tag.

        Examples
        --------
        >>> sc.cancelJobsWithTag("nightly")
        """
        self._driver.require_running("cancelJobsWithTag")
        wanted = _checked(tag)
        for job, properties in self._driver.jobs.running():
            if wanted in _tags(properties):
                self._driver.jobs.cancel(job, f"part of cancelled job tag {wanted}")

    def statusTracker(self) -> StatusTracker:
        """Return what answers questions about jobs and stages.

        Returns
        -------
        StatusTracker

        Examples
        --------
        >>> sc.statusTracker().getActiveJobsIds()
        []
        """
        from firesteel.status import StatusTracker

        self._driver.require_running("statusTracker")
        return StatusTracker(self._driver)

    @property
    def resources(self) -> dict[str, Any]:
        """The driver's other resources, by name: none.

        Examples
        --------
        >>> sc.resources
        {}
        """
        return {}

    @classmethod
    def setSystemProperty(cls, key: str, value: str) -> None:
        """Set a property; one that begins with ``spark.`` is a setting of every `SparkConf` made later.

        Parameters
        ----------
        key, value : str
            Name and value.

        Examples
        --------
        >>> SparkContext.setSystemProperty("mood", "calm")
        >>> SparkContext.getSystemProperty("mood")
        'calm'
        """
        conf._system[str(key)] = str(value)

    @classmethod
    def getSystemProperty(cls, key: str) -> str | None:
        """Return a property of the system: one that `setSystemProperty` set, or of a few that Java has.

        Parameters
        ----------
        key : str
            Its name, such as ``user.home``.

        Returns
        -------
        str or None

        Examples
        --------
        >>> SparkContext.getSystemProperty("file.separator")
        '/'
        """
        if key in conf._system:
            return conf._system[key]
        known = _OF_THE_SYSTEM.get(key)
        return None if known is None else known()


def _tags(properties: dict[str, str]) -> set[str]:
    return set(filter(None, properties.get(TAGS, "").split(",")))


def _checked(tag: str) -> str:
    if not isinstance(tag, str):
        raise PySparkTypeError(f"a job tag is text, not {type(tag).__name__}")
    if not tag or "," in tag:
        raise PySparkValueError(f"a job tag must not be empty, and have no comma; it is {tag!r}")
    return tag
