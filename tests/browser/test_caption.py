"""The caption of the watch page: five steps that a run is told in, whatever world it is about."""

import pytest

from runs.browser.watch.caption import Captions
from runs.browser.watch.course import Course
from runs.simulation.levers import Choice
from runs.simulation.shipped_worlds import WORLDS
from runs.simulation.watched_run import STOPPED


def tell(choice, days=1):
    """Play a run to its end, telling it every so many days: the run, and what was told each time."""
    run = Course(choice).play()
    captions, told = Captions(run), []
    while True:
        told.append(captions.told())
        if run.ended:
            return run, told
        run.pass_days(days)


def steps_of(told):
    """The steps in the order in which they were told: number and words."""
    seen = dict.fromkeys(
        (each["newest"], *each["steps"][each["newest"] - 1]) for each in filter(None, told)
    )  # fmt: skip
    return list(seen)


def test_a_stop_is_told_in_five_steps_each_on_its_day():
    run, told = tell(Choice("full-stop"))
    steps = steps_of(told)
    assert [number for number, *_ in steps] == [1, 2, 3, 4, 5]
    assert all(watch.startswith("Watch ") for *_, watch in steps)
    days = [int(happened.removeprefix("Day ").partition(":")[0]) for _, happened, _ in steps]
    assert days == sorted(days) and days[0] == 0 and days[-1] == run.days - 1 - run.after
    stops = {
        row: min(span[0] for span in spans if span[2] == STOPPED)
        for row, spans in run.spells.items()
        if run.reported[row] and any(span[2] == STOPPED for span in spans)
    }
    assert days[2] == min(stops.values()) - run.after
    industry = run.stage.register.firms["industry"]
    assert days[3] == min(day for row, day in stops.items() if industry.iloc[row] == run.about.story) - run.after
    assert f"{len(stops)} lines stopped" in steps[-1][1]


def test_what_was_told_does_not_hang_on_how_fast_the_days_passed():
    _, daily = tell(Choice("full-stop"))
    _, at_once = tell(Choice("full-stop"), days=400)
    assert daily[-1]["steps"] == at_once[-1]["steps"]


@pytest.mark.parametrize(
    ("scenario", "world", "words"),
    [("export-stop", "chips", "control units"), ("scenario", "example", "gearbox makers")],
)
def test_a_world_of_ones_own_is_told_in_its_own_words(scenario, world, words):
    run, told = tell(Choice(scenario, world=str(WORLDS / world)))
    steps = steps_of(told)
    assert any(words in " ".join(map(str, step)) for step in steps)
    assert all(0 <= row < len(run.state) for each in filter(None, told) for row in each["rows"])


def test_a_calm_year_has_no_caption():
    assert not any(tell(Choice("calm"), days=30)[1])
