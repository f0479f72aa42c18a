"""Patience with a mind: after ten seconds of work on one question it is stopped, and a sentence says where."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

PATIENCE_SECONDS = 10.0  # of work of the processor; a mind of ten lines takes some microseconds
AGAIN_SECONDS = 1.0  # for those who catch everything
LAST_SECONDS = 30.0  # by the clock, after which a mind that is stuck in one single instruction ends the process


class Bell(BaseException):
    """Rings when patience is at its end; no error, so that 'except Exception' does not catch it."""


class TooLong(ValueError):
    """A mind did not come to an end."""


@contextmanager
def in_time(words: str, can_stick: bool = False) -> Iterator[None]:
    """Raise TooLong, with these words, where the work within takes too long; ValueError where it ends the program.

    Python rings between two instructions only. Where one instruction `can_stick` for ever, as a sum over an endless
    list does, the whole process is ended after a while, and its last words name the file and the line. Where nobody
    can ring, in another thread or on Windows, only that is left.
    """
    rings = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGPROF, ring) if rings else None
    last_words = sys.__stderr__ if can_stick else None
    if last_words is not None:
        faulthandler.dump_traceback_later(LAST_SECONDS, exit=True, file=last_words)
    try:
        if rings:
            signal.setitimer(signal.ITIMER_PROF, PATIENCE_SECONDS, AGAIN_SECONDS)
        yield
    except Bell as bell:
        raise TooLong(f"{words} within {PATIENCE_SECONDS:.0f} seconds of work; see that every loop ends") from bell
    except SystemExit as end:
        raise ValueError("a mind cannot end the program") from end
    finally:
        if rings:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            signal.signal(signal.SIGPROF, before)
        if last_words is not None:
            faulthandler.cancel_dump_traceback_later()


def ring(_: int, __: FrameType | None) -> None:
    """Interrupt whoever is at work."""
    raise Bell
