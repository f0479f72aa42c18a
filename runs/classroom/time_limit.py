"""Limits for a mind: ten seconds of processor time for one decision, and memory; it is stopped with file and line.

Python handles signals between two instructions only. A process in which one instruction takes for ever, as a sum over
an endless list does, is ended by the system; it has written down before which line it was in.
"""

from __future__ import annotations

import faulthandler
import re
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

LIMIT_SECONDS = 10.0  # of processor time; a mind of ten lines takes some microseconds
REPEAT_SECONDS = 1.0  # the signal comes again, for code that catches every exception
STUCK_SECONDS = 3.0  # after the limit, the process of a mind is ended
MOST_MEMORY_GB = 2  # that runs with a mind may take in a process, beside what it had before
ENDS = "within {:.0f} seconds of work; see that every loop ends"
WATCHED: list[IO[str]] = []  # the file in which a process that watches over minds writes where it is when time is up


class TimeUp(BaseException):
    """Raised by the signal of the timer; no Exception, so that 'except Exception' does not catch it."""


@dataclass
class Clock:
    """Whether a mind is at work, and when its time was up: also where it has gone on."""

    running: bool = False
    rung: list[TimeUp] = field(default_factory=list)


CLOCK = Clock()


class TimeLimitExceeded(ValueError):
    """A mind used more processor time than it may."""


@contextmanager
def time_limit(words: str) -> Iterator[None]:
    """Raise TimeLimitExceeded, with these words, where the block takes too long; ValueError where it ends the program.

    In another thread or on Windows, where no timer can be set, a process that watches over minds is ended instead.
    """
    timed = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    try:
        if timed:
            before = signal.signal(signal.SIGPROF, raise_time_up) if not WATCHED else None
            set_timers(LIMIT_SECONDS)
        elif WATCHED:
            faulthandler.dump_traceback_later(LIMIT_SECONDS + STUCK_SECONDS, exit=True, file=WATCHED[0])
        CLOCK.running = True
        yield
    except BaseException as end:
        refuse_late(words)
        if isinstance(end, Exception):
            raise
        raise ValueError("a mind cannot end the program") from end
    else:
        refuse_late(words)
    finally:
        CLOCK.running = False
        CLOCK.rung.clear()
        if timed:
            set_timers(0.0)
            if not WATCHED:
                signal.signal(signal.SIGPROF, before)
        elif WATCHED:
            faulthandler.cancel_dump_traceback_later()


def refuse_late(words: str) -> None:
    """Raise TimeLimitExceeded if the time was up, whatever a mind has made of it."""
    CLOCK.running = False
    for rung in CLOCK.rung:
        raise TimeLimitExceeded(f"{words} {ENDS.format(LIMIT_SECONDS)}") from rung


def set_timers(seconds: float) -> None:
    """Have the process told when so many seconds of its work are over, and ended a little later; 0: never."""
    signal.setitimer(signal.ITIMER_PROF, seconds, REPEAT_SECONDS)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds + STUCK_SECONDS if seconds else 0.0)


def raise_time_up(_: int, __: FrameType | None) -> None:
    """Signal handler: interrupt the mind at work."""
    if CLOCK.running:
        CLOCK.rung.append(TimeUp())
        raise CLOCK.rung[-1]


def watch_over_minds(stack: Path) -> None:
    """Have this process write to a file where it is when the time of a mind is up, and limit its memory from now on."""
    WATCHED[:] = [stack.open("a", encoding="utf-8")]
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, raise_time_up)
        faulthandler.register(signal.SIGPROF, WATCHED[0], chain=True)
    with suppress(ImportError, OSError, ValueError):  # systems that do not say, or do not limit
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MOST_MEMORY_GB * 2**30
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def stuck_minds(stack: Path, files: Iterable[Path]) -> list[str]:
    """Which files' minds did not come to an end, and in which line, in sentences, as a process has written down."""
    text = stack.read_text(encoding="utf-8", errors="replace")
    found = []
    for file in sorted(files):
        name = str(file).encode("ascii", "backslashreplace").decode("ascii")  # as stacks spell it
        place = re.search(rf'File "{re.escape(name)}", line (\d+)', text)
        if place is not None:
            found.append(f"{file.name}, line {place[1]}: it did not come to an end {ENDS.format(LIMIT_SECONDS)}")
    return found
