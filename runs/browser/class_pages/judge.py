"""What is computed in the background while the class goes on: the debrief of each world, and figures for the wall."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import as_completed

from runs.browser.desk.catalogue import ENGLISH
from runs.class_game.debrief import debrief_world
from runs.class_game.questions import Wall
from runs.class_game.room import Room
from runs.processes.compiled_day import simulation_executor

RETRY_SECONDS = 30.0  # after a debrief that failed, as where the disk is full
PROCESSES = 1  # the server needs a processor, too
log = logging.getLogger(__name__)
Draw = Callable[[str, str], Mapping[str, str]]  # an exercise, a language -> the figure of each of its questions


class Judge:
    """Computes what the debrief says of each world of a room, and draws the figures of an exercise, once.

    draw: runs an exercise and draws the figures of its questions; without it the wall shows none.
    """

    def __init__(self, room: Room, draw: Draw | None = None) -> None:
        self._room, self._draw = room, draw
        self._thread: threading.Thread | None = None
        self._computing = threading.Lock()

    def look(self) -> None:
        """Begin to compute if there is something to be computed and nothing is being computed."""
        activity = self._room.activity
        if self._thread is not None and self._thread.is_alive():
            return
        if self._room.unjudged():
            self._begin(self._compute_or_wait)
        elif isinstance(activity, Wall) and activity.drawn_in != self._language and self._draw is not None:
            draw = self._draw
            self._begin(lambda: self._draw_figures(activity, draw))

    @property
    def _language(self) -> str:
        """The language of the wall, which its figures follow."""
        return self._room.language or ENGLISH

    def _begin(self, act: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=act, daemon=True, name="judge")
        self._thread.start()

    def _draw_figures(self, wall: Wall, draw: Draw) -> None:
        figures: Mapping[str, str] = {}
        language = self._language
        try:
            figures = draw(str(wall.settings["exercise"]), language)
        except Exception:
            log.exception("the figures of an exercise failed")
        with self._room.lock:
            wall.figures, wall.drawn_in = figures, language
            self._room.book.version += 1

    def finish(self) -> None:
        """Compute all that is left, of games that another one has followed, too."""
        self._compute(all_left=True)

    def _compute(self, all_left: bool = False) -> None:
        with self._computing:
            with self._room.lock:
                unjudged = self._room.unjudged(all_left)
            if not unjudged:
                return
            with simulation_executor(debrief_world, PROCESSES, quiet=True) as executor:
                tasks = {executor.submit(debrief_world, *task): (game, task[0].number) for game, task in unjudged}
                for future in as_completed(tasks):
                    self._room.add_result(*tasks[future], future.result())

    def _compute_or_wait(self) -> None:
        try:
            self._compute()
        except Exception:
            log.exception("a debrief failed; it is tried again in %g seconds", RETRY_SECONDS)
            time.sleep(RETRY_SECONDS)
