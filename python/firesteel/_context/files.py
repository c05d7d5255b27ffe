"""Files, modules and archives that go with an application."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable

from firesteel._driver.session import Session
from firesteel.errors import PySparkTypeError, PySparkValueError
from firesteel.files import DIRECTORY_PROPERTY, SparkFiles

_IMPORTABLE = (".py", ".zip", ".egg", ".jar", ".whl")


class Files:
    """The part of SparkContext about added files."""

    _driver: Session
    _shared_properties: dict[str, str]
    _added_files: dict[str, str]
    _on_py_file: list[Callable[[str], None]]
    _archives: dict[str, str]

    def _files_directory(self) -> str:
        directory = os.path.join(self._driver.directory, "files")
        os.makedirs(directory, mode=0o700, exist_ok=True)
        self._shared_properties[DIRECTORY_PROPERTY] = directory
        SparkFiles._root_directory = directory
        return directory

    def _source_of(self, path: str) -> str:
        if not isinstance(path, (str, os.PathLike)):
            raise PySparkTypeError(f"a path is text or a path object, not {path!r:.80}")
        source = self._driver.local_path(os.fspath(path), decoded=True)
        if not os.path.exists(source):
            raise FileNotFoundError(f"there is no file {source}")
        return source

    def addFile(self, path: str, recursive: bool = False) -> None:
        """Copy a file, so that tasks find it with `SparkFiles.get`.

        Parameters
        ----------
        path : str
            A local path or ``file:`` URI.
        recursive : bool, optional
            Whether a directory may be given.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        ...     sc.addFile(file.name)
        """
        source = self._source_of(path)
        target = os.path.join(self._files_directory(), os.path.basename(source))
        if os.path.isdir(source):
            if not recursive:
                raise PySparkValueError(f"addFile: {source} is a directory; pass recursive=True to add it")
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            _copy(source, target)
        self._added_files[source] = target

    @property
    def listFiles(self) -> list[str]:
        """The files added with `addFile`, as ``file:`` and a path.

        Examples
        --------
        >>> isinstance(sc.listFiles, list)
        True
        """
        return [f"file:{path}" for path in self._added_files]

    def addPyFile(self, path: str) -> None:
        """Make a module or an archive of modules importable, here and in the workers.

        Parameters
        ----------
        path : str
            A ``.py``, ``.zip``, ``.egg`` or ``.whl`` file.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     path = os.path.join(directory, "triple_module.py")
        ...     _ = open(path, "w").write("def triple(number): return 3 * number")
        ...     sc.addPyFile(path)
        >>> import triple_module
        >>> sc.parallelize([1, 2]).map(triple_module.triple).collect()
        [3, 6]
        """
        source = self._source_of(path)
        directory = self._files_directory()
        target = os.path.join(directory, os.path.basename(source))
        _copy(source, target)
        self._added_files[source] = target
        entry = directory if source.endswith(".py") or not source.endswith(_IMPORTABLE) else target
        if entry not in sys.path:
            sys.path.insert(1, entry)
        import importlib

        importlib.invalidate_caches()
        for callback in self._on_py_file:
            callback(target)

    def addArchive(self, path: str) -> None:
        """Unpack an archive, so that tasks find its directory with `SparkFiles.get`.

        Parameters
        ----------
        path : str
            A ``.zip`` or ``.tar.gz`` file; ``path#name`` names the directory.

        Examples
        --------
        >>> import os, shutil, tempfile
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     os.mkdir(directory + "/content")
        ...     archive = shutil.make_archive(directory + "/data", "zip", directory + "/content")
        ...     sc.addArchive(archive + "#unpacked")
        >>> os.path.isdir(SparkFiles.get("unpacked"))
        True
        """
        location, _, name = path.partition("#")
        source = self._source_of(location)
        target = os.path.join(self._files_directory(), name or os.path.basename(source))
        os.makedirs(target, exist_ok=True)
        if source.endswith((".jar", ".whl", ".egg")):
            shutil.unpack_archive(source, target, "zip")
        else:
            shutil.unpack_archive(source, target)
        self._archives[path] = target

    @property
    def listArchives(self) -> list[str]:
        """The archives added with `addArchive`, as ``file:`` and a path.

        Examples
        --------
        >>> isinstance(sc.listArchives, list)
        True
        """
        return [f"file:{path}" for path in self._archives]


def _copy(source: str, target: str) -> None:
    """Copy beside the target and rename: a task may be reading an older copy."""
    temporary = f"{target}.{os.getpid()}.tmp"
    shutil.copyfile(source, temporary)
    os.replace(temporary, target)
