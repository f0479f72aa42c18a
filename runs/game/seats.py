"""The seats of the game: who a player may be, and how the choices of a turn become moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.player import Move, whom
from model.tables.rows import OFFICES
from runs.game.game_file import GAME, ControlEntry
from runs.game.office_controls import (
    INSPECT,
    PAY,
    PROJECT,
    TEMPO,
    cap_control,
    queue_control,
    release_control,
    serve_first_control,
)
from runs.game.seat_controls import (
    BID,
    HOLD,
    RUN_AT,
    SECOND_SOURCE,
    SERVE_FIRST,
    SPREAD,
    THRIFT,
    Control,
    orders_taken_control,
)
from runs.simulation.stage import AUTHORITY, Stage


@dataclass(frozen=True)
class GameSeat:
    """A firm or an office in whose place a player decides."""

    key: str
    code: str
    title: str
    name: str
    goal: str
    other: str
    stake: float  # the gain on par, in billions, for which there are 100 points
    controls: tuple[Control, ...] = field(default=())

    @property
    def is_line(self) -> bool:
        """Whether the seat is a production line with books of its own."""
        return self.code.partition(":")[0] not in OFFICES

    def with_words(self, title: str, name: str, goal: str) -> GameSeat:
        """The same seat, called otherwise."""
        return replace(self, title=title, name=name, goal=goal)

    @property
    def is_authority(self) -> bool:
        """Whether the seat is a licensing authority."""
        return self.code.partition(":")[0] == AUTHORITY


PLAIN_CONTROLS = {
    "hold": HOLD,
    "run": RUN_AT,
    "bid": BID,
    "source": SECOND_SOURCE,
    "spread": SPREAD,
    "first": SERVE_FIRST,
    "thrift": THRIFT,
    "project": PROJECT,
    "pay": PAY,
    "tempo": TEMPO,
    "inspect": INSPECT,
}
CONTROLS_OF: dict[str, Callable[[ControlEntry], Control]] = {
    "orders_taken": lambda entry: orders_taken_control(entry.of, entry.label, entry.hint),
    "release": lambda entry: release_control(entry.of, entry.label, entry.most, entry.step, entry.unit),
    "serve_first": lambda entry: serve_first_control(entry.of, entry.label),
    "cap": lambda entry: cap_control(entry.of, entry.label),
    "queue": lambda entry: queue_control(entry.of, entry.label),
}  # controls that are about a country or a stock


BEGINS = ("qualify", "revoke")  # verbs that begin something with a line, which can then not be chosen again


def make_control(entry: ControlEntry) -> Control:
    """A control as the file of the game names it."""
    return PLAIN_CONTROLS[entry.use] if entry.use in PLAIN_CONTROLS else CONTROLS_OF[entry.use](entry)


SEATS = {
    seat.key: GameSeat(**{**dict(seat), "controls": tuple(map(make_control, seat.controls))}) for seat in GAME.seats
}


def moves_from_wishes(stage: Stage, seat: GameSeat, wishes: Mapping[str, Any]) -> list[Move]:
    """The wishes of a turn (control -> value; None: back to habit) as moves dated today.

    Raise ValueError for what is impossible.
    """
    controls = {control.key: control for control in seat.controls}
    moves = []
    for key, value in wishes.items():
        if key not in controls:
            raise ValueError(f"this seat has no lever '{str(key)[:30]}'; it has {', '.join(controls)}")
        if value is None:
            standing = orders_standing(stage, seat, controls[key])
            moves += [replace(move, date=stage.today, back=True) for move in standing]
        else:
            orders = orders_of(stage, seat, controls[key], value)
            moves += [Move(stage.today, verb, arguments) for verb, arguments in orders]
    return moves


def orders_standing(stage: Stage, seat: GameSeat, control: Control) -> list[Move]:
    """The standing orders that a control has given and that were not given back."""
    player = stage.players.get(seat.code)
    orders = player.standing.items() if player is not None else ()
    if control.choices:
        return [move for (verb, _), move in orders if verb == control.verb]
    targets = order_targets(stage, seat, control)
    return [move for order, move in orders if order in targets]


def orders_of(stage: Stage, seat: GameSeat, control: Control, value: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    """The verbs for a value of one control. Raise ValueError for a value out of bounds or no choice today."""
    person = stage.people[seat.code]
    if control.kind == "choice":
        known = [choice for choice, _ in control.choices(stage, person)] if control.choices else []
        if value not in known:
            raise ValueError(f"{control.label}: '{str(value)[:40]}' is no choice today")
        return control.orders(stage, person, value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not control.least <= value <= control.most:
        raise ValueError(
            f"{control.label} goes from {control.least:g} to {control.most:g} {control.unit}, not '{str(value)[:20]}'"
        )
    return control.orders(stage, person, float(value))


def describe_controls(stage: Stage, seat: GameSeat, changed: Sequence[str]) -> list[dict[str, Any]]:
    """The controls as the page shows them: bounds, value, and whether the player has set it (is in `changed`)."""
    person = stage.people[seat.code]
    return [
        {
            "key": c.key,
            "label": c.label,
            "hint": c.hint,
            "kind": c.kind,
            "unit": c.unit,
            "least": c.least,
            "most": c.most,
            "step": c.step,
            "value": c.current(stage, person),
            "yours": c.key in changed,
            "choices": c.choices(stage, person) if c.choices else [],
            "ordered": whom_ordered(stage, seat, c),
        }
        for c in seat.controls
    ]


def changed_controls(stage: Stage, seat: GameSeat) -> list[str]:
    """The keys of the controls whose orders stand; habit has all others."""
    return [control.key for control in seat.controls if orders_standing(stage, seat, control)]


def whom_ordered(stage: Stage, seat: GameSeat, control: Control) -> list[str]:
    """The names of the lines that a choice has begun something with; they are no longer among the choices."""
    if control.verb not in BEGINS:
        return []
    names = {line.line: line.name for line in stage.register.tables.firms}
    codes = [
        move.arguments.get("supplier") or move.arguments.get("line") for move in orders_standing(stage, seat, control)
    ]
    return [names[code] for code in dict.fromkeys(codes) if code in names]


def order_targets(stage: Stage, seat: GameSeat, control: Control) -> set[tuple[str, str]]:
    """What a control with a number gives orders about: pairs of a verb and whom or what it names."""
    orders = control.orders(stage, stage.people[seat.code], control.least)
    return {(verb, whom(Move(stage.today, verb, arguments))) for verb, arguments in orders}
