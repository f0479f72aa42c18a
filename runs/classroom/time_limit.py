"""A time limit for a mind: after ten seconds of processor time on one decision it is stopped, with file and line."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT_SECONDS = 10.0  # of processor time; a mind of ten lines takes some microseconds
REPEAT_SECONDS = 1.0  # the signal comes again, for code that catches every exception
STUCK_SECONDS = 30.0  # wall-clock time after which a process is ended whose mind is stuck in one single instruction


class TimeUp(BaseException):
    """Raised by the signal of the timer; no Exception, so that 'except Exception' does not catch it."""


class TimeLimitExceeded(ValueError):
    """A mind used more processor time than it may."""


@contextmanager
def time_limit(words: str, can_stick: bool = False) -> Iterator[None]:
    """Raise TimeLimitExceeded, with these words, where the block takes too long; ValueError where it ends the program.

    Python handles signals between two instructions only. Where one instruction `can_stick` for ever, as a sum over an
    endless list does, the whole process is ended after STUCK_SECONDS with a traceback on standard error. In another
    thread or on Windows, where no timer can be set, only that is left.
    """
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGPROF, raise_time_up) if timed else None
    stderr = sys.__stderr__ if can_stick else None
    if stderr is not None:
        faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True, file=stderr)
    try:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS, REPEAT_SECONDS)
        yield
    except TimeUp as error:
        raise TimeLimitExceeded(
            f"{words} within {LIMIT_SECONDS:.0f} seconds of work; see that every loop ends"
        ) from error
    except SystemExit as end:
        raise ValueError("a mind cannot end the program") from end
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            signal.signal(signal.SIGPROF, before)
        if stderr is not None:
            faulthandler.cancel_dump_traceback_later()


def raise_time_up(_: int, __: FrameType | None) -> None:
    """Signal handler: interrupt the mind at work."""
    raise TimeUp
