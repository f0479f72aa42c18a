"""The seats of the game: who one may be, and how the wishes of a turn become moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.player import Move, whom
from runs.browser.game.office_controls import INSPECT, PAY, PROJECT, TEMPO, capped, released, sharers, weighed
from runs.browser.game.seat_controls import (
    BID,
    FIRST,
    HOLD,
    HOME,
    RUN,
    SOURCE,
    SPREAD,
    THRIFT,
    Control,
    taking,
)
from runs.simulation.stage import AUTHORITY, Stage


@dataclass(frozen=True)
class Seat:
    """Somebody whom one may be in a game."""

    key: str
    code: str
    title: str
    name: str
    goal: str
    other: str
    controls: tuple[Control, ...] = field(default=())

    @property
    def is_line(self) -> bool:
        """Whether the seat is a production line with books of its own."""
        return self.code != AUTHORITY and ":" not in self.code


SEATS = {
    seat.key: seat
    for seat in (
        Seat(
            "magnet-maker",
            "PRO-H",
            "The magnet maker",
            "Proterial, heat-resistant magnets, Japan",
            "Earn money and never let the kiln go cold.",
            "authority",
            (HOLD, RUN, SOURCE, SPREAD, FIRST, THRIFT),
        ),
        Seat(
            "automaker",
            "TOY-HEV",
            "The car maker",
            "Toyota, hybrids, Japan",
            "Keep the line running, on as little stock as you dare.",
            "processor",
            (HOLD, RUN, BID, SOURCE, SPREAD),
        ),
        Seat(
            "korean-firm",
            "KTR",
            "The trader next door",
            "Traders of heavy rare earths, South Korea",
            "Everybody will ask you for goods. Not everybody may have them.",
            "authority",
            (
                HOLD,
                BID,
                RUN,
                taking("JP", "Japanese orders taken", "passing goods on may cost you your licences"),
                FIRST,
            ),
        ),
        Seat(
            "ministry",
            "government:JP",
            "The ministry",
            "The Japanese ministry with the state stock",
            "Keep Japan's industry running, with a stock that lasts.",
            "authority",
            (
                released("JOG-D", "Release Dy and Tb", 3.0, 0.1),
                released("JOG-N", "Release NdPr", 12.0, 0.5),
                sharers("JOG-D", "Serve first with Dy and Tb"),
                PROJECT,
                PAY,
            ),
        ),
        Seat(
            "authority",
            AUTHORITY,
            "The licensing authority",
            "The office that rules on applications, China",
            "Apply the rule; keep exporters in business and the queue short.",
            "magnet-maker",
            (
                capped("JP", "Japan"),
                capped("KR", "South Korea"),
                weighed("JP", "Japan"),
                weighed("KR", "South Korea"),
                TEMPO,
                INSPECT,
            ),
        ),
        Seat(
            "processor",
            "JLM-H",
            "The exporter",
            "JL Mag, heat-resistant magnets, China",
            "Sell at home and abroad, and keep your export right.",
            "automaker",
            (
                HOLD,
                RUN,
                HOME,
                taking("JP", "Japanese orders taken", "of what they order"),
                taking("KR", "South Korean orders taken", "of what they order"),
            ),
        ),
    )
}


def moves_of(stage: Stage, seat: Seat, wishes: Mapping[str, Any]) -> list[Move]:
    """The wishes of a turn as moves dated today. ValueError, in a sentence, for what the seat cannot wish."""
    controls = {control.key: control for control in seat.controls}
    moves = []
    for key, value in wishes.items():
        if key not in controls:
            raise ValueError(f"this seat has no lever '{str(key)[:30]}'; it has {', '.join(controls)}")
        moves += [Move(stage.today, verb, arguments) for verb, arguments in ordered(stage, seat, controls[key], value)]
    return moves


def ordered(stage: Stage, seat: Seat, control: Control, value: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    """One lever's choice as verbs, checked."""
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


def desk(stage: Stage, seat: Seat, touched: Sequence[str]) -> list[dict[str, Any]]:
    """The levers as the page shows them: how each stands, and whether it follows the person or habit."""
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
            "value": c.stands(stage, person),
            "yours": c.key in touched,
            "choices": c.choices(stage, person) if c.choices else [],
        }
        for c in seat.controls
    ]


def touched(stage: Stage, seat: Seat, turns: Iterable[Sequence[Move]]) -> list[str]:
    """The levers that a list of moves has moved."""
    moves = [move for turn in turns for move in turn]
    verbs, about = {move.verb for move in moves}, {(move.verb, whom(move)) for move in moves}
    return [
        control.key
        for control in seat.controls
        if (control.verb in verbs if control.choices else about & reach(stage, seat, control))
    ]


def reach(stage: Stage, seat: Seat, control: Control) -> set[tuple[str, str]]:
    """What a lever with a number gives orders about: pairs of the verb and whom or what it names."""
    orders = control.orders(stage, stage.people[seat.code], control.least)
    return {(verb, whom(Move(stage.today, verb, arguments))) for verb, arguments in orders}
