"""The watch page: see how two months of stock become a stopped industry, and steer it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

import solara

from model.tables.faults import unknown
from runs.browser.parts.components import Charts, LineCard, NetworkBoard
from runs.browser.parts.viewing import add_style, event_handlers, use_snapshot
from runs.browser.watch.choices import scenario_titles, served_choice
from runs.browser.watch.components import Glossary, Head, Levers, Responses
from runs.browser.watch.session import WatchSession
from runs.simulation.levers import Choice
from runs.simulation.stage import parse_seed


@solara.component
def Page() -> None:
    """Open a visitor's own session and draw it."""
    query = parse_qs(solara.use_router().search or "")
    session = solara.use_memo(lambda: WatchSession(*read_query(query)), [])
    solara.use_effect(lambda: session.close, [session])
    solara.Title("Linestop")
    add_style()
    WatchView(session)


@solara.component
def WatchView(session: WatchSession) -> None:
    """Draw the newest snapshot of a session."""
    snapshot = use_snapshot(session)
    command, pick = event_handlers(session)
    with solara.Div(classes=["ls"]):
        Head(head=snapshot.head, event_command=command, event_pick=pick)
        with solara.Div(classes=["ls-main"]):
            with solara.Div(classes=["ls-stage"]):
                NetworkBoard(plan=snapshot.plan, now=snapshot.now, event_pick=pick)
                Charts(charts=snapshot.charts, event_pick=pick)
                Responses(responses=snapshot.responses, event_pick=pick, event_command=command)
                Glossary(glossary=snapshot.glossary)
            with solara.Div(classes=["ls-side"]):
                LineCard(card=snapshot.card, sources=snapshot.sources, event_pick=pick)
                Levers(levers=snapshot.levers, event_command=command)


def read_query(query: dict[str, list[str]]) -> tuple[Choice, str]:
    """Read the parameters of the address: the choice, and a message about those that were left out."""
    choice, messages = served_choice(), []
    for key, (text, *_) in query.items():
        try:
            choice = with_parameter(choice, key, text)
        except ValueError as error:
            messages.append(f"The address says {key[:20]}={text[:20]}: {error}.")
    return choice, " ".join(messages)


def with_parameter(choice: Choice, key: str, text: str) -> Choice:
    """The choice with one parameter of the address. Raise ValueError for an unknown parameter or a wrong value."""
    if key == "scenario":
        if text not in dict(scenario_titles(choice.world)):
            raise ValueError("there is no such scenario here")
        return replace(choice, scenario=text)
    if key == "seed":
        return replace(choice, seed=parse_seed(text))
    if key not in choice.known_levers:
        raise ValueError(unknown(key[:20], "parameter", ["scenario", "seed", *choice.known_levers]))
    try:
        value = float(text)
    except ValueError:
        raise ValueError("a number was expected") from None
    return choice.with_lever(key, value)
