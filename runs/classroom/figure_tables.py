"""The numbers behind the figures of exercises, as tables: what a figure draws, a row a place, a column a curve."""

from __future__ import annotations

import numpy as np
import pandas as pd

from runs.classroom.answers import number_text, place_text
from runs.classroom.exercise import FigureSpec, Sweep
from runs.classroom.figure_numbers import digits_for, figure_number
from runs.classroom.figures import RUN_LABEL, curves_of, mean_and_band, rows_to_draw, split_panels
from runs.classroom.language import ENGLISH, Language
from runs.reference.markdown_table import markdown_table


def figure_table(sweep: Sweep, table: pd.DataFrame, what: FigureSpec, language: Language = ENGLISH) -> str:
    """The table of a figure in Markdown: means, and half the width of their bands where runs differ by luck."""
    rows = rows_to_draw(table, what)
    curves = {name: mean_and_band(part, what.x, column) for name, part, column in curves_of(sweep, rows, what)}
    digits: dict[str, int] = {}
    for names in [list(curves)] if what.by else split_panels(curves):
        digits |= dict.fromkeys(names, digits_for(np.concatenate([curves[name]["mean"] for name in names])))
    places = list(dict.fromkeys(place for curve in curves.values() for place in curve.index))
    heading = {axis.name: axis.label for axis in sweep.axis}.get(what.x, language.say(RUN_LABEL))
    only = len(curves) == 1 and not what.by
    heads = [heading, *(what.label_y if only else name for name in curves)]
    rows_of_table = [
        [
            place_text(place),
            *(cell(curve, place, digits[name], language.say(what.never)) for name, curve in curves.items()),
        ]
        for place in places
    ]
    return markdown_table(heads, rows_of_table, numbers=len(curves))


def cell(curve: pd.DataFrame, place: float | str, digits: int, never: str) -> str:
    """A mean as pages write it, with half the width of its band."""
    if place not in curve.index:
        return ""
    mean, half = float(curve["mean"][place]), float(curve["half"][place])
    if pd.isna(mean):
        return never
    return f"{number_text(mean, digits)} ± {number_text(half, digits + 1)}" if half else figure_number(mean, digits)
