"""The watch page: see how two months of stock become a stopped industry, and steer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs

import solara
from solara.lab import headers

from model.tables.faults import unknown
from runs.browser.desk.catalogue import choose_language
from runs.browser.parts.components import Charts, LineCard, NetworkBoard
from runs.browser.parts.viewing import add_style, event_handlers, use_snapshot
from runs.browser.watch.choices import scenario_titles, served_choice
from runs.browser.watch.components import Glossary, Head, Levers, Responses, Unknowns
from runs.browser.watch.languages import in_language, language_names, language_of_sources, page_words
from runs.browser.watch.session import WatchSession
from runs.simulation.levers import Choice
from runs.simulation.stage import parse_seed

LANGUAGE = "lang"  # the parameter of the address


@solara.component
def Page() -> None:
    """Open a visitor's own session and draw it."""
    query = parse_qs(solara.use_router().search or "")
    session = solara.use_memo(lambda: WatchSession(*read_query(query)), [])
    solara.use_effect(lambda: session.close, [session])
    solara.Title("Linestop")
    add_style()
    language, set_language = solara.use_state(choose_language(asked_language(query), accepted_languages()))
    WatchView(session, language, set_language)


@solara.component
def WatchView(session: WatchSession, language: str, set_language: Callable[[str], None]) -> None:
    """Draw the newest snapshot of a session in a language."""
    snapshot = use_snapshot(session)
    command, pick = event_handlers(session)
    words = page_words(language)
    with solara.Div(classes=["ls"]):
        Head(
            head=in_language(snapshot.head, language),
            words=words,
            tongues=language_names(),
            event_command=command,
            event_pick=pick,
            event_speak=lambda wish: set_language(choose_language(str(wish), "")),
        )
        with solara.Div(classes=["ls-main"]):
            with solara.Div(classes=["ls-stage"]):
                plan, charts = in_language(snapshot.plan, language), in_language(snapshot.charts, language)
                NetworkBoard(plan=plan, now=snapshot.now, words=words, event_pick=pick)
                Charts(charts=charts, words=words, event_pick=pick)
                done = in_language(snapshot.responses, language)
                Responses(responses=done, words=words, event_pick=pick, event_command=command)
                unknowns = in_language(snapshot.unknowns, language)
                tongue = language_of_sources(session.choice.world)
                Unknowns(unknowns=unknowns, words=words, tongue=tongue, event_command=command)
                Glossary(glossary=in_language(snapshot.glossary, language), words=words)
            with solara.Div(classes=["ls-side"]):
                card, sources = in_language(snapshot.card, language), in_language(snapshot.sources, language)
                LineCard(card=card, sources=sources, tongue=tongue, words=words, event_pick=pick)
                Levers(levers=in_language(snapshot.levers, language), words=words, event_command=command)


def asked_language(query: dict[str, list[str]]) -> str:
    """The language that the address asks for; empty where it names none."""
    return query.get(LANGUAGE, [""])[0]


def accepted_languages() -> str:
    """What the visitor's browser accepts; empty where it does not say."""
    return ",".join((headers.value or {}).get("accept-language", []))


def read_query(query: dict[str, list[str]]) -> tuple[Choice, str]:
    """Read the parameters of the address: the choice, and a message about those that were left out."""
    choice, messages = served_choice(), []
    for key, (text, *_) in query.items():
        if key == LANGUAGE:
            continue
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
