"""Components of the watch page alone: each a Vue template that is fed with JSON text."""

from __future__ import annotations

import solara

from runs.browser.parts.components import ENGLISH_WORDS, Handler


@solara.component_vue("head.vue")
def Head(
    head: str = "{}",
    words: str = ENGLISH_WORDS,
    tongues: str = "[]",
    event_command: Handler = None,
    event_pick: Handler = None,
    event_speak: Handler = None,
) -> None:
    """Draw the head of the page: what story it is, the counters, and Play."""


@solara.component_vue("levers.vue")
def Levers(levers: str = "{}", words: str = ENGLISH_WORDS, event_command: Handler = None) -> None:
    """Draw everything that may be changed."""


@solara.component_vue("responses.vue")
def Responses(
    responses: str = "[]",
    words: str = ENGLISH_WORDS,
    event_pick: Handler = None,
    event_command: Handler = None,
) -> None:
    """Draw what is done about the stop: the licence queue, second sources, the neighbour's part."""


@solara.component_vue("unknowns.vue")
def Unknowns(unknowns: str = "[]", words: str = ENGLISH_WORDS, tongue: str = "", event_command: Handler = None) -> None:
    """Draw what nobody could know of the story, and what it comes to for each value."""


@solara.component_vue("glossary.vue")
def Glossary(glossary: str = "[]", words: str = ENGLISH_WORDS) -> None:
    """Draw the words and signs of the page, where numbers come from, and where to go on."""
