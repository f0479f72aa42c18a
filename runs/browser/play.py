"""The game page: take a seat, twelve turns of two weeks, against people who decide for themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import solara

from runs.browser.gameroom import GameRoom
from runs.browser.viewing import style, use_frame
from runs.browser.watch import Card, Charts, Network


@solara.component_vue("lobby.vue")
def Lobby(table: str = "{}", event_act: Callable[[Any], None] | None = None) -> None:
    """Draw the choice of a seat and the saved games."""


@solara.component_vue("desk.vue")
def Desk(table: str = "{}", event_act: Callable[[Any], None] | None = None) -> None:
    """Draw what a seat knows and what it may decide."""


@solara.component_vue("verdict.vue")
def Verdict(table: str = "{}", event_act: Callable[[Any], None] | None = None) -> None:
    """Draw the score beside par, the world's result and the what-ifs."""


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

    def act(wish: Any) -> None:
        wish = dict(wish) if isinstance(wish, dict) else {}
        room.act(str(wish.pop("name", "")), **wish)

    def pick(row: Any) -> None:
        room.act("pick", row=row)

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
