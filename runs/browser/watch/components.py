"""Components of the watch page alone: each a Vue template that is fed with JSON text."""

from __future__ import annotations

import solara

from runs.browser.parts.components import Handler


@solara.component_vue("head.vue")
def Head(head: str = "{}", event_command: Handler = None, event_pick: Handler = None) -> None:
    """Draw the head of the page: what story it is, the counters, and Play."""


@solara.component_vue("levers.vue")
def Levers(levers: str = "{}", event_command: Handler = None) -> None:
    """Draw everything that may be changed."""


@solara.component_vue("responses.vue")
def Responses(responses: str = "[]", event_pick: Handler = None, event_command: Handler = None) -> None:
    """Draw what is done about the stop: the licence queue, second sources, the neighbour's part."""


@solara.component_vue("glossary.vue")
def Glossary(glossary: str = "[]") -> None:
    """Draw the words and signs of the page, where numbers come from, and where to go on."""
