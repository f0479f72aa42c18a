"""The head of the page: the story, its counters beside those of a second run, and who is behind one of them."""

from __future__ import annotations

from typing import Any

from runs.browser.parts.charts import counters, headline_of
from runs.browser.watch.losers import who_is_behind
from runs.browser.watch.runs import Runs


def head_of(runs: Runs, counter: str) -> dict[str, Any]:
    """What the head says of the runs; counter: the one whose lines are listed, empty for none."""
    run, beside = runs.run, runs.beside
    return {
        **counters(run),
        "headline": headline_of(run),
        "beside": None if beside is None else {**counters(beside), "words": runs.words},
        "back": runs.has_before,
        "forward": runs.has_after,
        "who": who_is_behind(run, counter) if counter else None,
        "title": run.stage.story.title,
        "about": run.stage.story.about,
    }
