"""PRIM, the patient rule induction method of Friedman and Fisher 1999: a box of inputs in which hits are likely.

From all runs, a thin slice at one end of one column is peeled off again and again, always the one whose loss raises the
share of hits most for each run that it costs; then slices are pasted back as long as the share does not fall. The boxes
on the way are the peeling trajectory, from which one is chosen by how dense it is and how much it covers (Bryant and
Lempert 2010).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runs.analysis.findings import is_numeric_column

PEELED = 0.05  # of the runs that are left, in one peel; the patience of the method
PASTED = 0.05  # of the runs in a box, in one paste
LOW, HIGH, WORDS = "low", "high", "words"

RunMask = NDArray[np.bool_]
Side = tuple[str, str]  # a column, and which end of it is cut off, or that some of its words are
Sides = Mapping[Side, Any]  # the least or the most value inside, or the words inside


@dataclass(frozen=True, eq=False)
class Box:
    """A box: its sides, the runs inside, and which of all runs are hits."""

    sides: Sides
    inside: RunMask
    hits: RunMask

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return int(self.inside.sum())

    @property
    def hits_inside(self) -> int:
        """How many of its runs are hits."""
        return int(self.hits[self.inside].sum())

    @property
    def base_rate(self) -> float:
        """The share of all runs that are hits."""
        return float(self.hits.mean())

    @property
    def density(self) -> float:
        """The share of its runs that are hits."""
        return self.hits_inside / self.runs

    @property
    def coverage(self) -> float:
        """The share of all hits that lie in it."""
        return self.hits_inside / int(self.hits.sum())

    @property
    def lift(self) -> float:
        """How many times as likely hits are in it as overall."""
        return self.density / self.base_rate

    @property
    def quality(self) -> float:
        """The harmonic mean of its density and its coverage."""
        return 2.0 * self.hits_inside / (self.runs + int(self.hits.sum()))

    @property
    def columns(self) -> list[str]:
        """The columns that it restricts."""
        return list(dict.fromkeys(column for column, _ in self.sides))


def peeling_trajectory(inputs: pd.DataFrame, hits: RunMask, least: int) -> list[Box]:
    """The boxes that peeling goes through, from all runs down to the last box of at least so many runs."""
    columns = {str(name): cells_of(column) for name, column in inputs.items()}
    boxes = [Box({}, np.ones(len(hits), bool), hits)]
    while kept := [box for box in peels(columns, boxes[-1]) if box.runs >= least]:
        boxes.append(max(kept, key=lambda box: gain(box, boxes[-1])))
    return boxes


def choose_box(trajectory: Sequence[Box]) -> Box:
    """The box of a trajectory that is best in density and coverage together; of equals the largest."""
    return max(trajectory, key=lambda box: box.quality)


def gain(box: Box, before: Box) -> float:
    """By how much a peel raises the share of hits, for each run that it costs."""
    return (box.density - before.density) / (before.runs - box.runs)


def peels(columns: Mapping[str, Any], box: Box) -> Iterator[Box]:
    """The boxes that each possible peel leaves: without one end of a range of numbers, or without one word."""
    for name, column in columns.items():
        values = column[box.inside]
        if not np.issubdtype(values.dtype, np.number):
            words = set(values)
            yield from (cut(columns, box, (name, WORDS), frozenset(words - {word})) for word in sorted(words))
            continue
        order = np.sort(values)
        place = int(np.ceil(PEELED * (len(values) - 1)))
        if order[0] < order[-1]:
            low, high = order[place], order[-1 - place]
            low = low if low > order[0] else order[np.searchsorted(order, order[0], "right")]
            high = high if high < order[-1] else order[np.searchsorted(order, order[-1], "left") - 1]
            yield cut(columns, box, (name, LOW), float(low))
            yield cut(columns, box, (name, HIGH), float(high))


def cut(columns: Mapping[str, Any], box: Box, side: Side, bound: Any) -> Box:
    """A box with one more side, or with one side further in."""
    return Box({**box.sides, side: bound}, box.inside & within(columns[side[0]], side, bound), box.hits)


def within(column: Any, side: Side, bound: Any) -> RunMask:
    """The runs on the inner side of a side of a box."""
    if side[1] == WORDS:
        return np.isin(column, sorted(bound))
    return np.asarray(column >= bound if side[1] == LOW else column <= bound, bool)


def cells_of(column: pd.Series) -> NDArray[Any]:
    """The cells of a column, as text where they are not numbers."""
    return column.to_numpy() if is_numeric_column(column) else column.astype(str).to_numpy(object)


def with_sides(inputs: pd.DataFrame, sides: Sides, hits: RunMask) -> Box:
    """The box that some sides make."""
    inside = np.ones(len(hits), bool)
    for side, bound in sides.items():
        inside &= within(cells_of(inputs[side[0]]), side, bound)
    return Box(dict(sides), inside, hits)


def paste(inputs: pd.DataFrame, box: Box) -> Box:
    """A box with slices pasted back, as long as the share of hits in it does not fall."""
    while wider := [each for each in pastes(inputs, box) if each.density >= box.density]:
        box = max(wider, key=lambda each: (each.density, each.runs))
    return box


def pastes(inputs: pd.DataFrame, box: Box) -> Iterator[Box]:
    """The boxes that are wider at one side by a slice, by one word, or without the side where nothing is beyond it."""
    for side, bound in box.sides.items():
        others = {each: limit for each, limit in box.sides.items() if each != side}
        column, without = cells_of(inputs[side[0]]), with_sides(inputs, others, box.hits)
        beyond = column[without.inside & ~box.inside]
        if not len(beyond):
            continue
        if side[1] == WORDS:
            bounds = [bound | {word} for word in sorted(set(beyond))]
        else:
            place = min(len(beyond), max(1, int(PASTED * box.runs))) - 1
            order = np.sort(beyond)
            bounds = [float(order[-1 - place] if side[1] == LOW else order[place])]
        yield from (with_sides(inputs, {**others, side: each}, box.hits) for each in bounds)
