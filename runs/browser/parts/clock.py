"""One clock for all sessions: a callback returns in how many seconds it is to be called again. No Solara in here."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

LEAST_PAUSE_SECONDS = 0.01  # between two calls of one callback; one that is late lets the others go first
Callback = Callable[[], float | None]
log = logging.getLogger(__name__)


class Clock:
    """Calls each callback when it is due, one after the other, in a single thread that ends when none is left.

    A callback passes the days that are due in its session and returns the seconds until its next call, or None to be
    called no more. It must not wait: all sessions wait for it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()  # guards both below
        self._due: list[tuple[float, int, Callback]] = []
        self._running = False
        self._number = count()

    def start(self, callback: Callback) -> None:
        """Call a callback, now and whenever it is due again."""
        self._put(time.monotonic(), callback)

    def _put(self, due: float, callback: Callback) -> None:
        with self._changed:
            heapq.heappush(self._due, (due, next(self._number), callback))
            begin, self._running = not self._running, True
            self._changed.notify()
        if begin:
            start_detached(self._run)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._due:
                    self._running = False
                    return
                pause = self._due[0][0] - time.monotonic()
                if pause > 0.0:
                    self._changed.wait(pause)
                    continue
                due, _, callback = heapq.heappop(self._due)
            seconds = call(callback)
            if seconds is not None:
                self._put(max(due + seconds, time.monotonic() + LEAST_PAUSE_SECONDS), callback)


def call(callback: Callback) -> float | None:
    """Call a callback; one that fails is not called again."""
    try:
        return callback()
    except Exception:
        log.exception("a callback of the clock failed")
        return None


def start_detached(run: Callable[[], None]) -> None:
    """Start a thread without Solara's context of a visitor.

    A thread inherits the context of the visitor for whom it is made; a worker of a pool has none to hand on.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: threading.Thread(target=run, name="clock", daemon=True).start()).result()
