"""Files that are written whole or not at all, also when the process is killed, the disk is full or the power fails."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from model.tables.faults import Faults
from runs.files.locks import acquire_lock, release_lock

MEND = "make room or choose another place, then do it again"


def write_whole(path: Path, content: bytes | str, mend: str = MEND) -> Path:
    """Write a file under another name, bring it to the disk and rename it; returns its path.

    A link stays a link and a file keeps its permissions. Raise Faults if the system refuses; an earlier file is then
    left as it was.
    """
    place = Path(os.path.realpath(path))
    beside = place.parent / f".{place.name}.{os.getpid()}.tmp"
    try:
        with beside.open("wb") as handle:
            handle.write(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
            handle.flush()
            os.fsync(handle.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(place, beside)
        beside.replace(place)
        sync_folder(place.parent)
    except OSError as error:
        raise Faults([f"{path}: it cannot be written ({reason(error)}); {mend}"]) from error
    finally:
        with suppress(OSError):
            beside.unlink()
    return path


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Bring all files of a folder to the disk."""
    for root, _, files in os.walk(folder):
        for name in files:
            path = Path(root) / name
            if not path.is_symlink():
                with path.open("rb+" if os.name == "nt" else "rb") as handle:
                    os.fsync(handle.fileno())
        sync_folder(Path(root))


def remove_half_written(folder: Path, name: str) -> None:
    """Remove what a killed process left half-written of a file; the caller holds the lock of that file."""
    for stray in folder.iterdir():
        if re.fullmatch(rf"\.{re.escape(name)}\.\d+\.tmp", stray.name):
            stray.unlink(missing_ok=True)


def refuse_place_of_file(path: Path) -> None:
    """Raise Faults, before any work, where a file cannot be written: a folder, a place without one, a read-only one."""
    place = Path(os.path.realpath(path))
    if place.is_dir():
        words = "it is a folder, and a file was expected"
    elif not place.parent.is_dir():
        words = f"found no folder '{path.parent}'; make it first"
    elif not os.access(place.parent, os.W_OK | os.X_OK) or (place.exists() and not os.access(place, os.W_OK)):
        words = "it cannot be written (permission denied); choose another place"
    else:
        lock = place.parent / f".{place.name}.lock"
        try:
            handle = acquire_lock(lock)
            if handle is not None:
                remove_half_written(place.parent, place.name)
                release_lock(handle, lock)
            return
        except OSError as error:
            words = f"it cannot be written ({reason(error)}); choose another place"
    raise Faults([f"{path}: {words}"])


def make_parents(parent: Path, made: list[Path]) -> None:
    """Make a folder and those above it, noting which are new."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        with suppress(FileExistsError):  # another run has just made it
            folder.mkdir()
            made.append(folder)


def reason(error: OSError) -> str:
    """Why the system refused, in its own words."""
    return error.strerror or str(error)
