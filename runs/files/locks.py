"""Locks that end with their process, however that ends: a file that the system holds, never a number to be guessed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from model.tables.faults import Faults


@contextmanager
def hold_lock(lock: Path, words: str, keep: bool = False) -> Iterator[None]:
    """Hold a lock file; raise Faults with these words if another holds it. It goes afterwards unless kept."""
    handle = acquire_lock(lock)
    if handle is None:
        raise Faults([words])
    try:
        yield
    finally:
        release_lock(handle, lock, keep)


def acquire_lock(lock: Path) -> BinaryIO | None:
    """Take a lock file, or None if another has it."""
    while True:
        handle = lock.open("ab")
        if not try_lock(handle):
            handle.close()
            return None
        try:
            if os.path.samestat(os.fstat(handle.fileno()), lock.stat()):
                return handle
        except FileNotFoundError:  # who had it before has just removed it
            pass
        handle.close()


def release_lock(handle: BinaryIO, lock: Path, keep: bool = False) -> None:
    """Let a lock go; closing is not enough, for processes forked meanwhile hold the file open until they end."""
    if sys.platform == "win32":
        import msvcrt

        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)
        handle.close()
        if not keep:
            with suppress(OSError):
                lock.unlink()
    else:
        import fcntl

        if not keep:
            with suppress(OSError):
                lock.unlink()
        fcntl.flock(handle, fcntl.LOCK_UN)
        handle.close()


def try_lock(handle: BinaryIO) -> bool:
    """Whether an open file could be locked."""
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
