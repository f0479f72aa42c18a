"""Components that several pages share: each a Vue template that is fed with JSON text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

Handler = Callable[[Any], None] | None


@solara.component_vue("board.vue")
def NetworkBoard(plan: str = "{}", now: str = "{}", event_pick: Handler = None) -> None:
    """Draw the board: companies in their places, how full their stocks are, and what is held up."""


@solara.component_vue("charts.vue")
def Charts(charts: str = "{}", event_pick: Handler = None) -> None:
    """Draw the cascade as it grows and the curves beside it."""


@solara.component_vue("card.vue")
def LineCard(card: str = "null", sources: str = "[]", event_pick: Handler = None) -> None:
    """Draw a line's books, its mind, why it is stopped, and where its numbers come from."""
