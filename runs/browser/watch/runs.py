"""The runs of a visitor: the one that is watched, the one beside it, and those before. Nothing is thrown away."""

from __future__ import annotations

from runs.browser.watch.course import Course, first_day
from runs.simulation.levers import pull_today
from runs.simulation.watched_run import WatchedRun

MOST_RUNS_BEFORE = 20  # that can be brought back


class Runs:
    """The run that is watched, and a second one beside it with the same luck, on the same day.

    course, run: of the first; beside: the second, None where there is none; words: what it is; asked: the key of the
    lever in which it differs, empty where it is none. A method that raises changes nothing.
    """

    def __init__(self, course: Course) -> None:
        self.course, self.run = course, course.play()
        self.first = first_day(self.run.stage)
        self.beside: WatchedRun | None = None
        self._beside_course, self.words, self.asked = course, "", ""
        self._before: list[tuple[Course, int]] = []  # each with the day that it had reached

    @property
    def day(self) -> int:
        """How many days of the run have passed."""
        return self.run.stage.day

    @property
    def has_begun(self) -> bool:
        """Whether a day has passed since the run was opened."""
        return self.day > self.first

    @property
    def has_before(self) -> bool:
        """Whether a run before this one can be brought back."""
        return bool(self._before)

    def pass_days(self, days: int) -> None:
        """Pass days in both runs."""
        self.run.pass_days(days)
        if self.beside is not None:
            self.beside.pass_days(self.day - self.beside.stage.day)

    def begin(self, course: Course) -> None:
        """Play another course from its first day, with nothing beside it."""
        run = course.play()
        if self.has_begun:
            self._keep()
        self.close_beside()
        self._watch(course, run)

    def reset(self) -> None:
        """Begin the same choice anew: what was pulled in mid-run no longer counts; the second run is compared anew."""
        asked, course = self.asked, Course(self._beside_course.choice)
        self.begin(Course(self.course.choice))
        if asked in dict(course.choice.levers):
            self._put_beside(course, asked)

    def replay(self, course: Course, asked: str = "") -> None:
        """Play another course up to today, with the run before beside it; one that has not begun begins anew."""
        if not self.has_begun:
            self.begin(course)
            return
        run = course.play(self.day)
        self._keep()
        self.close_beside()
        self.beside, self._beside_course, self.words, self.asked = self.run, self.course, "The run before", asked
        self.course, self.run = course, run

    def go_back(self) -> None:
        """Bring the run before again, as far as it had come. Raise ValueError where there is none."""
        if not self._before:
            raise ValueError("there is no run before this one")
        course, day = self._before[-1]
        run = course.play(day)
        self._before.pop()
        self.close_beside()
        self._watch(course, run)

    def pull_today(self, key: str, value: float) -> str:
        """Pull a lever today, in both runs unless it is the one in which they differ; returns what was done."""
        message = pull_today(self.run.stage, key, value)
        self.course = self.course.with_pull(self.day, key, value)
        if self.beside is not None and key != self.asked:
            pull_today(self.beside.stage, key, value)
            self._beside_course = self._beside_course.with_pull(self.day, key, value)
        return message

    def compare(self, key: str, value: float) -> None:
        """Put a run beside with the same luck and the same levers, but one that is set from the start."""
        self._put_beside(self.course.from_the_start(key, value), key)

    def close_beside(self) -> None:
        """Put the second run away."""
        if self.beside is not None:
            self.beside.stage.release()
        self.beside, self.words, self.asked = None, "", ""

    def release(self) -> None:
        """Release both models."""
        self.close_beside()
        self.run.stage.release()

    def _put_beside(self, course: Course, key: str) -> None:
        run = course.play(self.day)
        self.close_beside()
        self.beside, self._beside_course, self.asked = run, course, key
        value = dict(course.choice.levers)[key]
        self.words = f"The same luck with {course.choice.known_levers[key].as_text(value)}"

    def _keep(self) -> None:
        self._before = [*self._before, (self.course, self.day)][-MOST_RUNS_BEFORE:]

    def _watch(self, course: Course, run: WatchedRun) -> None:
        self.run.stage.release()
        self.course, self.run, self.first = course, run, first_day(run.stage)
