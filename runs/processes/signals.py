"""Processes that this one begins to help it, and what must not be interrupted."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import current_process
from types import ModuleType


def may_begin() -> bool:
    """Whether Python lets this process begin others: a worker of a pool, which ends with its parent, may not."""
    return not current_process().daemon


@contextmanager
def sheltered() -> Iterator[None]:
    """Let processes begin that never hear Ctrl-C, which is told to all of a terminal: their parent ends them.

    Nor do they run the caller's script once more, as Python has them do, in case they are sent what it defines: a
    script need not be guarded by `if __name__ == "__main__"`. On Windows they do hear Ctrl-C.
    """
    script, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        with deaf():
            yield
    finally:
        sys.modules["__main__"] = script


@contextmanager
def deaf() -> Iterator[None]:
    """Put off Ctrl-C, where that can be done, and for good for processes that begin meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # beforehand, for it lets its caller hear Ctrl-C again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put off Ctrl-C and an order to end until all is done; in a thread beside the main one nothing needs putting off.

    An exception that a signal raises inside a library of C, which asks nobody whether there was one, ends in a crash.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}
    ours = {sign: handler for sign, handler in before.items() if handler is not None}  # None: set by a library of C
    for sign in ours:
        signal.signal(sign, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        for sign, handler in ours.items():
            signal.signal(sign, handler)
        for number in heard:
            signal.raise_signal(number)
