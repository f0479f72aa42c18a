"""One clock for every room: whoever wants to be called again says in how many seconds. No web in here."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

BREATH_SECONDS = 0.01  # between two calls of one room at least; who is late waits for the others
Tick = Callable[[], float | None]
log = logging.getLogger(__name__)


class Clock:
    """Calls each tick when it is due, one after the other, in a single thread that ends when nothing is left to call.

    A tick passes what is due in its room and returns the seconds until its next call, or None when it has stopped. It
    must not wait for anybody: all rooms wait for it.
    """

    def __init__(self) -> None:
        self._news = threading.Condition()  # guards both below
        self._due: list[tuple[float, int, Tick]] = []
        self._running = False
        self._number = count()

    def start(self, tick: Tick) -> None:
        """Call a tick, now and whenever it is due again."""
        self._put(time.monotonic(), tick)

    def _put(self, due: float, tick: Tick) -> None:
        with self._news:
            heapq.heappush(self._due, (due, next(self._number), tick))
            begin, self._running = not self._running, True
            self._news.notify()
        if begin:
            start_alone(self._run)

    def _run(self) -> None:
        while True:
            with self._news:
                if not self._due:
                    self._running = False
                    return
                pause = self._due[0][0] - time.monotonic()
                if pause > 0.0:
                    self._news.wait(pause)
                    continue
                due, _, tick = heapq.heappop(self._due)
            seconds = called(tick)
            if seconds is not None:
                self._put(max(due + seconds, time.monotonic() + BREATH_SECONDS), tick)


def called(tick: Tick) -> float | None:
    """Call a tick; one that fails is not called again."""
    try:
        return tick()
    except Exception:
        log.exception("a tick failed")
        return None


def start_alone(run: Callable[[], None]) -> None:
    """Start a thread that belongs to no visitor.

    A thread inherits the session of the visitor for whom it is made; a worker of a pool has none to hand on.
    """
    with ThreadPoolExecutor(max_workers=1) as nobody:
        nobody.submit(lambda: threading.Thread(target=run, name="clock", daemon=True).start()).result()
