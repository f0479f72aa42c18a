"""The debrief in the background: worlds are played again in a process of their own, while the class goes on."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import as_completed

from runs.class_game.debrief import debrief_world
from runs.class_game.game_activity import GameActivity
from runs.class_game.room import Room
from runs.processes.compiled_day import simulation_executor

PROCESSES = 1  # the server needs a processor, too
log = logging.getLogger(__name__)


class Judge:
    """Computes what the debrief says of each world of a room, once."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Begin to compute if there is something to be computed and nothing is being computed."""
        activity = self._room.activity
        busy = self._thread is not None and self._thread.is_alive()
        if not busy and isinstance(activity, GameActivity) and activity.unjudged():
            self._thread = threading.Thread(target=self._compute, args=(activity,), daemon=True, name="judge")
            self._thread.start()

    def _compute(self, activity: GameActivity) -> None:
        try:
            with simulation_executor(debrief_world, PROCESSES, quiet=True) as executor:
                tasks = {executor.submit(debrief_world, *task): task[0].number for task in activity.unjudged()}
                for future in as_completed(tasks):
                    with self._room.lock:
                        activity.add_result(tasks[future], future.result())
        except Exception:
            log.exception("a debrief failed")
