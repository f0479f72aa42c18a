"""What nobody could know of a story on its date, and what the story comes to for each value. No Solara in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from model.scenario.ranges import Range
from runs.browser.watch.course import Course
from runs.measures.spread import Fan, fate_of


@dataclass(frozen=True)
class Unknowns:
    """The fans of a course, once somebody has asked for them: each range with a fate for each of its values."""

    course: Course | None = None
    fans: tuple[Fan, ...] = ()

    def told(self, course: Course, ranges: tuple[Range, ...]) -> list[dict[str, Any]]:
        """Each range with its name, what would tell, its values, and a row a value where they were played."""
        fans = self.fans if course_without(self.course, ranges) == course_without(course, ranges) else ()
        return [
            {
                "name": each.name,
                "told_by": each.told_by,
                "source": each.source,
                "values": each.values,
                "rows": [list(cells) for cells in fans[place].rows()] if fans else [],
                "now": value_now(course, each),
            }
            for place, each in enumerate(ranges)
        ]


def play_unknowns(course: Course, ranges: tuple[Range, ...]) -> Unknowns:
    """Play a course to its end with each value of each range."""
    return Unknowns(course, tuple(Fan(each, tuple(fate(course, each, value) for value in each.values))
                                  for each in ranges))  # fmt: skip


def fate(course: Course, each: Range, value: float) -> Any:
    """What becomes of home in a course if a range has a value."""
    run = with_value(course, each, value).play()
    try:
        run.pass_days(run.days - run.stage.day)
        return fate_of(run.record())
    finally:
        run.stage.release()


def with_value(course: Course, each: Range, value: float) -> Course:
    """The course in which a range has a value from the start."""
    kept = tuple(setting for setting in course.choice.settings if setting.partition("=")[0] not in each.settings)
    return replace(course, choice=replace(course.choice, settings=(*kept, *each.set_to(value))))


def value_now(course: Course, each: Range) -> float | None:
    """The value that a visitor has given a range; None where it is as the story says."""
    return next((value for value in each.values if set(each.set_to(value)) <= set(course.choice.settings)), None)


def course_without(course: Course | None, ranges: tuple[Range, ...]) -> Course | None:
    """The course as it is but for the values of its ranges."""
    if course is None:
        return None
    keys = {key for each in ranges for key in each.settings}
    kept = tuple(setting for setting in course.choice.settings if setting.partition("=")[0] not in keys)
    return replace(course, choice=replace(course.choice, settings=kept))
