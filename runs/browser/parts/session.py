"""A visitor's session: it runs commands, publishes snapshots that never change, and reports what went wrong.

No Solara in here. A page reads `snapshot` and nothing else; it draws the newest one, older ones are skipped.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from model.tables.faults import Faults
from runs.browser.parts.clock import Clock

CLOCK = Clock()  # one for all sessions, however many visitors press Play
# a thread inherits Solara's context of the visitor who started it, a worker of a pool does not
BACKGROUND = ThreadPoolExecutor(max_workers=4, thread_name_prefix="session")  # each task ends by itself
log = logging.getLogger(__name__)


class Session(ABC):
    """One visitor's session. `run_command(name, **arguments)` never raises; `close()` ends the session.

    failure: the message for an exception that was not foreseen. A message is shown with the next snapshot; a command
    that fails changes nothing else.
    """

    snapshot: Any

    def __init__(self, failure: str, message: str = "") -> None:
        self._changed = threading.Condition(threading.RLock())  # guards all below
        self._version, self._message, self._closed, self._failure = 0, message, False, failure
        self._visible = True

    def run_command(self, name: str, /, **arguments: Any) -> None:
        """Run a command and publish a snapshot; an exception becomes a message."""
        with self._changed:
            if self._closed:
                return
            try:
                commands = self._commands()
                if name not in commands:
                    raise ValueError(f"there is no command '{str(name)[:40]}' here")
                self._message = commands[name](**arguments) or ""
            except Faults as faults:
                self._message = " ".join(as_sentence(each) for each in faults.sentences)
            except (ValueError, TypeError) as error:
                self._message = as_sentence(str(error))
            except Exception:
                log.exception("a command failed: %s", name)
                self._message = self._failure
            self._publish()

    def wait_newer(self, version: int, seconds: float) -> int:
        """Wait for a snapshot newer than a version, at most so many seconds; returns the newest version."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > version or self._closed, seconds)
            return self._version

    def set_visible(self, visible: bool) -> None:
        """Note whether a browser has the page open; while none has, no day passes."""
        with self._changed:
            back, self._visible = visible and not self._visible, visible
            if back and not self._closed:
                self._resume()

    def close(self) -> None:
        """End the session: the visitor has left."""
        with self._changed:
            self._closed = True
            self._release()
            self._changed.notify_all()

    def _publish(self) -> bool:
        """Take a snapshot and wake the threads that wait; False where that failed and the old one stays."""
        with self._changed:
            try:
                self._version += 1
                self.snapshot = self._take_snapshot()
            except Exception:
                log.exception("a snapshot failed")
                return False
            self._changed.notify_all()
            return True

    def _resume(self) -> None:  # noqa: B027  # a session without a clock has nothing to do
        """The page is open again: start the clock, if there is one."""

    @abstractmethod
    def _commands(self) -> Mapping[str, Callable[..., str | None]]:
        """The commands of this session by name; each returns its message, if any."""

    @abstractmethod
    def _take_snapshot(self) -> Any:
        """The snapshot of this moment, numbered with the version."""

    @abstractmethod
    def _release(self) -> None:
        """Release models when the visitor has left."""


def parse_row(row: Any, lines: int) -> int:
    """The row of the line that was clicked, or -1 for what is no row of a line.

    >>> parse_row(3, 10), parse_row(99, 10), parse_row("x", 10)
    (3, -1, -1)
    """
    return row if isinstance(row, int) and 0 <= row < lines else -1


def as_sentence(text: str) -> str:
    """The text with a capital letter at its beginning and a full stop at its end.

    >>> as_sentence("there is no such game"), as_sentence("Done.")
    ('There is no such game.', 'Done.')
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
