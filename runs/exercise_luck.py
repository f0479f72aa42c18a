"""The luck of inspections, looked at before a run: where it can find nobody, nothing differs from an unwatched run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from agents.firm import WORKING_DAYS
from agents.licensing_authority import luck_of_inspections
from model.events import AuthorityShock
from model.scenario import Scenario


def finds_nobody(story: Scenario, seed: int, lines: int, passing: Sequence[int]) -> bool:
    """Whether no inspection can find anybody: in no week is the luck of a line below the highest chance.

    lines: how many lines the world has; passing: the rows of those that could pass goods on.
    """
    chances = {  # of the same date the last one counts
        shock.date: shock.inspect
        for shock in story.shocks
        if isinstance(shock, AuthorityShock) and shock.inspect is not None
    }
    since = min((day for day, chance in chances.items() if chance > 0.0), default=None)
    if since is None:
        return True
    first = max(0, (since - story.start).days)
    return least_luck(seed, story.start, first, story.days, lines, tuple(passing)) >= max(chances.values())


@lru_cache(maxsize=1024)
def least_luck(seed: int, start: date, since: int, until: int, lines: int, passing: tuple[int, ...]) -> float:
    """The least luck that any passing line has on the Fridays of the days from `since` until before `until`."""
    fridays = (day for day in range(since, until) if (start + timedelta(days=day)).weekday() == WORKING_DAYS - 1)
    return min((float(luck_of_inspections(seed, day, lines)[list(passing)].min()) for day in fridays), default=1.0)
