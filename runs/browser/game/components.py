"""The three screens of the game: each a Vue template that is fed with JSON text."""

from __future__ import annotations

import solara

from runs.browser.parts.components import Handler


@solara.component_vue("start.vue")
def StartScreen(screen: str = "{}", event_command: Handler = None) -> None:
    """Draw the choice of a seat and the saved games."""


@solara.component_vue("turn.vue")
def TurnScreen(screen: str = "{}", event_command: Handler = None) -> None:
    """Draw what a seat knows and what it may decide."""


@solara.component_vue("verdict.vue")
def VerdictScreen(screen: str = "{}", event_command: Handler = None) -> None:
    """Draw the score beside par, the world's result and the what-ifs."""
