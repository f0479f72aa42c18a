"""What the teacher of a room chooses among and reads: what can begin, who is there, and what a wish of theirs means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runs.class_game.lesson_file import CLASS
from runs.class_game.people import Member
from runs.game.hidden_draw import STOP_RULES
from runs.game.seats import SEATS

AWAY_SECONDS = 30  # a phone that is there is heard of twice as often
DEPTHS = ("", *STOP_RULES, "scare")  # empty: what the seed draws


def what_can_begin() -> dict[str, Any]:
    """What the teacher chooses among: seats, kinds of stop, and lessons with their scripts."""
    return {
        "seats": [[seat, SEATS[seat].title] for seat in CLASS.seats],
        "depths": list(DEPTHS),
        "lessons": [
            {"minutes": each.minutes, "script": [[step.minute, step.words] for step in each.step]}
            for each in CLASS.lesson
        ],
    }


def describe_people(members: Iterable[Member], now: float) -> list[dict[str, Any]]:
    """Who is in the room, and for how long each phone was not heard of; now: by the server's clock."""
    return [{"member": each.number, "nick": each.nick, "away": seconds_away(each, now)} for each in members]


def seconds_away(member: Member, now: float) -> int | None:
    """For how long a phone was not heard of, in steps; 0 while it is there, None for one that was never heard of."""
    if not member.here:
        return None
    away = now - member.here
    return int(away // AWAY_SECONDS * AWAY_SECONDS)


def depth_of(arguments: Mapping[str, Any]) -> str:
    """The kind of stop that the teacher has chosen. Raise ValueError for one that there is not."""
    depth = arguments.get("depth", "stop")
    if depth not in DEPTHS:
        raise ValueError(
            f"there is no such stop; choose one of {', '.join(filter(None, DEPTHS))}, or leave it to chance"
        )
    return str(depth)


def whole(value: Any) -> int:
    """A whole number. Raise ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"a whole number was expected, not '{str(value)[:20]}'")
    return value
