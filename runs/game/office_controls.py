"""The controls of the two offices: the ministry with its state stock, and the licensing authority."""

from __future__ import annotations

from typing import Any

from runs.game.seat_controls import SERVED_FIRST, Control, as_percent
from runs.simulation.stage import Stage

NO_CAP = 5.0  # times recent use from which a ceiling binds nobody


def release_control(stock: str, label: str, most: float, step: float, unit: str) -> Control:
    """The control of what a state stock releases a day."""
    return Control(
        f"release_{stock}",
        label,
        "to those who are short of it; 0 keeps it shut",
        lambda stage, who, amount: [("release", {"stock": stock, "amount": amount})],
        lambda stage, who: round(float(stage.world.policy.release[who.stocks[stock]]), 2),
        unit=f"{unit} a day",
        most=most,
        step=step,
    )


def serve_first_control(stock: str, label: str) -> Control:
    """The control of whose need comes first when a state stock is released."""

    def choices(stage: Stage, who: Any) -> list[tuple[str, str]]:
        names = {line.line: line.name for line in stage.register.tables.firms}
        return [("", "all alike"), *((line, names[line]) for line in who.served(stock))]

    def orders(stage: Stage, who: Any, chosen: str) -> list[tuple[str, dict[str, Any]]]:
        others = 1.0 / SERVED_FIRST if chosen else 1.0
        return [
            ("serve", {"stock": stock, "line": line, "share": 1.0 if line == chosen else others})
            for line in who.served(stock)
        ]

    def read_current(stage: Stage, who: Any) -> str:
        full = [line for line in who.served(stock) if who.share_of(stock, line) == 1.0]
        return full[0] if len(full) == 1 else ""

    return Control(
        f"serve_{stock}",
        label,
        f"of what the others miss {100.0 / SERVED_FIRST:.0f} % counts then",
        orders,
        read_current,
        kind="choice",
        choices=choices,
        verb="serve",
    )


def projects(stage: Stage, who: Any) -> list[tuple[str, str]]:
    """Second sources that lines at home could qualify, soonest first, with the days that it takes."""
    names = {line.line: line.name for line in stage.register.tables.firms}
    found = sorted(who.second_sources().items(), key=lambda entry: entry[1][1])
    return [("", "none for now"), *((line, f"{names[line]}: {days:.0f} days") for line, (_, days) in found)]


PROJECT = Control(
    "project",
    "Have a second source qualified",
    "by all who could use it; firms carry what the state does not pay",
    lambda stage, who, line: [("qualify", {"supplier": line})] if line else [],
    lambda stage, who: "",
    kind="choice",
    choices=projects,
    verb="qualify",
)
PAY = Control(
    "pay",
    "State's share of the cost of projects",
    "second sources and redesign; firms dare earlier",
    lambda stage, who, share: [("pay", {"share": share / 100.0})],
    lambda stage, who: as_percent(stage.world.policy.support[who._country_row]),
    unit="%",
    step=5.0,
)


def cap_control(country: str, name: str) -> Control:
    """The control of the most that a destination is granted."""

    def read_current(stage: Stage, who: Any) -> float:
        return min(NO_CAP, float(stage.world.policy.ceiling[who.office, who.countries.index(country)]))

    return Control(
        f"cap_{country}",
        f"Most that {name} is granted",
        f"times recent use; {NO_CAP:g} is no limit",
        lambda stage, who, times: [("cap", {"country": country, "times": times if times < NO_CAP else 1e9})],
        read_current,
        unit="times",
        most=NO_CAP,
        step=0.25,
    )


def queue_control(country: str, name: str) -> Control:
    """The control of the place of a destination in the queue."""
    return Control(
        f"weigh_{country}",
        f"{name}'s place in the queue",
        "its part of the office's time; 1 is as mandated",
        lambda stage, who, weight: [("weigh", {"country": country, "weight": weight})],
        lambda stage, who: float(stage.world.policy.stance[who.office, who.countries.index(country)]),
        unit="times",
        most=3.0,
        step=0.25,
    )


TEMPO = Control(
    "tempo",
    "Work of the office",
    "times its mandated hours",
    lambda stage, who, tempo: [("work", {"tempo": tempo})],
    lambda stage, who: float(stage.world.policy.tempo[who.office]),
    unit="times",
    most=3.0,
    step=0.25,
)


def suspects(stage: Stage, who: Any) -> list[tuple[str, str]]:
    """Lines abroad that buy under licence and sell on to Japan."""
    firms = stage.register.tables.firms
    mine = sorted(who._passing) if hasattr(who, "_passing") else []
    return [
        ("", "nobody"),
        *((firms[row].line, firms[row].name) for row in mine if firms[row].line not in who.revoked),
    ]


INSPECT = Control(
    "inspect",
    "Revoke the licences of",
    "a buyer that passes goods on",
    lambda stage, who, line: [("revoke", {"line": line})] if line else [],
    lambda stage, who: "",
    kind="choice",
    choices=suspects,
    verb="revoke",
)
