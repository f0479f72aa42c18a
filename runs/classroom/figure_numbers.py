"""Numbers in the figures of exercises: how many digits they have, and where each stands without lying on anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from runs.classroom.answers import number_text
from runs.figures.style import QUIET

NUMBER_SIZE = 8.5  # points
SIGNIFICANT, MOST_DIGITS = 3, 2  # digits of the largest number of a scale, and after the point
LEAST_NUMBER = 1e-9  # smaller numbers are rounding
CLEAR = 1.5  # pixels between a number and a line
MARK = 4.0  # pixels from the middle of a mark to its edge
ABOVE = (
    (0, 6, "center", "bottom"), (-5, 4, "right", "bottom"), (5, 4, "left", "bottom"), (0, 13, "center", "bottom"),
)  # points from the mark, and what of the number stands there  # fmt: skip
BELOW = ((0, -6, "center", "top"), (5, -4, "left", "top"), (-5, -4, "right", "top"), (0, -13, "center", "top"))
BESIDE = ((-8, 0, "right", "center"), (8, 0, "left", "center"))
FROM_ABOVE, FROM_BELOW = (*ABOVE, *BELOW, *BESIDE), (*BELOW, *ABOVE, *BESIDE)


def digits_for(values: Iterable[float]) -> int:
    """How many digits after the point the numbers of one scale have: three of the largest; whole numbers have none.

    >>> digits_for([28.6, 0.3]), digits_for([12.0, 155.0]), digits_for([-3.4, 1797.2]), digits_for([0.264, -0.09])
    (1, 0, 0, 2)
    """
    known = [abs(value) for value in values if not np.isnan(value)]
    if all(abs(value - round(value)) < LEAST_NUMBER for value in known):
        return 0
    before = len(str(int(max(known))))
    return min(MOST_DIGITS, max(0, SIGNIFICANT - before))


def figure_number(value: float, digits: int) -> str:
    """A number as figures write it: what is zero and not only rounded to it is 0.

    >>> figure_number(0.0, 2), figure_number(0.004, 2), figure_number(-3.44, 1)
    ('0', '0.00', '-3.4')
    """
    return "0" if abs(value) < LEAST_NUMBER else number_text(value, digits)


def number_points(axes: Axes, curves: Sequence[tuple[Any, Any]], digits: int) -> None:
    """Write its number beside each point of some curves, given as x and y, where there is room for it.

    The lowest of several curves has its numbers below, others above; a number that would lie on a line, a mark or
    another text goes to the next free place around its point. Where there is none it is left out: a table stands behind
    each figure.
    """
    renderer = FigureCanvasAgg(axes.figure).get_renderer()  # type: ignore[arg-type, no-untyped-call]
    drawn = [(line.get_transform(), np.asarray(line.get_xydata())) for line in axes.lines]
    lines = [Path(change.transform(points)) for change, points in drawn if len(points)]
    taken = [text.get_window_extent(renderer) for text in axes.texts]
    for x, y in curves:
        taken += [mark_box(axes, *point) for point in zip(x, y, strict=True)]
    everywhere = pd.concat([pd.Series(y, index=x) for x, y in curves]).groupby(level=0)
    lowest, many = everywhere.min(), everywhere.nunique() > 1
    written: set[tuple[float, str]] = set()
    for x, y in curves:
        for place, value in zip(x, y, strict=True):
            words = figure_number(float(value), digits)
            if np.isnan(value) or (place, words) in written:
                continue
            ways = FROM_BELOW if many[place] and value == lowest[place] else FROM_ABOVE
            boxes = (write_number(axes, renderer, (place, value), words, way, lines, taken) for way in ways)
            box = next(filter(None, boxes), None)
            if box is not None:
                taken.append(box)
                written.add((place, words))


def write_number(
    axes: Axes, renderer: Any, point: tuple[float, float], words: str, way: tuple[Any, ...],
    lines: Sequence[Path], taken: Sequence[Bbox],
) -> Bbox | None:  # fmt: skip
    """Write a number at one place beside its point; None, and nothing is written, where something lies already."""
    right, up, ha, va = way
    text = axes.annotate(
        words, point, xytext=(right, up), textcoords="offset points", size=NUMBER_SIZE, ha=ha, va=va, color=QUIET,
        annotation_clip=False,
    )  # fmt: skip
    box = text.get_window_extent(renderer)
    free = Bbox.from_extents(box.x0 - CLEAR, box.y0 - CLEAR, box.x1 + CLEAR, box.y1 + CLEAR)
    inside = axes.bbox.x0 < free.x0 and axes.bbox.y0 < free.y0 and free.x1 < axes.figure.bbox.x1
    on_line = any(line.intersects_bbox(free, filled=False) for line in lines)
    if inside and not on_line and not free.count_overlaps(taken):
        return box
    text.remove()
    return None


def mark_box(axes: Axes, x: float, y: float) -> Bbox:
    """The box of a mark on a figure."""
    right, up = axes.transData.transform((x, y))
    return Bbox.from_extents(right - MARK, up - MARK, right + MARK, up + MARK)
