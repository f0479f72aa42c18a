"""The answers of an exercise: numbers taken from its runs, as pages quote them, and the lessons on them."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.tables.faults import Faults, unknown
from runs.classroom.exercise import Exercise, Sweep
from runs.classroom.language import ENGLISH, Language
from runs.classroom.questions import Answer
from runs.reference.markdown_table import markdown_table

NEVER = "never"  # how pages write the number of what did not happen
FACTOR = 2.0  # between the number of a lesson and its bounds
WORLD = "world"  # the column of a table that says in which world of the ensemble a run was played, if any
NORMAL_95 = 1.96  # standard errors on each side of a mean in a 95 % band
OPERATIONS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


@dataclass(frozen=True)
class Lesson:
    """An answer with bounds, and whether it keeps them.

    beside: the number against which it is small, where that is the lesson; else NaN.
    """

    answer: Answer
    value: float
    beside: float = math.nan

    @property
    def holds(self) -> bool:
        """Whether the number is where the lesson says; one that does not exist is not."""
        least, most = self.answer.least, self.answer.most
        above = least is None or self.value >= least
        return not math.isnan(self.value) and above and (most is None or self.value <= most)

    @property
    def loose_bounds(self) -> tuple[float, ...]:
        """The bounds that are too far away for the lesson to break when it should."""
        given = (bound for bound in (self.answer.least, self.answer.most) if bound is not None)
        return tuple(bound for bound in given if not self.is_near(bound))

    def is_near(self, bound: float) -> bool:
        """Whether a bound is within a factor of two of the number, or is small beside the other one."""
        if bound == self.value or abs(bound) <= abs(self.beside) / FACTOR:
            return True
        return self.value != 0.0 and 1 / FACTOR <= bound / self.value <= FACTOR

    @property
    def bounds(self) -> str:
        """The bounds in words."""
        least, most = self.answer.least, self.answer.most
        if least is None:
            return f"at most {most:g}"
        return f"at least {least:g}" if most is None else f"{least:g} to {most:g}"


def compute_answers(exercise: Exercise, tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Compute all answers by name, in the order of the exercise; NaN where something never happened."""
    found: dict[str, float] = {}
    for answer in exercise.answer:
        found[answer.name] = value_of(answer, tables, found)
    return found


def lessons(exercise: Exercise, found: Mapping[str, float]) -> list[Lesson]:
    """The answers that have bounds."""
    bounded = [each for each in exercise.answer if each.least is not None or each.most is not None]
    return [Lesson(each, found[each.name], found.get(each.beside, math.nan)) for each in bounded]


def value_of(answer: Answer, tables: Mapping[str, pd.DataFrame], found: Mapping[str, float]) -> float:
    """One answer; raise Faults if it names an unknown sweep, axis, measure or answer."""
    try:
        if answer.formula:
            return arithmetic(ast.parse(answer.formula, mode="eval").body, found)
        return take_value(answer, tables[answer.sweep])
    except KeyError as missing:
        known = {*tables, *found, *(str(name) for table in tables.values() for name in table)}
        words = unknown(str(missing.args[0]), "sweep, axis, measure or answer", known)
        raise Faults([f"answer {answer.name}: {words}"]) from None


def take_value(answer: Answer, table: pd.DataFrame) -> float:
    """Compute an answer from the table of a sweep."""
    rows = rows_at(table, answer.at, answer.name)
    values = per_run(table, rows, answer)
    if answer.take in RUNS:
        half = half_band(independent(values, rows)) if answer.paired else loose_band(table, rows, answer)
        return RUNS[answer.take](values, half)
    curve = values.groupby(rows[answer.over]).mean().dropna()
    return CURVES[answer.take](curve.index.to_numpy(float), curve.to_numpy(float))


def per_run(table: pd.DataFrame, rows: pd.DataFrame, answer: Answer) -> pd.Series[float]:
    """What was measured in each run at some places, or its difference from the run with the same seed elsewhere."""
    here = rows[answer.measure]
    if not answer.minus:
        return here
    base = rows_at(table, answer.minus, answer.name).set_index("seed")[answer.measure]
    return here - rows["seed"].map(base)


def rows_at(table: pd.DataFrame, at: Mapping[str, Any], who: str) -> pd.DataFrame:
    """The rows of a table at some places on its axes; raise Faults if there are none."""
    chosen = np.ones(len(table), dtype=bool)
    for axis, place in at.items():
        wanted = list(place) if isinstance(place, list | tuple) else [place]
        chosen &= table[axis].isin(wanted).to_numpy()
    if not chosen.any():
        raise Faults([f"{who}: found no run at {dict(at)}; name places that are on the axes"])
    return table[chosen]


def independent(values: pd.Series[float], rows: pd.DataFrame) -> pd.Series[float]:
    """What was measured in runs that know nothing of each other: the runs, or where several have a world the worlds.

    >>> rows = pd.DataFrame({"seed": [1, 2, 3, 4], WORLD: [1, 2, 1, 2]})
    >>> list(independent(pd.Series([1.0, 4.0, 3.0, 8.0]), rows))
    [2.0, 6.0]
    """
    return values.groupby(rows[WORLD]).mean() if WORLD in rows else values


def half_band(values: pd.Series[float]) -> float:
    """Half the width of the 95 % band of a mean; zero for a single run."""
    return NORMAL_95 * float(values.std()) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def loose_band(table: pd.DataFrame, rows: pd.DataFrame, answer: Answer) -> float:
    """Half the width of the 95 % band of a difference of means of runs with independent seeds."""
    other = rows_at(table, answer.minus, answer.name)
    return math.hypot(*(half_band(independent(each[answer.measure], each)) for each in (rows, other)))


def slope(x: Any, y: Any) -> float:
    """The least-squares slope."""
    return float(np.polyfit(x, y, 1)[0]) if len(x) > 1 else math.nan


def crossing(x: Any, y: Any) -> float:
    """Where a curve first crosses zero, by straight lines between its points."""
    turns = np.flatnonzero(np.diff(np.sign(y)) != 0)
    if not len(turns):
        return math.nan
    i = int(turns[0])
    return float(x[i] - y[i] * (x[i + 1] - x[i]) / (y[i + 1] - y[i]))


def highest_at(x: Any, y: Any) -> float:
    """Where a curve is highest."""
    return float(x[int(np.argmax(y))]) if len(x) else math.nan


def lowest_at(x: Any, y: Any) -> float:
    """Where a curve is lowest."""
    return float(x[int(np.argmin(y))]) if len(x) else math.nan


RUNS: dict[str, Callable[[Any, float], float]] = {
    "value": lambda values, _: float(values.mean()),
    "low": lambda values, half: float(values.mean()) - half,
    "high": lambda values, half: float(values.mean()) + half,
    "middle": lambda values, _: float(values.median()),
    "worst": lambda values, _: float(values.min()),
}
CURVES: dict[str, Callable[[Any, Any], float]] = {
    each.__name__: each for each in (slope, crossing, highest_at, lowest_at)
}


def arithmetic(node: ast.expr, found: Mapping[str, float]) -> float:
    """Evaluate sums, products and quotients of other answers; raise Faults for anything else.

    >>> arithmetic(ast.parse("(a - 1) / 2", mode="eval").body, {"a": 6.0})
    2.5
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        return found[node.id]
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](arithmetic(node.operand, found))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        left, right = arithmetic(node.left, found), arithmetic(node.right, found)
        return OPERATIONS[type(node.op)](left, right) if right or not isinstance(node.op, ast.Div) else math.nan
    raise Faults([f"found '{ast.unparse(node)}' in a formula; only names, numbers, + - * / and brackets are read"])


def number_text(value: float, digits: int = 0) -> str:
    """A number as pages write it: with so many digits after the point, or, below 0, to tens or hundreds.

    >>> number_text(1234.56), number_text(-0.04, 1), number_text(1234.56, -2), number_text(float("nan"))
    ('1,235', '0.0', '1,200', 'never')
    """
    if math.isnan(value):
        return NEVER
    return f"{round(value, digits) + 0.0:,.{max(digits, 0)}f}"


def quotable(exercise: Exercise, found: Mapping[str, float]) -> dict[str, str]:
    """Every answer as pages quote it."""
    return {answer.name: number_text(found[answer.name], answer.digits) for answer in exercise.answer}


def table_text(sweep: Sweep, table: pd.DataFrame, measure: str = "", language: Language = ENGLISH) -> str:
    """The results of a sweep in Markdown: a column a measure, or one measure with an axis along the top.

    Sweep and table are in the language already.
    """
    means = (
        table.drop(columns=["seed", WORLD], errors="ignore")
        .groupby([axis.name for axis in sweep.axis], sort=False)
        .mean()
    )
    if measure:
        digits = {column: sweep.digits.get(measure, 0) for column in means[measure].unstack().columns}
        means = means[measure].unstack()[list(digits)]
        means = means[[place for place in table[sweep.axis[-1].name].unique() if place in digits]]
    else:
        digits = {name: sweep.digits.get(name, 0) for name in means.columns}
    heads = [
        *(axis.label for axis in (sweep.axis[:-1] if measure else sweep.axis)),
        *(sweep.labels.get(str(name), place_text(name)) for name in means.columns),
    ]
    lines = []
    for index, row in means.iterrows():
        keys = index if isinstance(index, tuple) else (index,)
        numbers = (language.say(number_text(row[name], digits[name])) for name in means.columns)
        lines.append([*map(place_text, keys), *numbers])
    return markdown_table(heads, lines, numbers=len(heads) - 1)


def place_text(place: Any) -> str:
    """A place on an axis as tables and legends call it."""
    return f"{place:g}" if isinstance(place, int | float) else str(place)
