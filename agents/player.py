"""The player: a seat whose wishes come from a person, and its old habits when the person is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from inspect import signature
from typing import Any, Protocol

import numpy as np

FIRM_VERBS = (
    "hold", "split", "run_at", "favour", "qualify", "bid", "thrift", "resell", "spot_buy",
)  # fmt: skip
GOVERNMENT_VERBS = ("release", "serve", "qualify", "pay")
AUTHORITY_VERBS = ("weigh", "cap", "work", "revoke", "pardon")
VERBS = frozenset(FIRM_VERBS + GOVERNMENT_VERBS + AUTHORITY_VERBS)

Wishes = dict[tuple[int, tuple[int, ...]], float]  # number of a column of policy and a cell of it -> its value


@dataclass(frozen=True)
class Move:
    """One wish of a person on a date: a verb of the seat and what it takes, by name.

    back: the order is given back to the habits of the seat; of the arguments those count that say what it is about.
    """

    date: date
    verb: str
    arguments: dict[str, Any] = field(default_factory=dict)
    back: bool = False


class Seat(Protocol):
    """Whoever a person may sit in for."""

    weekday: int
    chain: Any

    def decide(self) -> None:
        """Look around and wish."""


class Player:
    """A person in somebody's seat, steered by a list of moves.

    On a date with moves they are carried out with the seat's own verbs and nothing else. A verb that the person has
    used stays as the person left it (a standing order) until it is given back; the habits of the seat go on for all
    other verbs, on their own weekday. What is given back is again as it was before the first order, until habit
    changes it. Moves dated on a day that has passed, or with a verb that the seat does not have, raise ValueError.
    """

    def __init__(self, seat: Seat, moves: Sequence[Move] = ()) -> None:
        self.seat, self.weekday = seat, seat.weekday
        self.standing: dict[tuple[str, str], Move] = {}
        self._before: dict[tuple[str, str], Wishes] = {}  # what stood there before the first order
        self._moves: dict[date, list[Move]] = {}
        for move in moves:
            self.add(move)

    def add(self, move: Move) -> None:
        """Put one more move on the list."""
        check_move(self.seat, move)
        self._moves.setdefault(move.date, []).append(move)

    def decide(self) -> None:
        """Every day: habits first, on their weekday; then standing orders; then today's moves."""
        chain = self.seat.chain
        if chain.today.weekday() == self.seat.weekday:
            self.seat.decide()
        for move in self._moves.pop(chain.today, ()):
            order = move.verb, whom(move)
            self.standing.pop(order, None)  # the newest order is carried out last: it may undo an older one
            if move.back:
                self._restore(self._before.pop(order, {}))
            else:
                self.standing[order] = move
                self._note_before(order, move)
        for move in self.standing.values():
            self._carry_out(move)

    def _carry_out(self, move: Move) -> None:
        getattr(self.seat, move.verb)(**move.arguments)

    def _note_before(self, order: tuple[str, str], move: Move) -> None:
        """Carry a new order out and keep what it has overwritten, unless an older one about the same did before it."""
        before = [column.copy() for column in self.seat.chain.wishes()]
        self._carry_out(move)
        kept = self._before.setdefault(order, {})
        for column, (old, new) in enumerate(zip(before, self.seat.chain.wishes(), strict=True)):
            for cell in map(tuple, np.argwhere(old != new)):
                kept.setdefault((column, cell), old[cell])

    def _restore(self, kept: Wishes) -> None:
        columns = self.seat.chain.wishes()
        for (column, cell), value in kept.items():
            columns[column][cell] = value


def check_move(seat: Seat, move: Move) -> None:
    """Raise ValueError for a verb that a seat does not have, for what it does not take, or a day that has passed."""
    if move.verb not in VERBS or not hasattr(seat, move.verb):
        known = ", ".join(sorted(verb for verb in VERBS if hasattr(seat, verb)))
        raise ValueError(f"the move of {move.date} says '{move.verb}'; this seat can {known}")
    verb = signature(getattr(seat, move.verb))
    try:
        (verb.bind_partial if move.back else verb.bind)(**move.arguments)
    except TypeError as error:
        raise ValueError(f"the move of {move.date}, {move.verb}: {error}; give each argument by its name") from None
    if move.date < seat.chain.today:
        raise ValueError(f"the move of {move.date} comes too late: today is {seat.chain.today}")


def whom(move: Move) -> str:
    """What a standing order is about: the good, customer, country, stock or line that it names."""
    about = ("good", "supplier", "customer", "country", "stock", "line")
    return ":".join(str(move.arguments[key]) for key in about if key in move.arguments)
