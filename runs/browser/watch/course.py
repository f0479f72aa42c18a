"""A course: what a run is made from and which levers were pulled in it on which day, enough to play it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from runs.simulation.levers import Choice, pull_today
from runs.simulation.stage import Stage
from runs.simulation.watched_run import DAYS_BEFORE_SHOCK, WatchedRun


class Pull(NamedTuple):
    """A lever that was pulled in mid-run, on a day of the run."""

    day: int
    key: str
    value: float


@dataclass(frozen=True)
class Course:
    """A run as what it takes to play it again, with the same luck: its choice, and the levers pulled in mid-run."""

    choice: Choice
    pulls: tuple[Pull, ...] = ()

    def play(self, day: int | None = None) -> WatchedRun:
        """Play the run up to a day; if none is given, up to a week before the story begins.

        Raise Faults for a scenario that cannot be read, ValueError for a lever that cannot be pulled on its day.
        """
        stage = self.choice.stage()
        run = WatchedRun(stage)
        day = first_day(stage) if day is None else day
        try:
            for pull in self.pulls:
                run.pass_days(pull.day - stage.day)
                pull_today(stage, pull.key, pull.value)
            run.pass_days(day - stage.day)
        except Exception:
            stage.release()
            raise
        return run

    def with_pull(self, day: int, key: str, value: float) -> Course:
        """The same with a lever pulled on a day."""
        return replace(self, pulls=(*self.pulls, Pull(day, key, value)))

    def before(self, day: int) -> Course:
        """The same without what was pulled on a day or later."""
        return replace(self, pulls=tuple(pull for pull in self.pulls if pull.day < day))

    def from_the_start(self, key: str, value: float) -> Course:
        """The same with a lever set from the start, and with all others as they were. Raise ValueError out of bounds.

        Where it was pulled in mid-run, that no longer counts.
        """
        return Course(self.choice.with_lever(key, value), tuple(pull for pull in self.pulls if pull.key != key))

    @property
    def pulled_today(self) -> dict[str, float]:
        """The levers pulled in mid-run with their newest values."""
        return {pull.key: pull.value for pull in self.pulls}


def first_day(stage: Stage) -> int:
    """The day of the run on which the page opens: a week before the story begins."""
    return max(0, (stage.story.shock_day or DAYS_BEFORE_SHOCK) - DAYS_BEFORE_SHOCK)
