"""The world of a game: everybody's moves of a turn, then fourteen days, to the bit the same on any day.

A game alone is a world in which one seat is taken. In which order people hand in does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Self

import numpy as np

from agents.player import Move
from agents.seat import check_wish
from runs.game.game_plan import DRAWN, GamePlan
from runs.game.hidden_draw import TURN_DAYS, GameDraw
from runs.simulation.stage import Stage
from runs.simulation.watched_run import WatchedRun

Moves = Mapping[str, Sequence[Move]]  # seat, as the stage names it -> what it wishes in a turn


class GameWorld:
    """A stage on which people take turns: `turn({seat: moves})` until it is over; who is silent goes on as ordered.

    seed: of the hidden draw and of the luck; extra_days: days of stock that everybody at home begins with, and holds,
    beyond what was played, for the what-if; plan: what is played; hidden: what is played in place of what the seed
    draws.
    """

    def __init__(
        self,
        seed: int,
        extra_days: int = 0,
        plan: GamePlan = DRAWN,
        hidden: GameDraw | None = None,
    ) -> None:
        self.seed, self.extra_days, self.plan = seed, extra_days, plan
        self.hidden = hidden or plan.draw(seed)  # what players do not see
        self.stage = Stage(rng=seed, world=plan.tell_story(seed, self.hidden, extra_days))
        self.stage.hire_clerks()
        self.watched_run = WatchedRun(self.stage, np.float32)  # half the memory: a class plays dozens of worlds
        state = self.stage.world.state
        self.opening = {name: getattr(state, name).copy() for name in ("stock", "finished", "contract")}
        self.turns: list[dict[str, tuple[Move, ...]]] = []

    def begun_anew(self, extra_days: int | None = None) -> Self:
        """The same world before its first turn; extra_days: with so many more days of stock than were played."""
        days = self.extra_days if extra_days is None else extra_days
        return type(self)(self.seed, days, self.plan, self.hidden)

    @property
    def over(self) -> bool:
        """Whether the last turn has been taken."""
        return len(self.turns) * TURN_DAYS >= self.stage.story.days

    def turn(self, moves: Moves) -> None:
        """Carry out what the seats wish and pass fourteen days.

        Raise ValueError after the last turn, for a move of another turn, and for what a seat cannot wish; nothing is
        played then.
        """
        if self.over:
            raise ValueError("the game is over; begin another one")
        today, end = self.stage.today, self.stage.today + timedelta(days=TURN_DAYS)
        for seat, move in ((seat, move) for seat, wishes in moves.items() for move in wishes):
            if not today <= move.date < end:
                raise ValueError(f"the move of {move.date} is none of this turn, which begins on {today}")
            if seat not in self.stage.people:
                raise ValueError(f"seat must be one of {', '.join(self.stage.people)}, got '{seat}'")
            check_wish(self.stage.people[seat], move)
        for seat in sorted(moves):
            if moves[seat]:
                self.stage.give_orders(seat, [self._with_extra_stock(move, seat) for move in moves[seat]])
        self.turns.append({seat: tuple(moves[seat]) for seat in sorted(moves) if moves[seat]})
        self.watched_run.pass_days(TURN_DAYS)

    def turn_from_elsewhere(self, moves: Moves) -> None:
        """Play a turn of another world, for a what-if: what nobody can wish for in this one is left out.

        A second source that somebody opens there may be open here already, or not be needed.
        """
        self.turn({seat: [move for move in wishes if self._can_wish(seat, move)] for seat, wishes in moves.items()})

    def _can_wish(self, seat: str, move: Move) -> bool:
        try:
            check_wish(self.stage.people[seat], move)
        except ValueError:
            return False
        return True

    def _with_extra_stock(self, move: Move, seat: str) -> Move:
        """The move with `extra_days` added to the days of stock that a line at home asks for."""
        if not self.extra_days or move.verb != "hold" or move.back or not self.is_at_home(seat):
            return move
        return replace(move, arguments=move.arguments | {"days": move.arguments["days"] + self.extra_days})

    def is_at_home(self, seat: str) -> bool:
        """Whether a seat is a line at home."""
        firms = self.stage.register.firms
        return seat in firms.index and bool(firms.loc[seat, "country"] == self.watched_run.about.home)

    def leave_seat(self, seat: str) -> None:
        """Leave a seat to habit for the rest."""
        if seat in self.stage.players:
            self.stage.leave_seat(seat)

    def digest(self) -> str:
        """The SHA-256 of the world's state and of today's flows."""
        digest = hashlib.sha256()
        for columns in (self.stage.world.state, self.stage.world.flows):
            for column in columns:
                digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()
