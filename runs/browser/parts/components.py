"""Components that several pages share: each a Vue template that is fed with JSON text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

Handler = Callable[[Any], None] | None
WORDS = Path(__file__).with_name("words")
ENGLISH_WORDS = json.dumps({**json.loads((WORDS / "en.json").read_text("utf-8")), "lang": "en"}, ensure_ascii=False)


@solara.component_vue("board.vue")
def NetworkBoard(plan: str = "{}", now: str = "{}", words: str = ENGLISH_WORDS, event_pick: Handler = None) -> None:
    """Draw the board: companies in their places, how full their stocks are, and what is held up."""


@solara.component_vue("charts.vue")
def Charts(charts: str = "{}", words: str = ENGLISH_WORDS, event_pick: Handler = None) -> None:
    """Draw the cascade as it grows and the curves beside it."""


@solara.component_vue("card.vue")
def LineCard(
    card: str = "null",
    sources: str = "[]",
    tongue: str = "",
    words: str = ENGLISH_WORDS,
    event_pick: Handler = None,
) -> None:
    """Draw a line's books, its mind, why it is stopped, and where its numbers come from.

    tongue: the language of the sources; empty where nobody knows it.
    """


@solara.component_vue("lab_names.vue")
def NamesForReaders() -> None:
    """Name the parts of SolaraViz that have no name of their own, for people who hear the page."""
