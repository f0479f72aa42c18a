"""The game page: take a seat, twelve turns of two weeks, against people who decide for themselves."""

from __future__ import annotations

from urllib.parse import parse_qs

import solara

from runs.browser.game.room import GameRoom
from runs.browser.parts.components import Card, Charts, Desk, Lobby, Network, Verdict
from runs.browser.parts.viewing import asks, style, use_frame


@solara.component
def Page() -> None:
    """Open a visitor's own game, or the one that the address names, and draw it."""
    query = parse_qs(solara.use_router().search or "")
    room = solara.use_memo(lambda: GameRoom(query.get("game", [""])[0]), [])
    solara.use_effect(lambda: room.close, [room])
    solara.Title("Linestop: take a seat")
    style()
    Table(room)


@solara.component
def Table(room: GameRoom) -> None:
    """Draw the newest frame of a game."""
    frame = use_frame(room)
    act, pick = asks(room)
    with solara.Div(classes=["ls"]):
        if '"page": "lobby"' in frame.table:
            Lobby(table=frame.table, event_act=act)
        elif '"page": "desk"' in frame.table:
            Desk(table=frame.table, event_act=act)
        else:
            Verdict(table=frame.table, event_act=act)
            with solara.Div(classes=["ls-main"]):
                with solara.Div(classes=["ls-stage"]):
                    Network(plan=frame.plan, now=frame.now, event_pick=pick)
                    Charts(charts=frame.charts, event_pick=pick)
                with solara.Div(classes=["ls-side"]):
                    Card(card=frame.card, event_pick=pick)
