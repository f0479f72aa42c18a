"""Folders of results: complete or not there at all, and never in the place of somebody else's."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from model.tables.faults import Faults
from runs.files.durable import make_parents, reason, sync_folder, sync_tree, write_whole
from runs.files.locks import acquire_lock, hold_lock, release_lock

MARKER = "linestop.json"
RECORDED_PACKAGES = ("linestop", "mesa", "numba", "numpy", "pandas", "scipy")  # their versions go into the marker
KINDS = {
    "batch": "the results of a batch", "world": "a world", "tables": "the tables of a world",
    "run": "the results of a run", "compare": "a comparison", "validate": "a validation", "exercise": "an exercise",
    "exposure": "a study of exposure", "bank": "a question bank", "site": "pages for a class",
    "handbook": "a handbook",
}  # fmt: skip
LEAVINGS = re.compile(r"\.lock|\..+\.\d+\.tmp")  # what a batch that was killed at once may leave
LEFT_BY_KILLED = re.compile(r"\.(?P<name>.+)\.\d+\.(part|old)")  # what a killed process leaves beside a place


@contextmanager
def results_folder(path: Path, about: Mapping[str, Any], inputs: Sequence[Path] = ()) -> Iterator[Path]:
    """Lend an empty hidden folder beside `path`; when all went well it takes the place of `path`.

    about: what the marker file says of the results, such as kind, scenario and seed; inputs: what the work reads.
    If anything goes wrong, Ctrl-C included, nothing is left and an earlier folder stays as it was. Raise Faults,
    before anything is written, if the place is taken by what is not ours, holds results of another kind or an
    input, is being written by another process, and if it cannot be written.
    """
    place, kind = Path(os.path.realpath(path)), kind_of(about)
    refuse_place(path, kind, inputs)
    made: list[Path] = []
    hidden = place.parent / f".{place.name}.{os.getpid()}.part"
    try:
        make_parents(place.parent, made)
        with hold_lock(lock_of(place), f"{path}: another process is writing into it; wait for its end"):
            clean_up_after_killed(place.parent, place.name)
            refuse_place(path, kind, inputs)
            try:
                hidden.mkdir()
                yield hidden
                write_marker(hidden, about)
                copy_files_of_others(place, hidden)
                sync_tree(hidden)
                refuse_place(path, kind, inputs)
                rename_into_place(hidden, place)
                sync_folder(place.parent)
            finally:
                shutil.rmtree(hidden, ignore_errors=True)
    except OSError as error:
        raise Faults([f"{path}: it cannot be written ({reason(error)}); choose another folder with --out"]) from error
    finally:
        for parent in reversed(made):
            with suppress(OSError):  # by now it may hold the results
                parent.rmdir()


def refuse_place(path: Path, kind: str | None, inputs: Sequence[Path] = ()) -> None:
    """Raise Faults, before any work, if results of a kind may not go into a place or cannot be written there."""
    place = Path(os.path.realpath(path))
    words = reason_to_refuse(place, kind) or reason_to_refuse_around(place, inputs)
    if words:
        raise Faults([f"{path}: {words}; choose another folder with --out"])


def reason_to_refuse(place: Path, kind: str | None) -> str:
    """Why results may not replace what a place holds; empty if they may."""
    try:
        if place.exists() and not place.is_dir():
            return "it is a file, so it is left alone"
        if place.is_dir() and any(not LEAVINGS.fullmatch(entry.name) for entry in place.iterdir()):
            if not is_ours(place):
                return f"it is a folder that Linestop did not make (no {MARKER} in it), so it is left alone"
            found = kind_of(marker_of(place))
            if found is None or found != kind:
                return f"it holds {KINDS.get(found or '', 'results of another kind')}, so it is left alone"
    except OSError as error:
        return f"it cannot be read ({reason(error)})"
    return ""


def reason_to_refuse_around(place: Path, inputs: Sequence[Path]) -> str:
    """Why results may not be written into a place because of what is around it; empty if they may."""
    for each in inputs:
        real = Path(os.path.realpath(each))
        if place == real or place in real.parents or real in place.parents:
            return f"it holds, or lies in, what is read ({each})"
    for above in place.parents:
        if (above / MARKER).is_file() and is_ours(above):
            return f"it lies in a folder that holds {KINDS.get(kind_of(marker_of(above)) or '', 'results')}"
    nearest = next((folder for folder in (place.parent, *place.parent.parents) if folder.exists()), place.anchor)
    if not os.path.isdir(nearest):
        return f"it cannot be written ('{nearest}' is a file)"
    if not os.access(nearest, os.W_OK | os.X_OK):
        return f"it cannot be written (permission denied or read-only in '{nearest}')"
    return ""


def kind_of(about: Mapping[str, Any]) -> str | None:
    """The kind of results of a marker; an older one does not name it, so it is recognised by its keys."""
    if "fingerprint" in about:
        return "batch"
    kind = about.get("kind") or about.get("command") or ("run" if "scenario" in about else None)
    return kind if isinstance(kind, str) and kind in KINDS else None


def lock_of(place: Path) -> Path:
    """The file that is locked while somebody writes into a place."""
    return place.parent / f".{place.name}.lock"


def clean_up_after_killed(parent: Path, own: str) -> None:
    """Clean up what killed processes left in a folder: put back earlier results, remove what is half-written.

    A process that writes into a place holds its lock, so a place that can be locked is written by no living process;
    this process holds the lock of `own`.
    """
    left: dict[str, list[Path]] = {}
    for entry in parent.iterdir():
        match = LEFT_BY_KILLED.fullmatch(entry.name)
        if match and entry.is_dir() and not entry.is_symlink():
            left.setdefault(match["name"], []).append(entry)
    for name, entries in left.items():
        if name == own:
            restore_or_remove(parent / name, entries)
            continue
        with suppress(OSError):  # the lock or the folder of somebody else
            lock = parent / f".{name}.lock"
            handle = acquire_lock(lock)
            if handle is not None:
                restore_or_remove(parent / name, entries)
                release_lock(handle, lock)


def restore_or_remove(place: Path, entries: Sequence[Path]) -> None:
    """Put the earlier results of a place back if it is empty; remove the rest."""
    for entry in sorted(entries):
        if entry.suffix == ".old" and not os.path.lexists(place) and is_ours(entry):
            entry.rename(place)
        else:
            shutil.rmtree(entry, ignore_errors=True)


def marker_of(place: Path) -> dict[str, Any]:
    """The content of the marker of a folder; empty without a readable one."""
    try:
        found = json.loads((place / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def is_ours(place: Path) -> bool:
    """Whether a folder has a marker of Linestop."""
    return bool(own_files(place))


def own_files(place: Path) -> frozenset[str]:
    """The names of the files in a folder that Linestop wrote, by its marker; none without a readable marker."""
    marker = marker_of(place)
    try:
        return frozenset(marker["files"]) if "linestop" in marker["versions"] else frozenset()
    except (KeyError, TypeError):
        return frozenset()


def write_marker(folder: Path, about: Mapping[str, Any]) -> None:
    """Write the marker: what the results are of, versions of packages, and which files Linestop wrote."""
    files = sorted({MARKER, *(entry.name for entry in folder.iterdir())})
    marker = {"kind": kind_of(about), **about, "versions": versions(), "files": files}
    write_whole(folder / MARKER, json.dumps(marker, indent=2, ensure_ascii=False) + "\n")


def versions() -> dict[str, str]:
    """The versions of Python and of the packages on which results depend."""
    found = {"python": platform.python_version()}
    for name in RECORDED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def copy_files_of_others(place: Path, folder: Path) -> None:
    """Copy what others have put into an earlier folder of results, such as somebody's notes."""
    if not place.is_dir():
        return
    ours = own_files(place)
    for entry in place.iterdir():
        if entry.name in ours or (folder / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, folder / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, folder / entry.name, follow_symlinks=False)


def rename_into_place(hidden: Path, place: Path) -> None:
    """Rename a finished folder into its place; an earlier one is removed only after that."""
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
