"""Whose line stops first: the industry of the story apart from all lines, and the first line by its name."""

from __future__ import annotations

from typing import Any

import pytest

from runs.measures.first_line import first_line_to_stop
from runs.measures.outcomes import outcomes
from runs.measures.quantities import focus
from runs.simulation.record import Record
from runs.simulation.stage import play, stage


@pytest.fixture(scope="module")
def record() -> Record:
    return play(stage("two-months"))


def stop_days(record: Record) -> list[tuple[int, Any]]:
    """The day after the shock on which each line that stops does so first, day by day as one would look it up."""
    zero, found = record.shock_day or 0, []
    for row, line in enumerate(record.register.tables.firms):
        for day in range(zero, record.days):
            if record.lines["output"][day, row] < 0.05 * record.lines["usual"][day, row]:
                found.append((day - zero, line))
                break
    return found


def test_the_story_is_told_of_its_own_lines_and_the_first_of_all_by_name(record: Record) -> None:
    about, result, names = focus(record), outcomes(record), first_line_to_stop(record)
    days = stop_days(record)
    for code in about.reported:
        here = [(day, line) for day, line in days if line.country == code]
        story = [day for day, line in here if line.industry == about.story]
        assert result[f"first_stop_day_story_{code}"] == min(story, default=None)
        assert result[f"first_stop_day_{code}"] == min((day for day, _ in here), default=None)
        first = min(here, key=lambda each: each[0], default=None)
        assert names[f"first_line_to_stop_{code}"] == (first and first[1].name)
    assert result[f"first_stop_day_story_{about.home}"] > result[f"first_stop_day_{about.home}"]


def test_a_quiet_year_names_nobody() -> None:
    calm = play(stage("calm", settings=["days=60"]))
    assert set(first_line_to_stop(calm).values()) == {None}
