"""A match: one seat in the world of a game, its turns, and par, which is the same world with that seat on habit."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from agents.player import Move
from runs.game.game_plan import DRAWN, GamePlan
from runs.game.game_world import GameWorld
from runs.game.seats import GameSeat
from runs.game.seats_of_world import find_seat
from runs.simulation.focus import Focus
from runs.simulation.stage import Stage
from runs.simulation.watched_run import WatchedRun


class Match:
    """A seat in a game's world: take turns with `play_turn(moves)` until it is over.

    world: one in which others have a seat, too; without it a world of one's own. Where several play, their world takes
    the turns, and a match is what one of them sees.
    """

    def __init__(self, seat: GameSeat, seed: int, world: GameWorld | None = None) -> None:
        self.seat = seat
        self.world = GameWorld(seed) if world is None else world
        self._par: Match | None = None
        self._catching_up = threading.Lock()  # a page and the verdict may ask for par at once

    @property
    def seed(self) -> int:
        """What decides the hidden draw and the luck."""
        return self.world.seed

    @property
    def stage(self) -> Stage:
        """The stage on which it is played."""
        return self.world.stage

    @property
    def watched_run(self) -> WatchedRun:
        """The run with its record."""
        return self.world.watched_run

    @property
    def about(self) -> Focus:
        """What the world is about."""
        return self.world.watched_run.about

    @property
    def turns(self) -> list[tuple[Move, ...]]:
        """The moves of this seat, turn by turn."""
        return [moves.get(self.seat.code, ()) for moves in self.world.turns]

    @property
    def over(self) -> bool:
        """Whether the last turn has been taken."""
        return self.world.over

    def play_turn(self, moves: Sequence[Move]) -> None:
        """Carry out the moves and pass fourteen days. Raise ValueError after the last one, or for a date outside it."""
        self.world.turn({self.seat.code: moves})

    @property
    def par(self) -> Match:
        """The same world with this seat on habit, where everybody else plays as they do, as far as it has come."""
        with self._catching_up:
            if self._par is None:
                self._par = Match(self.seat, self.seed, world=self.world.begun_anew())
            for moves in self.world.turns[len(self._par.world.turns) :]:
                self._par.world.turn_from_elsewhere(
                    {seat: wishes for seat, wishes in moves.items() if seat != self.seat.code}
                )
            return self._par

    def hand_over(self) -> None:
        """Leave the seat to habit for the rest."""
        self.world.leave_seat(self.seat.code)

    def digest(self) -> str:
        """The SHA-256 of the world's state and of today's flows."""
        return self.world.digest()

    def release(self) -> None:
        """Let the stages of a finished game, and of its par, be garbage-collected."""
        for match in filter(None, (self, self._par)):
            match.stage.release()


def begin_match(seat: str, seed: int, plan: GamePlan = DRAWN, extra_days: int = 0) -> Match:
    """A match before its first turn; seat: its key or its code. Raise ValueError for what is no seat."""
    world = GameWorld(seed, extra_days, plan)
    return Match(find_seat(world, seat), seed, world=world)


def replay(
    seat: str,
    seed: int,
    turns: Sequence[Sequence[Move]],
    extra_days: int = 0,
    hand_over: int | None = None,
    plan: GamePlan = DRAWN,
) -> Match:
    """Play a list of moves again; from turn `hand_over` on habit takes over."""
    match = begin_match(seat, seed, plan, extra_days)
    hand_over = len(turns) if hand_over is None else hand_over
    for number, moves in enumerate(turns):
        if number == hand_over:
            match.hand_over()
        taken = {match.seat.code: moves} if number < hand_over else {}
        (match.world.turn_from_elsewhere if extra_days else match.world.turn)(taken)
    return match
