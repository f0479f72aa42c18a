"""Whom inspections find, drawn before a run: runs in which they find the same lines have the same history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from agents.firm import WORKING_DAYS
from agents.licensing_authority import luck_of_inspections
from model.scenario.events import AuthorityShock
from model.scenario.scenario import Scenario
from model.state import Floats

Finds = tuple[tuple[int, int], ...]


def inspection_finds(story: Scenario, seed: int, lines: int, passing: Sequence[int]) -> Finds:
    """Whom inspections find if they pass goods on: the day and the row of each line whose luck is below the chance.

    lines: how many lines the world has; passing: the rows of those that could pass goods on.
    """
    days = decision_days(story.start, story.days)
    chance = np.array([chance_on(story, story.start + timedelta(days=day)) for day in days])
    found = np.argwhere(inspection_draws(seed, days, lines, tuple(passing)) < chance[:, None])
    return tuple((days[week], passing[place]) for week, place in found.tolist())


def decision_days(start: date, until: int) -> tuple[int, ...]:
    """The days of a run on which the authority decides, until before the day `until`."""
    return tuple(day for day in range(until) if (start + timedelta(days=day)).weekday() == WORKING_DAYS - 1)


def chance_on(story: Scenario, today: date) -> float:
    """The chance a week, in force on a day, that a line is found; of shocks of the same date the last one counts."""
    chance = 0.0
    for shock in sorted(story.shocks, key=lambda shock: shock.date):
        if isinstance(shock, AuthorityShock) and shock.inspect is not None and shock.date <= today:
            chance = shock.inspect
    return chance


@lru_cache(maxsize=1024)
def inspection_draws(seed: int, days: tuple[int, ...], lines: int, passing: tuple[int, ...]) -> Floats:
    """The luck of each passing line on each of some days, days x lines."""
    return np.array([luck_of_inspections(seed, day, lines)[list(passing)] for day in days]).reshape(len(days), -1)
