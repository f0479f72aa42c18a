"""What an exercise asks and what it answers: the tables `answer` and `predict` of its exercise.toml."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.tables.faults import complaint
from model.tables.rows import Name

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
STRICT = ConfigDict(extra="forbid", frozen=True)  # no key that is not known, and nothing changes after reading


class QuestionTable(BaseModel):
    """A table of an exercise.toml that asks or answers."""

    model_config = STRICT


class Answer(QuestionTable):
    """A number that the pages quote, with its bounds where a lesson hangs on it.

    It is taken from a sweep: the mean of `measure` at a place, or, with `minus`, its mean difference from
    another place with the same seeds; the `low` or `high` end of the 95 % band of that (`paired` false: as if the
    seeds were not alike), its `middle` or its `worst` (least) run; the `slope` over an axis; where it crosses zero
    (`crossing`) or is `highest_at` or `lowest_at`. Or it is a `formula` of other answers. It is written with so many
    `digits` after the point; -1 writes it to tens.

    A lesson is an answer with bounds, each within a factor of two of today's number. Where the lesson is that a number
    is small, `beside` names the answer against which it is, and the bound is at most half of that.
    """

    name: Code
    meaning: Name
    unit: str = ""
    digits: int = 0
    sweep: str = ""
    measure: str = ""
    take: Literal["value", "low", "high", "middle", "worst", "slope", "crossing", "highest_at", "lowest_at"] = "value"
    at: dict[str, Any] = {}
    minus: dict[str, Any] = {}
    paired: bool = True
    over: str = ""
    formula: str = ""
    least: float | None = None
    most: float | None = None
    lesson: str = ""
    beside: str = ""


class Mutation(QuestionTable):
    """A known change of the model that must break lessons; one that survives it says less than it seems to.

    set: settings as on the command line, in all runs after all others; breaks: the answers whose lessons must not hold.
    """

    name: Name
    set: Annotated[tuple[str, ...], Field(min_length=1)]
    breaks: Annotated[tuple[Code, ...], Field(min_length=1)]


class Option(QuestionTable):
    """What may be chosen: right below a bound, or, with an `answer` of its own, if that is the extreme."""

    label: Name
    below: float | None = None
    answer: str = ""


class Predict(QuestionTable):
    """A question that is asked before a figure is opened, and what decides on its answer.

    Its words stand on the student's page between marks with its name; `given` is what somebody has to know who sees the
    question without the page. A `number` is right within `tolerance` of the computed `answer`. Of a `choice` the right
    option is the first with `below` above the computed `answer`, and the last has no such bound; or each option has an
    `answer` of its own, and right is the `highest` or the `lowest`.
    """

    name: Code
    given: Name
    kind: Literal["choice", "number"]
    answer: str = ""
    tolerance: Annotated[float, Field(gt=0)] | None = None
    options: tuple[Option, ...] = ()
    right: Literal["highest", "lowest"] = "highest"

    @model_validator(mode="after")
    def _one_kind(self) -> Predict:
        if self.kind == "number":
            if not self.answer or self.tolerance is None or self.options:
                raise complaint(f"{self.name}: a number has an answer and a tolerance, and no options")
        elif self.tolerance is not None or len({option.label for option in self.options}) != max(len(self.options), 2):
            raise complaint(f"{self.name}: a choice has two options or more that differ, and no tolerance")
        elif not (self._by_bounds() if self.answer else self._by_answers()):
            raise complaint(
                f"{self.name}: write below = NUMBER, rising, in all options but the last, or an answer in each of them"
            )
        return self

    def _by_bounds(self) -> bool:
        *first, last = (option.below for option in self.options)
        bounds = [bound for bound in first if bound is not None]
        plain = last is None and not any(option.answer for option in self.options)
        return plain and len(bounds) == len(first) and bounds == sorted(set(bounds))

    def _by_answers(self) -> bool:
        return all(option.answer and option.below is None for option in self.options)

    def answers(self) -> tuple[str, ...]:
        """The names of the computed answers on which it depends."""
        return (self.answer,) if self.answer else tuple(option.answer for option in self.options)


def names_differ(tables: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same tables; raise a complaint if two of them have one name."""
    names = [table.name for table in tables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise complaint(f"found {', '.join(twice)} more than once; give each a name of its own")
    return tables
