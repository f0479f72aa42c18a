"""The game page: take a seat, twelve turns of two weeks, against people who decide for themselves."""

from __future__ import annotations

from urllib.parse import parse_qs

import solara

from runs.browser.game.components import StartScreen, TurnScreen, VerdictScreen
from runs.browser.game.session import START, TURN, GameSession
from runs.browser.parts.components import Charts, LineCard, NetworkBoard
from runs.browser.parts.viewing import add_style, event_handlers, use_snapshot


@solara.component
def Page() -> None:
    """Open a visitor's own game, or the one that the address names, and draw it."""
    query = parse_qs(solara.use_router().search or "")
    session = solara.use_memo(lambda: GameSession(query.get("game", [""])[0]), [])
    solara.use_effect(lambda: session.close, [session])
    solara.Title("Linestop: take a seat")
    add_style()
    GameView(session)


@solara.component
def GameView(session: GameSession) -> None:
    """Draw the newest snapshot of a game."""
    snapshot = use_snapshot(session)
    command, pick = event_handlers(session)
    with solara.Div(classes=["ls"]):
        if snapshot.shown == START:
            StartScreen(screen=snapshot.screen, event_command=command)
        elif snapshot.shown == TURN:
            TurnScreen(screen=snapshot.screen, event_command=command)
        else:
            VerdictScreen(screen=snapshot.screen, event_command=command)
            with solara.Div(classes=["ls-main"]):
                with solara.Div(classes=["ls-stage"]):
                    NetworkBoard(plan=snapshot.plan, now=snapshot.now, event_pick=pick)
                    Charts(charts=snapshot.charts, event_pick=pick)
                with solara.Div(classes=["ls-side"]):
                    LineCard(card=snapshot.card, event_pick=pick)
