"""Locks on files: the system releases them when their process ends, however it ends."""

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
    """Hold the lock of a file during the block; raise Faults with these words if another process holds it.

    The file is removed afterwards unless `keep`.
    """
    handle = acquire_lock(lock)
    if handle is None:
        raise Faults([words])
    try:
        yield
    finally:
        release_lock(handle, lock, keep)


def acquire_lock(lock: Path) -> BinaryIO | None:
    """Lock a file and return it open; None if another process has locked it."""
    while True:
        handle = lock.open("ab")
        if not try_lock(handle):
            handle.close()
            return None
        try:
            if os.path.samestat(os.fstat(handle.fileno()), lock.stat()):
                return handle
        except FileNotFoundError:  # the process that had locked it has just removed it
            pass
        handle.close()


def release_lock(handle: BinaryIO, lock: Path, keep: bool = False) -> None:
    """Release a lock; closing is not enough, for copies of this process keep the file open until they end."""
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
    """Lock an open file; whether that succeeded."""
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
