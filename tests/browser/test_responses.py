"""What is done about a stop, as the watch page tells it: the queue, second sources, the neighbour's part."""

import numpy as np
import pytest

from runs.browser.watch.course import Course
from runs.browser.watch.responses import longest_waits, ready_next, responses
from runs.figures.captions import names_of_figures
from runs.figures.catalogue import figures_of
from runs.measures.responses import licence_line, neighbour_line, second_source_line
from runs.simulation.levers import Choice
from runs.simulation.shipped_worlds import WORLDS


@pytest.fixture(scope="module")
def run():
    return Course(Choice("two-months")).play(150)


def test_nothing_is_told_before_the_shock_and_in_a_calm_year():
    assert responses(Course(Choice("two-months")).play()) == []
    assert responses(Course(Choice("calm")).play(100)) == []


def test_the_queue_the_sources_and_the_neighbour_are_told_as_on_the_screen_of_a_run(run):
    record, told = run.record(), responses(run)
    lines = (licence_line(record, "today"), second_source_line(record), neighbour_line(record))
    assert [part["title"] for part in told] == [line.partition(":")[0] for line in lines]
    assert [part["text"].casefold() for part in told] == [f"{line.partition(': ')[2]}.".casefold() for line in lines]
    assert "t waiting on the day of the shock" in told[0]["text"] and told[0]["text"].endswith("t today.")


def test_who_waits_longest_is_at_home_and_who_is_ready_next_comes_first(run):
    net, state = run.stage.world.network, run.stage.world.state
    waits, nearest = longest_waits(run), ready_next(run)
    assert len(waits) == len(nearest) == 4 and all(run.at_home[row] for row, *_ in waits)
    days = [int(words.split(", ")[-1].split()[0].replace(",", "")) for _, _, words in waits]
    assert days == sorted(days, reverse=True) and days[-1] > 1
    home = np.isin(net.line_of[net.need_of], np.flatnonzero(run.at_home))
    first = state.clock[home & (state.clock > 0.0)].min()
    assert nearest[0].words.endswith(f"in {first:.0f} days")
    assert nearest[0].row in net.supplier[home & (state.clock == first)]


@pytest.mark.parametrize(
    ("world", "scenario", "neighbour"), [("example", "scenario", "Moorland"), ("chips", "export-stop", None)]
)
def test_the_neighbour_is_told_only_where_the_world_says_who_it_is(
    world: str, scenario: str, neighbour: str | None
) -> None:
    run = Course(Choice(scenario, world=str(WORLDS / world))).play(100)
    told, record = responses(run), run.record()
    assert all(part["text"] and part["text"][0] == part["text"][0].upper() for part in told)
    assert [part["title"] for part in told[2:]] == ([neighbour] if neighbour else [])
    assert (neighbour_line(record) is None) == (neighbour is None) == ("neighbour" not in figures_of(record))
    assert set(names_of_figures(record)) == set(figures_of(record))
