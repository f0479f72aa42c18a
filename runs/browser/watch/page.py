"""The watch page: see how two months of stock become a stopped industry, and steer it."""

from __future__ import annotations

from urllib.parse import parse_qs

import solara

from model.scenario.scenario import scenario_names
from model.tables.faults import unknown
from runs.browser.parts.components import Card, Charts, Head, Levers, Network
from runs.browser.parts.session import checked_seed
from runs.browser.parts.viewing import asks, style, use_frame
from runs.browser.watch.room import Room
from runs.simulation.levers import LEVERS, Choice
from runs.simulation.stage import DEFAULT_SCENARIO, SCENARIOS


@solara.component
def Page() -> None:
    """Open a visitor's own room and draw it."""
    query = parse_qs(solara.use_router().search or "")
    room = solara.use_memo(lambda: Room(*chosen(query)), [])
    solara.use_effect(lambda: room.close, [room])
    solara.Title("Linestop")
    style()
    View(room)


@solara.component
def View(room: Room) -> None:
    """Draw the newest frame of a room."""
    frame = use_frame(room)
    act, pick = asks(room)
    with solara.Div(classes=["ls"]):
        Head(panel=frame.head, event_act=act)
        with solara.Div(classes=["ls-main"]):
            with solara.Div(classes=["ls-stage"]):
                Network(plan=frame.plan, now=frame.now, event_pick=pick)
                Charts(charts=frame.charts, event_pick=pick)
            with solara.Div(classes=["ls-side"]):
                Card(card=frame.card, event_pick=pick)
                Levers(panel=frame.levers, event_act=act)


def chosen(query: dict[str, list[str]]) -> tuple[Choice, str]:
    """Read what the address asks for; what cannot be read is left out and told."""
    choice, told = Choice(DEFAULT_SCENARIO), []
    for key, (text, *_) in query.items():
        try:
            choice = with_parameter(choice, key, text)
        except ValueError as error:
            told.append(f"The address says {key[:20]}={text[:20]}: {error}.")
    return choice, " ".join(told)


def with_parameter(choice: Choice, key: str, text: str) -> Choice:
    """Take one parameter of the address into the choice."""
    if key == "scenario":
        if text not in scenario_names(SCENARIOS):
            raise ValueError("there is no such scenario here")
        return Choice(text, choice.seed, choice.minds, choice.levers)
    if key == "seed":
        return Choice(choice.scenario, checked_seed(text), choice.minds, choice.levers)
    if key not in LEVERS:
        raise ValueError(unknown(key[:20], "parameter", ["scenario", "seed", *LEVERS]))
    try:
        value = float(text)
    except ValueError:
        raise ValueError("a number was expected") from None
    return choice.pulled(key, value)
