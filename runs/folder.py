"""Folders of results: complete or not there at all, and never in the place of somebody else's."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from model.faults import Faults

MARKER = "linestop.json"
MATTERING = ("linestop", "mesa", "numba", "numpy", "pandas", "scipy")  # their versions go into the marker


@contextmanager
def results_folder(path: Path, about: Mapping[str, Any]) -> Iterator[Path]:
    """Lend an empty hidden folder beside `path`; when all went well it takes the place of `path`.

    about: what the marker file says of the results, such as scenario and seed. If anything goes wrong,
    Ctrl-C included, nothing is left and an earlier folder stays as it was. Raise Faults, before anything
    is written, if the place is taken by what is not ours, and if it cannot be written.
    """
    place = Path(os.path.realpath(path))
    refuse_what_is_not_ours(place, path)
    made: list[Path] = []
    hidden = place.parent / f".{place.name}.{os.getpid()}.part"
    try:
        make_parents(place.parent, made)
        shutil.rmtree(hidden, ignore_errors=True)
        hidden.mkdir()
        yield hidden
        sign(hidden, about)
        keep_what_people_added(place, hidden)
        take_place(hidden, place)
    except OSError as error:
        raise Faults([f"{path}: it cannot be written ({reason(error)}); choose another folder with --out"]) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        for parent in reversed(made):
            with suppress(OSError):  # by now it may hold the results
                parent.rmdir()


def refuse_what_is_not_ours(place: Path, path: Path) -> None:
    """Raise Faults if a file or a folder with things of others stands in the place."""
    try:
        if place.is_dir() and any(place.iterdir()) and not is_ours(place):
            words = f"it is a folder that Linestop did not make (no {MARKER} in it), so it is left alone"
        elif place.exists() and not place.is_dir():
            words = "it is a file, so it is left alone"
        else:
            return
    except OSError as error:
        words = f"it cannot be read ({reason(error)})"
    raise Faults([f"{path}: {words}; choose another folder with --out"])


def is_ours(place: Path) -> bool:
    """Whether a folder carries our marker."""
    return bool(files_of_ours(place))


def files_of_ours(place: Path) -> frozenset[str]:
    """The names that the marker of a folder lists as ours; none without a readable marker."""
    try:
        marker = json.loads((place / MARKER).read_text(encoding="utf-8"))
        return frozenset(marker["files"]) if "linestop" in marker["versions"] else frozenset()
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def sign(folder: Path, about: Mapping[str, Any]) -> None:
    """Put the marker in: what the results are of, what they were made with, and which files are ours."""
    files = sorted({MARKER, *(entry.name for entry in folder.iterdir())})
    marker = {**about, "versions": versions(), "files": files}
    (folder / MARKER).write_text(json.dumps(marker, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def versions() -> dict[str, str]:
    """What the results were made with."""
    found = {"python": platform.python_version()}
    for name in MATTERING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def keep_what_people_added(place: Path, folder: Path) -> None:
    """Copy what stands in an earlier folder of ours and is not ours, such as somebody's notes."""
    if not place.is_dir():
        return
    ours = files_of_ours(place)
    for entry in place.iterdir():
        if entry.name in ours or (folder / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, folder / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, folder / entry.name, follow_symlinks=False)


def take_place(hidden: Path, place: Path) -> None:
    """Rename a finished folder into its place; an earlier one goes only once the new one stands there."""
    if not place.exists():
        hidden.rename(place)
        return
    old = place.parent / f".{place.name}.{os.getpid()}.old"
    place.rename(old)
    try:
        hidden.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def make_parents(parent: Path, made: list[Path]) -> None:
    """Make a folder and those above it, noting which are new."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        made.append(folder)


def write_whole(path: Path, data: bytes) -> Path:
    """Write a file that is whole or absent; returns its path."""
    part = path.with_suffix(".part")
    part.write_bytes(data)
    return part.replace(path)


def reason(error: OSError) -> str:
    """Why the system refused, in its own words."""
    return error.strerror or str(error)
