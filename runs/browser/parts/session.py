"""A visit: somebody asks for acts, sees frames that never change, and is told what went wrong.

No web in here. Whoever draws reads `frame` and nothing else: frames are skipped, never queued.
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

CLOCK = Clock()  # one for all rooms, however many visitors press Play
# workers of a pool do not inherit the visitor's session as plain threads would
ERRANDS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="visit")  # each errand ends by itself
log = logging.getLogger(__name__)


class Visit(ABC):
    """One visitor's stay. `act(name, **arguments)` does what is asked and never raises; `close()` ends it.

    failure: the sentence for what nobody foresaw. What went wrong is told on the next frame and changes nothing else.
    """

    frame: Any

    def __init__(self, failure: str, said: str = "") -> None:
        self._news = threading.Condition(threading.RLock())  # guards all below
        self._version, self._said, self._closed, self._failure = 0, said, False, failure
        self._seen = True

    def act(self, name: str, /, **arguments: Any) -> None:
        """Do what is asked and draw; whatever goes wrong becomes a sentence and loses nothing."""
        with self._news:
            if self._closed:
                return
            try:
                acts = self._acts()
                if name not in acts:
                    raise ValueError(f"nobody here knows how to '{str(name)[:40]}'")
                self._said = acts[name](**arguments) or ""
            except Faults as faults:
                self._said = " ".join(sentence(each) for each in faults.sentences)
            except (ValueError, TypeError) as error:
                self._said = sentence(str(error))
            except Exception:
                log.exception("an action failed: %s", name)
                self._said = self._failure
            self._publish()

    def wait_newer(self, version: int, seconds: float) -> int:
        """Wait until there is a frame newer than a version, at most so long; returns the newest version."""
        with self._news:
            self._news.wait_for(lambda: self._version > version or self._closed, seconds)
            return self._version

    def look(self, seen: bool) -> None:
        """Say whether anybody has the page open; where nobody has, no day passes."""
        with self._news:
            back, self._seen = seen and not self._seen, seen
            if back and not self._closed:
                self._go_on()

    def close(self) -> None:
        """The visitor has left."""
        with self._news:
            self._closed = True
            self._let_go()
            self._news.notify_all()

    def _publish(self) -> bool:
        """Draw a new frame and tell whoever waits; False where it could not be drawn and the old one stays."""
        with self._news:
            try:
                self._version += 1
                self.frame = self._draw()
            except Exception:
                log.exception("a frame failed")
                return False
            self._news.notify_all()
            return True

    def _go_on(self) -> None:  # noqa: B027  # a room without a clock has nothing to do
        """Somebody looks again; whoever has a clock starts it."""

    @abstractmethod
    def _acts(self) -> Mapping[str, Callable[..., str | None]]:
        """What may be asked for, by name; each returns what is to be said, if anything."""

    @abstractmethod
    def _draw(self) -> Any:
        """The frame of this moment, numbered with the version."""

    @abstractmethod
    def _let_go(self) -> None:
        """Let go of models when the visitor has left."""


def checked_seed(seed: Any) -> int:
    """Take a seed from a text field; ValueError says what one is."""
    text = str(seed).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"a seed is a whole number from 0 to 999999999, not '{text[:20]}'")
    return int(text)


def line_picked(row: Any, lines: int) -> int:
    """The row of the line that was clicked, or -1 for what is none.

    >>> line_picked(3, 10), line_picked(99, 10), line_picked("x", 10)
    (3, -1, -1)
    """
    return row if isinstance(row, int) and 0 <= row < lines else -1


def sentence(words: str) -> str:
    """Begin with a capital and end with a full stop.

    >>> sentence("there is no such game"), sentence("Done.")
    ('There is no such game.', 'Done.')
    """
    words = words.strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")
