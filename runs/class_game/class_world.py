"""A world of the class: a game's world in which several have a seat, and in which nobody is waited for.

Whoever is silent goes on as ordered; whoever is silent twice goes back to habit until a lever is touched again.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.player import Move
from runs.game.desk_view import LastTurn, TurnNotes, desk_view, last_turn
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import draw_game, with_depth
from runs.game.match import Match
from runs.game.seats import SEATS, moves_from_wishes

PERSON, STANDING, HABIT = "person", "standing", "habit"  # who decided about a seat in a turn
SILENT_TURNS = 2  # in a row, after which a seat goes back to habit
Wishes = Mapping[str, Any]  # lever -> value; None: back to habit


@dataclass(frozen=True)
class WorldPlan:
    """What a world of a class is: its number, the seed of its luck and of its date, the kind of its stop, its turns.

    depth: "stop", "queue", "delay" or "scare"; empty: what the seed draws.
    """

    number: int
    seed: int
    depth: str
    turns: int

    @property
    def letter(self) -> str:
        """What the world is called: A to Z, then AA."""
        first, last = divmod(self.number, 26)
        return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + last)

    def begin(self, extra_days: int = 0) -> GameWorld:
        """The world before its first turn."""
        drawn = draw_game(self.seed)
        return GameWorld(self.seed, extra_days, hidden=with_depth(drawn, self.depth) if self.depth else drawn)


@dataclass(frozen=True)
class PlayedTurn:
    """A turn that was played: everybody's moves, who decided about each seat, and the world's digest after it."""

    moves: dict[str, tuple[Move, ...]]  # by code of a seat
    sources: dict[str, str]  # key of a seat -> PERSON, STANDING or HABIT
    digest: str


class ClassWorld:
    """A world and its turns. turns: those that were played before, which are played again when they are needed."""

    def __init__(self, plan: WorldPlan, turns: Sequence[PlayedTurn] = ()) -> None:
        self.plan, self.turns = plan, list(turns)
        self._game: GameWorld | None = None
        self._playing = threading.RLock()  # two who need the world at once play it again once
        self._matches: dict[str, Match] = {}
        self._last: dict[str, LastTurn] = {}

    @property
    def over(self) -> bool:
        """Whether the last turn has been played."""
        return len(self.turns) >= self.plan.turns

    @property
    def game(self) -> GameWorld:
        """The game's world as it stands. Raise ValueError where a turn played again gives another world than it did."""
        with self._playing:
            if self._game is None:
                self._game = self._play_again()
            return self._game

    @property
    def in_memory(self) -> bool:
        """Whether the world need not be played again."""
        return self._game is not None

    def _play_again(self) -> GameWorld:
        game = self.plan.begin()
        for number, turn in enumerate(self.turns):
            game.turn(turn.moves)
            if game.digest() != turn.digest:
                raise ValueError(
                    f"world {self.plan.letter}: turn {number + 1}, played again, gives another world than it did; "
                    "the model or its tables have changed since"
                )
        return game

    def match(self, seat: str) -> Match:
        """A seat of the world, by its key."""
        if seat not in self._matches:
            self._matches[seat] = Match(SEATS[seat], self.plan.seed, world=self.game)
        return self._matches[seat]

    def check(self, seat: str, wishes: Wishes) -> None:
        """Raise ValueError for wishes that the seat cannot have today."""
        moves_from_wishes(self.game.stage, SEATS[seat], wishes)

    def close_turn(self, orders: Mapping[str, Wishes], people: Collection[str]) -> PlayedTurn:
        """Carry out the orders of a turn and pass its days; people: seats at which somebody sits."""
        moves, sources = {}, {}
        for seat in SEATS:
            wished, sources[seat] = self._moves_of(seat, orders.get(seat), seat in people)
            if wished:
                moves[SEATS[seat].code] = tuple(wished)
        notes = {seat: TurnNotes(self.match(seat)) for seat in people}
        self.game.turn(moves)
        turn = PlayedTurn(self.game.turns[-1], sources, self.game.digest())
        self.turns.append(turn)
        self._last = {seat: each.finish() for seat, each in notes.items()}
        return turn

    def _moves_of(self, seat: str, wishes: Wishes | None, seated: bool) -> tuple[list[Move], str]:
        """What a seat wishes in this turn, and who decides about it."""
        if wishes is not None:
            return moves_from_wishes(self.game.stage, SEATS[seat], wishes), PERSON
        standing = self._standing(seat)
        silent = [turn.sources[seat] for turn in self.turns[1 - SILENT_TURNS :]]
        if seated and not (silent and set(silent) <= {STANDING, HABIT}):
            return [], STANDING
        return [replace(move, date=self.game.stage.today, back=True) for move in standing], HABIT

    def _standing(self, seat: str) -> list[Move]:
        player = self.game.stage.players.get(SEATS[seat].code)
        return list(player.standing.values()) if player is not None else []

    def view(self, seat: str) -> dict[str, Any]:
        """What a seat sees of this world."""
        match = self.match(seat)
        last = self._last.get(seat) or last_turn(match)
        return desk_view(match, last, self.plan.turns)

    def release(self) -> None:
        """Let the world be garbage-collected; it is played again when it is needed."""
        if self._game is not None:
            self._game.stage.release()
        self._game, self._matches, self._last = None, {}, {}
