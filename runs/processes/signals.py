"""What a signal must not interrupt."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def defer_signals() -> Iterator[None]:
    """Deliver SIGINT (Ctrl-C) and SIGTERM only after the block; in a thread that is not the main one, do nothing.

    Python raises the exception of a signal wherever it is; inside a C library that does not expect one, as llvmlite
    while it loads compiled code, the process crashes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ours = {number: handler for number, handler in before.items() if handler is not None}  # None: set by a C library
    for number in ours:
        signal.signal(number, lambda number, _: received.append(number))
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
        for each in received:
            signal.raise_signal(each)
