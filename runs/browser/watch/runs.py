"""The runs of a visitor: the one that is watched, the one beside it, and those before. Nothing is thrown away."""

from __future__ import annotations

from typing import NamedTuple

from model.dates import in_words
from runs.browser.watch.course import Course, first_day
from runs.simulation.levers import pull_today
from runs.simulation.watched_run import WatchedRun

MOST_RUNS_BEFORE = 20  # that can be brought back


class Second(NamedTuple):
    """What is played beside the run: its course, what it is in words, and the lever that a visitor compares, if any."""

    course: Course
    words: str
    compared: str = ""


class Kept(NamedTuple):
    """A run that can be brought back: its course, the day that it had reached, and what was beside it."""

    course: Course
    day: int
    second: Second | None


class Runs:
    """The run that is watched, and a second one beside it with the same luck, on the same day.

    course, run: of the first; beside, second: the second run and what it is, None where there is none. It is one that a
    visitor compares, or else the run without the last touch. A method that raises changes nothing.
    """

    def __init__(self, course: Course) -> None:
        self.course, self.run = course, course.play()
        self.first = first_day(self.run.stage)
        self.second: Second | None = None
        self.beside: WatchedRun | None = None
        self._before: list[Kept] = []
        self._after: list[Kept] = []  # the runs that Back has left, the first of them last

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

    @property
    def has_after(self) -> bool:
        """Whether Back has left a run that can be brought again."""
        return bool(self._after)

    @property
    def words(self) -> str:
        """What the second run is, in words; empty for none."""
        return "" if self.second is None else self.second.words

    @property
    def compared(self) -> str:
        """The lever that a visitor compares in the second run; empty for none."""
        return "" if self.second is None else self.second.compared

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
        second = self.second
        self.begin(Course(self.course.choice))
        if second is not None and second.compared:
            self._put_beside(second._replace(course=Course(second.course.choice)))

    def replay(self, course: Course) -> None:
        """Play another course up to today, with the run before beside it; one that has not begun begins anew."""
        if not self.has_begun:
            self.begin(course)
            return
        run = course.play(self.day)
        self._keep()
        self.close_beside()
        self.beside, self.second = self.run, Second(self.course, "The run before")
        self.course, self.run = course, run

    def go_back(self) -> None:
        """Bring the run before again, as far as it had come, with what was beside it. Raise ValueError for none."""
        if not self._before:
            raise ValueError("there is no run before this one")
        self._swap(self._before, self._after)

    def go_forward(self) -> None:
        """Bring again the run that Back has left, as far as it had come. Raise ValueError for none."""
        if not self._after:
            raise ValueError("there is no run after this one")
        self._swap(self._after, self._before)

    def pull_today(self, key: str, value: float) -> str:
        """Pull a lever today; returns what was done.

        A second run that a visitor compares takes it, too, unless it is the lever in question. Else the run goes on
        beside without what was pulled today, and with all that was pulled before.
        """
        message = pull_today(self.run.stage, key, value)
        if not self.compared:
            self._leave_ghost()
        elif key != self.compared:
            self._pull_beside(key, value)
        self.course = self.course.with_pull(self.day, key, value)
        return message

    def compare(self, key: str, value: float) -> None:
        """Put a run beside with the same luck and the same levers, but one that is set from the start."""
        words = f"The same luck with {self.course.choice.known_levers[key].as_text(value)}"
        self._put_beside(Second(self.course.from_the_start(key, value), words, key))

    def close_beside(self) -> None:
        """Put the second run away."""
        if self.beside is not None:
            self.beside.stage.release()
        self.beside = self.second = None

    def release(self) -> None:
        """Release both models."""
        self.close_beside()
        self.run.stage.release()

    def _leave_ghost(self) -> None:
        """Put the run without today's touches beside this one; Back returns to it, as it is today."""
        words = f"Without the last change, from {in_words(self.run.stage.today)}"
        ghost = Second(self.course.before(self.day), words)
        if ghost.course == self.course:  # the first touch of the day
            self._keep()
        if ghost != self.second:
            self._put_beside(ghost)

    def _pull_beside(self, key: str, value: float) -> None:
        assert self.beside is not None and self.second is not None
        pull_today(self.beside.stage, key, value)
        self.second = self.second._replace(course=self.second.course.with_pull(self.day, key, value))

    def _put_beside(self, second: Second) -> None:
        run = second.course.play(self.day)
        self.close_beside()
        self.beside, self.second = run, second

    @property
    def _now(self) -> Kept:
        return Kept(self.course, self.day, self.second)

    def _keep(self) -> None:
        """Keep the run for Back, and before it the runs that Back has left: no touch throws one away."""
        self._before = [*self._before, *reversed(self._after), self._now][-MOST_RUNS_BEFORE:]
        self._after = []

    def _swap(self, come: list[Kept], gone: list[Kept]) -> None:
        """Bring the last run of a list again, and keep the present one in the other."""
        left, kept = self._now, come[-1]
        run = kept.course.play(kept.day)
        self.close_beside()
        self._watch(kept.course, run)
        come.pop()
        gone.append(left)
        if kept.second is not None:
            self._put_beside(kept.second)

    def _watch(self, course: Course, run: WatchedRun) -> None:
        self.run.stage.release()
        self.course, self.run, self.first = course, run, first_day(run.stage)
