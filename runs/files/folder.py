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
MATTERING = ("linestop", "mesa", "numba", "numpy", "pandas", "scipy")  # their versions go into the marker
KINDS = {
    "batch": "the results of a batch", "world": "a world", "run": "the results of a run",
    "compare": "a comparison", "validate": "a validation", "exercise": "an exercise",
}  # fmt: skip
LEAVINGS = re.compile(r"\.lock|\..+\.\d+\.tmp")  # what a batch that was killed at once may leave
LEFT = re.compile(r"\.(?P<name>.+)\.\d+\.(part|old)")  # what a killed process leaves beside a place


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
            sweep(place.parent, place.name)
            refuse_place(path, kind, inputs)
            try:
                hidden.mkdir()
                yield hidden
                sign(hidden, about)
                keep_what_people_added(place, hidden)
                sync_tree(hidden)
                refuse_place(path, kind, inputs)
                take_place(hidden, place)
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
    words = why_not(place, kind) or why_not_beside(place, inputs)
    if words:
        raise Faults([f"{path}: {words}; choose another folder with --out"])


def why_not(place: Path, kind: str | None) -> str:
    """Why a place may not be taken for what stands there; nothing if it may."""
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


def why_not_beside(place: Path, inputs: Sequence[Path]) -> str:
    """Why a place may not be taken for what stands around it; nothing if it may."""
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
    """What kind of results a marker speaks of; older ones do not say so, but what is in them does."""
    if "fingerprint" in about:
        return "batch"
    kind = about.get("kind") or about.get("command") or ("run" if "scenario" in about else None)
    return kind if isinstance(kind, str) and kind in KINDS else None


def lock_of(place: Path) -> Path:
    """The file that is locked while somebody writes into a place."""
    return place.parent / f".{place.name}.lock"


def sweep(parent: Path, own: str) -> None:
    """Mend what killed processes left in a folder: put back earlier results, remove what is half-written.

    Whoever writes into a place holds its lock, so what can be locked belongs to nobody alive; `own` is held by us.
    """
    left: dict[str, list[Path]] = {}
    for entry in parent.iterdir():
        match = LEFT.fullmatch(entry.name)
        if match and entry.is_dir() and not entry.is_symlink():
            left.setdefault(match["name"], []).append(entry)
    for name, entries in left.items():
        if name == own:
            mend(parent / name, entries)
            continue
        with suppress(OSError):  # the lock or the folder of somebody else
            lock = parent / f".{name}.lock"
            handle = acquire_lock(lock)
            if handle is not None:
                mend(parent / name, entries)
                release_lock(handle, lock)


def mend(place: Path, entries: Sequence[Path]) -> None:
    """Put the earlier results of a place back if nothing stands there; remove the rest."""
    for entry in sorted(entries):
        if entry.suffix == ".old" and not os.path.lexists(place) and is_ours(entry):
            entry.rename(place)
        else:
            shutil.rmtree(entry, ignore_errors=True)


def marker_of(place: Path) -> dict[str, Any]:
    """What the marker of a folder says; nothing without a readable one."""
    try:
        found = json.loads((place / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def is_ours(place: Path) -> bool:
    """Whether a folder carries our marker."""
    return bool(files_of_ours(place))


def files_of_ours(place: Path) -> frozenset[str]:
    """The names that the marker of a folder lists as ours; none without a readable marker."""
    marker = marker_of(place)
    try:
        return frozenset(marker["files"]) if "linestop" in marker["versions"] else frozenset()
    except (KeyError, TypeError):
        return frozenset()


def sign(folder: Path, about: Mapping[str, Any]) -> None:
    """Put the marker in: what the results are of, what they were made with, and which files are ours."""
    files = sorted({MARKER, *(entry.name for entry in folder.iterdir())})
    marker = {"kind": kind_of(about), **about, "versions": versions(), "files": files}
    write_whole(folder / MARKER, json.dumps(marker, indent=2, ensure_ascii=False) + "\n")


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
