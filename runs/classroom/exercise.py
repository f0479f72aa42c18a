"""An exercise: a question for a classroom, the runs that answer it, and the numbers that its pages quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from model.tables.documents import read_document
from model.tables.faults import Faults, complaint, unknown
from model.tables.rows import Name
from runs.classroom.questions import STRICT, Answer, Mutation, Predict, names_differ

EXERCISES = Path(__file__).parents[1] / "exercises"
STUDENT, TEACHER, SPEC = "exercise.md", "teacher.md", "exercise.toml"
BLANK = "{}"  # where an axis puts its value in a setting or a shock

Reword = Callable[[str], str]


class ExerciseTable(BaseModel):
    """A table of an exercise.toml; nothing in it changes after reading."""

    model_config = STRICT


class AxisPlace(ExerciseTable):
    """A place on an axis: what it is called, and what it changes in the scenario.

    `set` are settings as on the command line; `shocks` events of the scenario grammar, dated by `after`, the
    days after the shock (after the start where there is none); `levers` those of the page of `linestop watch`, by
    key, pulled from the start; `minds` files with minds by role.
    """

    label: str
    value: float | None = None
    set: tuple[str, ...] = ()
    shocks: tuple[dict[str, Any], ...] = ()
    levers: dict[str, float] = {}
    minds: dict[str, str] = {}


class Axis(ExerciseTable):
    """One thing that is varied: `values` put in place of {} into `set`, `shocks` and `levers`, or `choices`."""

    name: Name
    label: Name
    values: tuple[float, ...] = ()
    set: tuple[str, ...] = ()
    shocks: tuple[dict[str, Any], ...] = ()
    levers: dict[str, str] = {}
    choices: tuple[AxisPlace, ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Axis:
        if bool(self.values) == bool(self.choices):
            raise complaint("found both or neither of values and choices; write one of them")
        return self

    def places(self) -> tuple[AxisPlace, ...]:
        """The places on this axis, in order."""
        if self.choices:
            return self.choices
        return tuple(
            AxisPlace(
                label=f"{each:g}",
                value=each,
                set=fill_in(self.set, each),
                shocks=fill_in(self.shocks, each),
                levers=fill_in(self.levers, each),
            )
            for each in self.values
        )


class FigureSpec(ExerciseTable):
    """The figure of a sweep: `lines` over an axis of numbers or over "seed", run by run, `bars` over one of choices.

    y: what is drawn, or, with `by`, the one thing that is drawn for each place on another axis. `at` keeps
    some places only; `minus` draws the difference from a place, seed by seed. `never` is what is written
    where nothing happened; `frontier` marks the least of all lines; `level` is a place that is drawn as a level
    line with its band, called `level_name`.
    """

    kind: Literal["lines", "bars"] = "lines"
    title: Name
    remark: str = ""
    x: Name
    y: tuple[Name, ...]
    by: str = ""
    at: dict[str, Any] = {}
    minus: dict[str, Any] = {}
    label_y: Name
    never: str = "never"
    frontier: bool = False
    level: dict[str, Any] = {}
    level_name: str = ""


class Sweep(ExerciseTable):
    """Runs that belong together: all places on the axes with all seeds, and what is measured.

    unless_found: a place at which inspections find nobody. Its runs stand for those of the same seed in which they
    would not either, which are most of them where the chance is small; and of runs in which they would find the same
    lines on the same days the first stands for all. True where no mind decides by the chance itself.
    worlds: whether each seed has a world of its own, one of the ensemble that fits April 2025, so that bands hold what
    is not known of the world beside luck; the same seed is the same world at all places. Where there is no ensemble,
    all runs are of the base case.
    """

    name: Name
    scenario: str = ""
    days: int | None = None
    seeds: Annotated[int, Field(ge=1)] = 1
    worlds: bool = False
    set: tuple[str, ...] = ()
    shocks: tuple[dict[str, Any], ...] = ()
    axis: tuple[Axis, ...]
    unless_found: dict[str, Any] = {}
    measures: dict[str, str]
    labels: dict[str, str] = {}
    digits: dict[str, int] = {}
    figure: tuple[FigureSpec, ...] = ()

    def points(self) -> Iterator[dict[str, AxisPlace]]:
        """All combinations of places, the last axis changing fastest."""
        for places in product(*(axis.places() for axis in self.axis)):
            yield dict(zip((axis.name for axis in self.axis), places, strict=True))

    def size(self) -> int:
        """How many runs it takes."""
        return self.seeds * sum(1 for _ in self.points())


class Exercise(ExerciseTable):
    """An exercise as its exercise.toml describes it.

    after: the numbers of exercises that come before it; needs: what a class has to know; objectives: what it learns.
    """

    folder: Path
    title: Name
    about: Name
    minutes: int
    after: tuple[int, ...] = ()
    needs: str = ""
    objectives: tuple[Name, ...] = ()
    scenario: Name
    sweep: tuple[Sweep, ...]
    answer: Annotated[tuple[Answer, ...], AfterValidator(names_differ)] = ()
    predict: Annotated[tuple[Predict, ...], AfterValidator(names_differ)] = ()
    mutation: Annotated[tuple[Mutation, ...], AfterValidator(names_differ)] = ()

    @property
    def number(self) -> int:
        """Its number in the row of exercises."""
        return int(self.folder.name.split("-")[0])

    @property
    def code(self) -> str:
        """Its number as folders write it, such as 01."""
        return f"{self.number:02d}"

    def size(self) -> int:
        """How many runs it takes."""
        return sum(sweep.size() for sweep in self.sweep)

    def page(self, name: str) -> str:
        """The Markdown of a page."""
        return (self.folder / name).read_text(encoding="utf-8")


def part(
    exercise: Exercise, sweep: str, places: Mapping[str, Sequence[float | str]] | None = None, seeds: int | None = None
) -> Exercise:
    """The exercise cut down to one sweep, some places on its axes, and some seeds: for a quick look.

    Raise Faults for a sweep that it does not have.
    """
    known = {each.name: each for each in exercise.sweep}
    if sweep not in known:
        raise Faults([unknown(sweep, "sweep", known)])
    whole = known[sweep]
    wanted = places or {}
    axes = tuple(keep_places(axis, wanted[axis.name]) if axis.name in wanted else axis for axis in whole.axis)
    cut = whole.model_copy(update={"axis": axes, "seeds": seeds or whole.seeds, "unless_found": {}})
    return exercise.model_copy(update={"sweep": (cut,)})


def set_seeds(exercise: Exercise, seeds: int) -> Exercise:
    """The exercise with so many runs for each point wherever it has more than one."""
    sweeps = tuple(sweep.model_copy(update={"seeds": seeds}) if sweep.seeds > 1 else sweep for sweep in exercise.sweep)
    return exercise.model_copy(update={"sweep": sweeps})


def append_settings(exercise: Exercise, settings: Sequence[str]) -> Exercise:
    """The exercise with more settings in each of its runs, which count after all others."""
    own = tuple(settings)
    sweeps = []
    for sweep in exercise.sweep:
        *first, last = sweep.axis
        choices = tuple(choice.model_copy(update={"set": (*choice.set, *own)}) for choice in last.choices)
        last = last.model_copy(update={"set": (*last.set, *own), "choices": choices})
        sweeps.append(sweep.model_copy(update={"axis": (*first, last)}))
    return exercise.model_copy(update={"sweep": tuple(sweeps)})


def keep_places(axis: Axis, places: Sequence[float | str]) -> Axis:
    """The axis cut down to some of its places."""
    values = tuple(each for each in axis.values if each in places)
    choices = tuple(each for each in axis.choices if each.label in places or each.value in places)
    return axis.model_copy(update={"values": values, "choices": choices})


def fill_in(template: Any, value: float) -> Any:
    """Put a number in place of {}, in texts, lists and tables; a text that is only {} becomes the number.

    >>> fill_in({"after": "{}", "note": "after {} days"}, 30.0)
    {'after': 30, 'note': 'after 30 days'}
    """
    number = int(value) if float(value).is_integer() else value
    if isinstance(template, str):
        return number if template == BLANK else template.replace(BLANK, f"{number:g}")
    if isinstance(template, Mapping):
        return {key: fill_in(part, value) for key, part in template.items()}
    if isinstance(template, list | tuple):
        return tuple(fill_in(part, value) for part in template)
    return template


def exercise_folders(folder: Path = EXERCISES) -> list[Path]:
    """The folders of the exercises, in order."""
    return sorted(path for path in folder.glob("[0-9][0-9]-*") if (path / SPEC).is_file())


def find_exercise(wanted: str, folder: Path = EXERCISES, reword: Reword = str) -> Exercise:
    """Read an exercise by its number or its name; raise Faults with the nearest if there is none."""
    folders = exercise_folders(folder)
    for path in folders:
        number, _, name = path.name.partition("-")
        if wanted in (path.name, name) or (wanted.isdigit() and int(wanted) == int(number)):
            return read_exercise(path, reword)
    known = {path.name.partition("-")[2] for path in folders} | {str(int(path.name[:2])) for path in folders}
    raise Faults([unknown(wanted, "exercise", known)])


def read_exercise(path: Path, reword: Reword = str) -> Exercise:
    """Read an exercise.toml, its texts changed by `reword`; raise Faults with all that is wrong in it."""
    file = path / SPEC
    try:
        return Exercise.model_validate({**read_document(file, reword), "folder": path})
    except ValidationError as error:
        raise Faults(fault_sentences(error, f"{path.name}/{SPEC}")) from None


def fault_sentences(error: ValidationError, file: str) -> list[str]:
    """The faults of an exercise.toml as sentences, each with its place."""
    places = (".".join(str(part) for part in cast("tuple[Any, ...]", detail["loc"])) for detail in error.errors())
    words = (re.sub(r"^Value error, ", "", detail["msg"]) for detail in error.errors())
    return [f"{file}: {place or 'it'}: {each}" for place, each in zip(places, words, strict=True)]
