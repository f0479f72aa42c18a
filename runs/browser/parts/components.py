"""The parts that pages are put together from: each a Vue template that is fed with one JSON text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

Asked = Callable[[Any], None] | None


@solara.component_vue("panel.vue")
def Head(panel: str = "{}", event_act: Asked = None) -> None:
    """Draw the head of the watch page: what story it is, the counters, and Play."""


@solara.component_vue("board.vue")
def Network(plan: str = "{}", now: str = "{}", event_pick: Asked = None) -> None:
    """Draw the board: companies in their places, how full their stocks are, and what is held up."""


@solara.component_vue("charts.vue")
def Charts(charts: str = "{}", event_pick: Asked = None) -> None:
    """Draw the cascade as it grows and the curves beside it."""


@solara.component_vue("card.vue")
def Card(card: str = "null", event_pick: Asked = None) -> None:
    """Draw a line's books, its mind, and why it stands."""


@solara.component_vue("levers.vue")
def Levers(panel: str = "{}", event_act: Asked = None) -> None:
    """Draw everything that may be changed on the watch page."""


@solara.component_vue("lobby.vue")
def Lobby(table: str = "{}", event_act: Asked = None) -> None:
    """Draw the choice of a seat and the saved games."""


@solara.component_vue("desk.vue")
def Desk(table: str = "{}", event_act: Asked = None) -> None:
    """Draw what a seat knows and what it may decide."""


@solara.component_vue("verdict.vue")
def Verdict(table: str = "{}", event_act: Asked = None) -> None:
    """Draw the score beside par, the world's result and the what-ifs."""
