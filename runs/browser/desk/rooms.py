"""The games that are open at the desk: each once, however many pages show it, and the newest ones kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from runs.browser.desk.session import MOST_KEYS, START, GameSession
from runs.game.game_plan import DRAWN, GamePlan
from runs.game.saved_games import games_folder

MOST_OPEN = 6  # games without a page in front of them that stay in memory, some 10 MB each


class Rooms:
    """Games by name: `open(name)` finds or resumes one, `begin(...)` makes one; both take seconds at most.

    plan: what a new game is played with; a saved one is played with its own.
    """

    def __init__(self, where: Path | None = None, plan: GamePlan = DRAWN) -> None:
        self.where, self._plan = where or games_folder(), plan
        self._lock = threading.RLock()
        self._open: OrderedDict[str, GameSession] = OrderedDict()
        self._begun: OrderedDict[str, GameSession] = OrderedDict()
        self._watched: dict[str, int] = {}

    def open(self, name: str) -> GameSession:
        """The session of a game; for what is no game one that shows the choice of a seat and says why."""
        with self._lock:
            if name in self._open:
                self._open.move_to_end(name)
                return self._open[name]
            session = GameSession(name, self.where, self._plan)
            return self._keep(session) if session.snapshot.shown != START else session

    def begin(self, seat: Any, seed: Any, key: str) -> GameSession:
        """Begin a game; the same key begins it once. The session shows why where none can be begun."""
        with self._lock:
            if key and key in self._begun:
                return self._begun[key]
            session = GameSession(where=self.where, plan=self._plan)
            session.run_command("begin", seat=seat, seed=seed)
            if session.snapshot.shown == START:
                return session
            self._begun[key] = session
            while len(self._begun) > MOST_KEYS:
                self._begun.popitem(last=False)
            return self._keep(session)

    def watch(self, name: str, more: int) -> None:
        """Note that a page has begun (1) or ceased (-1) to follow a game, which stays in memory meanwhile."""
        with self._lock:
            self._watched[name] = self._watched.get(name, 0) + more
            if self._watched[name] <= 0:
                del self._watched[name]

    def close(self) -> None:
        """End all sessions; the games are saved."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def _keep(self, session: GameSession) -> GameSession:
        self._open[session.name] = session
        for name in [name for name in self._open if name not in self._watched][:-MOST_OPEN]:
            self._open.pop(name).close()
            for key in [key for key, begun in self._begun.items() if begun.name in ("", name)]:
                del self._begun[key]
        return session
