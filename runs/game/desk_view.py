"""What a seat may see: the one place that builds what leaves for a desk, alone or in a class."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from agents.player import Move
from model.dates import in_words
from runs.game.hidden_draw import TURN_DAYS
from runs.game.last_turn import explain_turn, largest_moves
from runs.game.match import Match
from runs.game.neighbourhood import neighbourhood
from runs.game.observations import (
    Figures,
    announced,
    customs,
    customs_month,
    own_figures,
    promises,
    public_news,
)
from runs.game.seat_charts import curves, forecast
from runs.game.seats import changed_controls, describe_controls

MOST_LETTERS = 300  # of what was ordered in a turn, on a mark of the cascade


@dataclass(frozen=True)
class LastTurn:
    """What a seat remembers of the turn before: the figures that moved most, why, and its levers as they were."""

    moved: list[dict[str, Any]] = field(default_factory=list)
    why: str = ""
    levers: dict[str, Any] = field(default_factory=dict)  # key -> value


class TurnNotes:
    """What a seat looks at just before a turn, to compare it with what comes after: `finish()` is its last turn."""

    def __init__(self, match: Match) -> None:
        self._match, self._figures = match, own_figures(match)
        self._levers = lever_values(match)

    def finish(self) -> LastTurn:
        """The turn that has passed since."""
        return last_turn(self._match, self._figures, self._levers)


def last_turn(match: Match, before: Figures | None = None, levers: dict[str, Any] | None = None) -> LastTurn:
    """The last turn of a seat; before: its figures then (default: those that the record kept)."""
    if not match.turns:
        return LastTurn()
    known = own_figures(match, max(1, match.stage.day - TURN_DAYS)) if before is None else before
    return LastTurn(largest_moves(known, own_figures(match)), explain_turn(match), levers or {})


def lever_values(match: Match) -> dict[str, Any]:
    """Where each lever of a seat stands today: key -> value."""
    person = match.stage.people[match.seat.code]
    return {control.key: control.current(match.stage, person) for control in match.seat.controls}


def desk_view(match: Match, last: LastTurn, turns: int) -> dict[str, Any]:
    """All that a seat sees of its world, and nothing else; turns: how many are played in all.

    Neither the seed nor what it has drawn is told: whoever knows the seed can look up what comes.
    """
    seat, drawn = match.seat, curves(match)
    return {
        "seat": [seat.key, seat.title, seat.name, seat.goal],
        "turn": len(match.turns),
        "turns": turns,
        "days": TURN_DAYS,
        "date": in_words(match.stage.today),
        "forecast": forecast(match),
        "moved": last.moved,
        "why": last.why,
        "news": public_news(match),
        "fresh": fresh_days(match),
        "customs": customs(match),
        "month": customs_month(match),
        "route": f"{match.about.exporters_name} to {match.about.home_name}",
        "promises": promises(match),
        "curves": drawn,
        "figures": other_figures(match, [curve["name"] for curve in drawn]),
        "levers": [] if len(match.turns) >= turns else levers(match, last),
        "near": None if match.turns else neighbourhood(match),
    }


def levers(match: Match, last: LastTurn) -> list[dict[str, Any]]:
    """The levers of a seat, each with the value that it had before the last turn."""
    shown = describe_controls(match.stage, match.seat, changed_controls(match.stage, match.seat))
    return [{**lever, "was": last.levers.get(lever["key"], lever["value"])} for lever in shown]


def fresh_days(match: Match) -> int:
    """On how many of the days with news it came within the last turn."""
    return len({shock.date for shock in announced(match, match.stage.today - timedelta(days=TURN_DAYS))})


def other_figures(match: Match, drawn: Collection[str]) -> list[list[Any]]:
    """The seat's own figures that no curve shows: [name, value, unit]; drawn: the names of its curves."""
    return [
        [name, round(value, 1), unit]
        for name, (value, unit, _) in own_figures(match).items()
        if name not in drawn and name != "Output" and not name.startswith("Stock of ")
    ]


def decisions(match: Match) -> list[list[Any]]:
    """What the person decided, by day, for the cascade picture."""
    return [
        [number * TURN_DAYS, f"Turn {number + 1}: {describe_moves(moves)[:MOST_LETTERS]}"]
        for number, moves in enumerate(match.turns)
        if moves
    ]


def describe_moves(moves: tuple[Move, ...]) -> str:
    """The moves of a turn in a line of words, like ones once."""
    words = (f"{move.verb} {', '.join(map(format_argument, move.arguments.values()))}" for move in moves)
    return "; ".join(dict.fromkeys(words))


def format_argument(value: Any) -> str:
    """An argument of a move as people read it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:.0%}" for name, share in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
