"""A room for tests: a clock that is set by hand, people by the dozen, and their turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runs.class_game import room as room_module
from runs.class_game.people import Member
from runs.class_game.questions import Question
from runs.class_game.room import Room
from runs.class_game.room_file import RoomFile
from runs.class_game.together import Together

SEED = 10  # a full stop on day 17
PORT = 8765
IN_KOREAN = {"ko": {"On which day?": "며칠째일까요?", "On day 72.": "72일째입니다.", "days": "일"}}
QUESTIONS = {
    "stocks": (
        Question("when", "On which day?", "number", (), "days", 72.0, "On day 72.", 5.0, IN_KOREAN),
        Question("who", "Who stops first?", "choice", ("cars", "magnets"), "", 0.0, "Cars.", 0.0),
    ),
    "silent": (),
}


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Class:
    """A room with people in it."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        made, self.secret = Room.begin(path, PORT, QUESTIONS)
        made.close()
        self.room = self.reopened()
        self.tokens: dict[str, str] = {}
        self.pins: dict[str, str] = {}

    def reopened(self) -> Room:
        file, rows = RoomFile.open(self.path)
        return Room(file, rows, QUESTIONS, self.clock, lambda: "2026-11-27T10:00:00")

    def reopen(self) -> None:
        self.room.close()
        self.room = self.reopened()

    def come(self, count: int, name: str = "p") -> list[Member]:
        found = []
        for number in range(len(self.tokens), len(self.tokens) + count):
            nick = f"{name}{number}"
            member, self.tokens[nick], self.pins[nick] = self.room.join(self.room.code, nick, f"join {nick}")
            found.append(member)
        return found

    @property
    def members(self) -> list[Member]:
        return list(self.room.book.members.values())

    @property
    def game(self) -> Together:
        assert isinstance(self.room.activity, Together)
        return self.room.activity

    def hand_in(self, wishes: Mapping[int, Mapping[str, Any]], turn: int) -> None:
        """By member: what each hands in."""
        for number, wished in wishes.items():
            self.room.hand_in(self.room.book.members[number], dict(wished), turn, f"{number} {turn} {wished}")

    def turn(self, wishes: Mapping[int, Mapping[str, Any]] | None = None) -> None:
        """A whole turn: orders, the teacher closes it, days, and the next one opens."""
        self.hand_in(wishes or {}, self.game.turn)
        self.room.command("lock", {})
        assert self.room.tick()
        self.room.compute()
        if self.game.state == "reveal":
            self.room.command("next", {})


@contextmanager
def seeded(seed: int = SEED) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room_module, "draw_seed", lambda: seed)
        yield
