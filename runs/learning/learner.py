"""A learner at a seat: numbers that it sees, numbers that it moves, and what it earns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.player import Move
from agents.seat import Lever, levers, observe
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match
from runs.game.score import loss_by_day, result_by_day
from runs.game.seats_of_world import find_seat
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION

LONGEST_DAYS = 1000.0  # as which a learner sees what has no end
Numbers = NDArray[np.float32]


class Learner:
    """Somebody who learns at a seat of a game's world.

    It sees all that the people of the seat see, flat, and how far the game has come; `names` says what each number is.
    Its action is a number from 0 to 1 for each of its levers, from the least to the largest usual value; all other
    levers stay with habit. Its reward is what a turn has added to the seat's result, growth of stock included, over
    what the seat makes in a usual turn, and `world_weight` times what the world has not lost, over what home makes.
    """

    def __init__(self, world: GameWorld, seat: str, chosen: Sequence[str] | None, world_weight: float) -> None:
        self.match = Match(find_seat(world, seat), world.seed, world=world)
        self.seat, self.world_weight = seat, world_weight
        known = {lever.name: lever for lever in levers(self.person)}
        wanted = usual_levers(known) if chosen is None else list(chosen)
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise ValueError(f"{seat} has no lever '{unknown[0]}'; it has {', '.join(known)}")
        self.levers = tuple(known[name] for name in wanted)
        self.names = (*(name for name, _ in flat(observe(self.person))), "part of the game played")
        self._stakes = stakes(self.match)
        self._earned = 0.0

    @property
    def person(self) -> Any:
        """The person whose seat it is."""
        return self.match.stage.people[self.seat]

    def observation(self) -> Numbers:
        """What the learner sees, one number for each of `names`."""
        stage = self.match.stage
        numbers = [LONGEST_DAYS if number is None else number for _, number in flat(observe(self.person))]
        return np.array([*numbers, stage.day / stage.story.days], np.float32)

    def moves(self, action: Sequence[float] | Numbers) -> list[Move]:
        """The moves of today for an action; levers of one verb about one thing are one move."""
        together: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, Any]] = {}
        for lever, part in zip(self.levers, np.clip(np.asarray(action, float), 0.0, 1.0), strict=True):
            if not lever.amount and part < 0.5:
                continue
            value = lever.least + float(part) * (lever.most - lever.least)
            taken = together.setdefault((lever.verb, lever.case), {})
            if lever.by:
                taken.setdefault(lever.amount, {})[lever.by] = value
            elif lever.amount:
                taken[lever.amount] = value
        today = self.match.stage.today
        return [Move(today, verb, {**dict(case), **taken}) for (verb, case), taken in together.items()]

    def reward(self) -> float:
        """What has been earned since the last time that it was asked."""
        own, world = self._stakes
        result, loss = result_by_day(self.match), loss_by_day(self.match)
        earned = float(result[-1] / own - self.world_weight * loss[-1] / world) if len(result) else 0.0
        since, self._earned = earned - self._earned, earned
        return since


def usual_levers(known: Mapping[str, Lever]) -> list[str]:
    """The levers with one number of their own, which a learner moves unless it names others."""
    return [name for name, lever in known.items() if lever.amount and not lever.by]


def flat(seen: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, float | None]]:
    """The numbers of an observation with a name each, such as "stock dytb"."""
    for name, value in seen.items():
        words = f"{before} {name}".strip()
        if isinstance(value, Mapping):
            yield from flat(value, words)
        else:
            yield words, value


def stakes(match: Match) -> tuple[float, float]:
    """What the seat, and what home, makes in a usual turn, in billions; an office counts for all of home."""
    net, run = match.stage.world.network, match.watched_run
    made = net.baseline * net.value_added * TURN_DAYS / JPY_MN_IN_A_BILLION
    home = max(1e-9, float(made[run.at_home].sum()))
    if not match.seat.is_line:
        return home, home
    row = match.stage.register.row(match.seat.code)
    sold = (
        float(net.baseline[row] * match.stage.world.state.contract[net.good_of[row]]) * TURN_DAYS / JPY_MN_IN_A_BILLION
    )
    return max(1e-9, float(made[row]) or sold), home
