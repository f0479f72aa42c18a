"""How the phases of the day are compiled, and where what was compiled is kept.

Compiled code lies in a folder of its own for each state of the sources, named by their digest: an edited phase, or one
that it calls, is compiled anew, and two versions never meet. What was cut or damaged on the disk is compiled anew, too.
With NUMBA_DISABLE_JIT=1 the phases run as the plain Python that they are: slow, and open to a debugger. There single
precision rounds otherwise, so that numbers differ by some ten-millionths.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile

Function = TypeVar("Function", bound=Callable[..., Any])

HERE = Path(__file__).parents[1]  # the package of the world
MARK = "\n@compiled\n"
IMPORTED = re.compile(r"^(?:from|import) model\.([\w.]+)(?: import ([\w, ]+))?", re.MULTILINE)
DIGEST_BYTES = 32  # of SHA-256
VERSIONS_KEPT = 4  # a version takes some 20 MB
SWITCHES: Any = numba.config  # what NUMBA_... in the environment says
PLAIN_PYTHON = bool(SWITCHES.DISABLE_JIT)  # whether phases run uncompiled


def compiled(function: Function) -> Function:
    """Let a phase be compiled when it is first called, and keep the result on disk where there is room."""
    phase: Any = njit(function)
    if not PLAIN_PYTHON:
        with suppress(OSError):
            phase._cache = DayCache(function)  # noqa: SLF001
    return phase  # type: ignore[no-any-return]


def compiled_sources(folder: Path = HERE) -> list[Path]:
    """The files whose text decides what compiled code does: those with phases, and all that these import."""
    files = {".".join(path.relative_to(folder).with_suffix("").parts): path for path in sorted(folder.rglob("*.py"))}
    text = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    waiting = [name for name, words in text.items() if MARK in words]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [each for each in modules_imported(text[name]) if each in files]
    return [files[name] for name in sorted(found)]


def modules_imported(text: str) -> list[str]:
    """The modules of the world that a source imports, as `model.room.file` or as a file that is taken from a room."""
    found = []
    for module, names in IMPORTED.findall(text):
        found += [module, *(f"{module}.{name.strip()}" for name in names.split(","))]
    return found


@cache
def digest_of_sources() -> str:
    """One digest of the compiled sources and of the compiler with its switches."""
    digest = hashlib.sha256(repr((numba.__version__, SWITCHES.BOUNDSCHECK, SWITCHES.OPT)).encode())
    for path in compiled_sources():
        digest.update(path.relative_to(HERE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def cache_folder() -> Path:
    """Where the compiled day is kept: under NUMBA_CACHE_DIR if that is set, else beside the sources, else at home.

    Raise OSError where none of these can be written.
    """
    name = f"linestop-{digest_of_sources()[:16]}"
    if SWITCHES.CACHE_DIR:
        return made(Path(SWITCHES.CACHE_DIR) / name)
    try:
        return made(HERE / "__pycache__" / name)
    except OSError:  # an installation that its user may not write to
        return made(Path.home() / ".cache" / "linestop" / name)


def forget_old_versions() -> None:
    """Remove the compiled code of all but the latest few versions of the sources, beside our own."""
    with suppress(OSError):
        ours = cache_folder()
        others = [folder for folder in ours.parent.glob("linestop-*") if folder != ours]
        for folder in sorted(others, key=lambda each: each.stat().st_mtime, reverse=True)[VERSIONS_KEPT - 1 :]:
            shutil.rmtree(folder, ignore_errors=True)


def made(folder: Path) -> Path:
    """A folder that is there and can be written; raise OSError else."""
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} cannot be written")
    return folder


class DayLocator:
    """Says numba where the compiled form of a function of these sources is kept, and of which sources it is."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        self._line, self._py_file = function.__code__.co_firstlineno, file

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> DayLocator:
        """The locator of a function."""
        return cls(function, file)

    def get_cache_path(self) -> str:
        """The folder."""
        return str(cache_folder())

    def ensure_cache_path(self) -> None:
        """The folder was made when it was first asked for."""

    def get_source_stamp(self) -> str:
        """What the compiled form must have been made of."""
        return digest_of_sources()

    def get_disambiguator(self) -> str:
        """What tells functions of one name in one file apart: their line."""
        return str(self._line)


class DayCacheImpl(CompileResultCacheImpl):
    """What numba keeps of a function, in our folder."""

    _locator_classes = [DayLocator]  # noqa: RUF012


class SoundFile(IndexDataCacheFile):
    """Compiled code on the disk with a digest in front; what is damaged counts as not there, and is written anew."""

    def _load_index(self) -> dict[Any, str]:
        try:
            return dict(super()._load_index())
        except (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, ImportError, pickle.PickleError):
            return {}  # cut or overwritten: unpickling raises any of these

    def _save_data(self, name: str, data: Any) -> None:
        content = self._dump(data)
        with self._open_for_write(self._data_path(name)) as handle:
            handle.write(hashlib.sha256(content).digest() + content)

    def _load_data(self, name: str) -> Any:
        whole = Path(self._data_path(name)).read_bytes()
        content = whole[DIGEST_BYTES:]
        if whole[:DIGEST_BYTES] != hashlib.sha256(content).digest():
            raise OSError(f"{name} was cut or changed")  # numba takes it for a file that is gone
        return pickle.loads(content)


class DayCache(FunctionCache):
    """The kept form of a function of the day."""

    _impl_class = DayCacheImpl

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = SoundFile(self._cache_path, self._impl.filename_base, digest_of_sources())
