"""A class of bots: forty seats in five worlds play twelve turns by the simple ways of the bench of bots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runs.class_game.class_world import PERSON, ClassWorld
from runs.class_game.debrief import debrief_world
from runs.game.game_world import GameWorld
from runs.game.match import Match
from runs.game.observations import public_news
from runs.game.seats import SEATS, moves_from_wishes
from tests.class_game.support import Class, seeded
from tests.game.bots import BOTS, Bot

PEOPLE, TURNS = 40, 12


def bot_of(seat: str, world: int) -> Bot:
    """The way in which a seat of a world plays: each world has other ways."""
    ways = list(BOTS[seat].values())
    return ways[(2 * world + len(seat)) % len(ways)]


def wishes_of(match: Match, world: int) -> dict[str, Any]:
    """What the bot of a seat wishes this turn."""
    return bot_of(match.seat.key, world)(match, bool(public_news(match)))


def by_hand(game: GameWorld, world: int) -> list[str]:
    """The digest of a world after each turn in which the same bots play without any class around them."""
    matches = [Match(seat, game.seed, world=game) for seat in SEATS.values()]
    digests = []
    for _ in range(TURNS):
        wished = {match.seat: wishes_of(match, world) for match in matches}
        game.turn({seat.code: moves_from_wishes(game.stage, seat, wishes) for seat, wishes in wished.items()})
        digests.append(game.digest())
    game.stage.release()
    return digests


def places(class_: Class) -> dict[int, tuple[ClassWorld, str]]:
    return {member: (class_.game.worlds[world], seat) for member, (world, seat) in class_.game.seats.items()}


@pytest.mark.slow
def test_forty_bots_play_twelve_turns_as_they_would_without_a_class(tmp_path: Path) -> None:
    class_ = Class(tmp_path / "bots.linestop-class")
    class_.come(PEOPLE)
    with seeded():
        class_.room.command("together", {"minutes": 30})
    assert len(class_.game.worlds) == 5 and len({(w.plan.letter, s) for w, s in places(class_).values()}) == PEOPLE
    for turn in range(TURNS):
        wished = {number: wishes_of(world.match(seat), world.plan.number)
                  for number, (world, seat) in places(class_).items()}  # fmt: skip
        for number in reversed(wished) if turn % 2 else wished:  # the order of arrival is of no consequence
            class_.room.hand_in(class_.room.book.members[number], wished[number], turn, f"{number} {turn}")
        assert class_.room.tick()  # all have sent: nobody waits for the clock
        class_.room.compute()
        if turn == 5:
            class_.reopen()
        if turn < TURNS - 1:
            class_.room.command("next", {})
    assert class_.game.state == "over"
    for number, world in class_.game.worlds.items():
        assert all(source == PERSON for turn in world.turns for source in turn.sources.values())
        assert [turn.digest for turn in world.turns] == by_hand(world.plan.begin(), number), world.plan.letter
    assert len({world.turns[-1].digest for world in class_.game.worlds.values()}) == 5
    assert any(world.turns[0].moves for world in class_.game.worlds.values())
    desks = [json.loads(class_.game.desk_text(member)) for member in class_.members]
    assert all(desk["turn"] == TURNS and desk["levers"] == [] for desk in desks)
    found = [debrief_world(*task) for task in class_.game.unjudged()]
    assert [each["scare"] for each in found] == [False, False, True, False, False]
    points = [seat["own_points"] for each in found for seat in each["seats"].values()]
    assert len(points) == PEOPLE and min(points) < 0 < max(points)
