"""Figures of the page to hand over: what policies change, what uncertainties move, or what single runs came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.figures.style import FAINT, INK, OKABE_ITO, with_house_style

WIDTH_INCHES = 7.1  # the text of an A4 page
LABEL_LETTERS = 52
ROW_INCHES, LINE_INCHES, AROUND_INCHES = 0.30, 0.13, 0.95
MARKERS = "osD^v"


def empty_rows(labels: Sequence[str]) -> tuple[Figure, Axes]:
    """A figure with a labelled row each, the first on top."""
    words = [fill(label, LABEL_LETTERS) for label in labels]
    most_lines = 1 + max(word.count("\n") for word in words)
    height = AROUND_INCHES + len(words) * (ROW_INCHES + LINE_INCHES * (most_lines - 1))
    figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
    axes = figure.subplots()
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_yticks(range(len(labels)), words)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    return figure, axes


@with_house_style
def draw_changes(labels: Sequence[str], series: Mapping[str, Sequence[tuple[float, float]]], what: str) -> Figure:
    """Draw how far each policy moves an outcome, a dot with a 95 % interval, in each scenario.

    labels: the policies; series: name of the scenario -> mean and half of the interval of each policy, nan if unknown.
    """
    figure, axes = empty_rows(labels)
    rows = np.arange(len(labels))
    axes.axvline(0.0, color=INK, lw=0.9)
    for place, (name, cells) in enumerate(series.items()):
        shift = 0.0 if len(series) == 1 else 0.26 * (2.0 * place / (len(series) - 1) - 1.0)
        means, margins = np.array(cells, float).reshape(-1, 2).T
        colour, marker = OKABE_ITO[place % len(OKABE_ITO)], MARKERS[place % len(MARKERS)]
        axes.errorbar(means, rows + shift, xerr=np.nan_to_num(margins), fmt=marker, color=colour, ms=5, elinewidth=1.6,
                      capsize=2.5, label=name)  # fmt: skip
    for row in rows[:-1]:
        axes.axhline(row + 0.5, color=FAINT, lw=0.5)
    axes.set_xlabel(what)
    if len(series) > 1:
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(series))
    return figure


@with_house_style
def draw_swings(labels: Sequence[str], ends: Sequence[tuple[float, float]], middle: float, what: str) -> Figure:
    """Draw the mean of an outcome at the low and at the high end of each uncertainty, around its mean over all runs."""
    figure, axes = empty_rows(labels)
    rows = range(len(labels))
    for name, place, colour in (("at its low end", 0, OKABE_ITO[4]), ("at its high end", 1, OKABE_ITO[1])):
        axes.barh(rows, [each[place] - middle for each in ends], left=middle, color=colour, height=0.6, label=name)
    axes.axvline(middle, color=INK, lw=0.9)
    axes.set_xlabel(what)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return figure


@with_house_style
def draw_runs(series: Mapping[str, Sequence[float]], what: str) -> Figure:
    """Draw what each run came to as a dot, in a row a scenario."""
    figure, axes = empty_rows(list(series))
    for row, values in enumerate(series.values()):
        axes.plot(values, np.full(len(values), row), "o", color=OKABE_ITO[0], ms=6, alpha=0.6)
    axes.set_xlabel(what)
    return figure
