"""A room as a server has it: who is woken when it moves, where its worlds are played, and how its texts leave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.responses import Response

from model.tables.faults import Faults
from runs.browser.class_pages.bell import Bell
from runs.browser.class_pages.judge import Draw, Judge
from runs.browser.parts.session import as_sentence
from runs.class_game.room import Room

FOLDER = Path(__file__).parent
STYLES = ("class/desk.css", "class/class.css")
MOST_TEXTS = 1000  # that were reworded and are kept; a desk is reworded once a turn
COOKIE_SECONDS = 12 * 3600
FAILURE = "That did not work; what was saved is safe, and the room goes on."


class ServedRoom:
    """A room and what its pages share. url: the address that phones are told; leaving: set when the server ends."""

    def __init__(
        self, room: Room, url: str, leaving: threading.Event, draw: Draw | None, reword: Callable[[str], str]
    ) -> None:
        self.room, self.url, self.leaving = room, url, leaving
        self.reword = reword if reword is str else lru_cache(MOST_TEXTS)(reword)
        self.bell, self.judge = Bell(), Judge(room, draw)
        self._worlds = ThreadPoolExecutor(1, "worlds")  # whatever plays a world: one thread, with one heap of memory

    async def play(self, act: Callable[[], Any]) -> Any:
        """Do what plays a world."""
        return await asyncio.get_running_loop().run_in_executor(self._worlds, act)

    def shown(self, show: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What a page shows of the room, while nobody changes it."""
        with self.room.lock:
            return show()


def sentence_of(error: Exception) -> str:
    """What went wrong, as a sentence."""
    if isinstance(error, Faults):
        return " ".join(as_sentence(each) for each in error.sentences)
    return as_sentence(str(error))


def with_cookie(response: Response, name: str, value: str) -> Response:
    """An answer that sets a cookie which no script can read and no other site can send."""
    response.set_cookie(name, value, max_age=COOKIE_SECONDS, httponly=True, samesite="strict", path="/")
    return response
