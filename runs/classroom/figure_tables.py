"""The numbers behind the figures of exercises, as tables: what a figure draws, a row a place, a column a curve."""

from __future__ import annotations

import pandas as pd

from runs.classroom.answers import number_text, place_text, rows_at
from runs.classroom.exercise import FigureSpec, Sweep
from runs.classroom.figures import RUN_LABEL, curves_of, differences, mean_and_band


def figure_table(sweep: Sweep, table: pd.DataFrame, what: FigureSpec) -> str:
    """The table of a figure in Markdown: means, and half the width of their bands where runs differ by luck."""
    shown = differences(table, what) if what.minus else rows_at(table, what.at, what.title)
    curves = [
        (name, column, mean_and_band(rows, what.x, column)) for name, rows, column in curves_of(sweep, shown, what)
    ]
    places = list(dict.fromkeys(place for _, _, curve in curves for place in curve.index))
    heading = {axis.name: axis.label for axis in sweep.axis}.get(what.x, RUN_LABEL)
    only = len(curves) == 1 and not what.by
    heads = [heading, *(what.label_y if only else " ".join(name.split()) for name, _, _ in curves)]
    lines = [heads, ["---"] + ["---:"] * len(curves)]
    for place in places:
        numbers = (cell(curve, place, sweep.digits.get(column, 0), what.never) for _, column, curve in curves)
        lines.append([place_text(place), *numbers])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(curve: pd.DataFrame, place: float | str, digits: int, never: str) -> str:
    """A mean as pages write it, with half the width of its band."""
    if place not in curve.index:
        return ""
    mean, half = float(curve["mean"][place]), float(curve["half"][place])
    if pd.isna(mean):
        return never
    return f"{number_text(mean, digits)} ± {number_text(half, digits + 1)}" if half else number_text(mean, digits)
