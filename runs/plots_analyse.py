"""Figures of a batch: first stops by lever, what a day of cars costs, what swings the loss, and days as a fan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.analyse import COST, STOP, Findings, cheapest, tornado
from runs.plots_page import DASHES, FAINT, INK, LETTERS, OKABE_ITO, QUIET
from runs.results import read_results

WIDE = (8.27, 4.2)
DOTS_PER_INCH = 150
MOST_BARS = 12
STROKES = [(colour, dash) for _ in range(9) for colour, dash in zip(OKABE_ITO, DASHES * 2, strict=True)]
LABEL_LETTERS = 34
BANDS = ((5, 95, 0.18), (25, 75, 0.35))  # percentiles, and how dark


def write_figures(found: Findings, place: Path) -> dict[str, Path]:
    """Draw what can be drawn of a batch into its folder; title -> file."""
    drawn: dict[str, Path] = {}
    with mpl.rc_context(LETTERS):
        for name, draw in FIGURES.items():
            figure = draw(found, place)
            if figure is not None:
                drawn[name] = place / f"{name}.png"
                figure.savefig(drawn[name], dpi=DOTS_PER_INCH)
    return drawn


def first_stops(found: Findings, place: Path) -> Figure | None:
    """The share of runs in which no line in Japan has stopped yet, day by day, a line a choice of the first lever."""
    if not found.has(STOP) or not found.levers:
        return None
    panels = found.levers[:2]
    figure = Figure(figsize=WIDE, layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(panels), sharey=True))
    last = float(np.nanmax(found.frame[STOP].fillna(0.0))) * 1.05 + 1.0
    for axis, lever in zip(axes, panels, strict=True):
        for (colour, dash), (choice, some) in zip(STROKES, found.frame.groupby(lever, sort=False), strict=False):
            days = np.sort(some[STOP].dropna().to_numpy(float))
            still = 100.0 * (1.0 - np.arange(len(days) + 1) / len(some))
            axis.step([0.0, *days, last], [*still, still[-1]], where="post", color=colour, ls=dash, label=short(choice))
        axis.set(title=fill(lever, LABEL_LETTERS), xlabel="days from the shock", xlim=(0, last), ylim=(0, 103))
        axis.legend(frameon=False, loc="best")
    axes[0].set_ylabel("runs without a stop in Japan so far (%)")
    return figure


def losses(found: Findings, place: Path) -> Figure | None:
    """The loss of value added in Japan by policy: median, middle half, and from the best to the worst twentieth."""
    if not found.has(COST) or not found.levers:
        return None
    groups = list(found.frame.groupby(found.levers, sort=False))[:MOST_BARS]
    figure = Figure(figsize=(WIDE[0], 1.3 + 0.42 * len(groups)), layout="constrained")
    axis = figure.subplots()
    for row, (_, some) in enumerate(groups):
        p5, p25, p50, p75, p95 = np.nanpercentile(some[COST], (5, 25, 50, 75, 95))
        axis.plot([p5, p95], [row, row], color=OKABE_ITO[0], lw=1.5)
        axis.plot([p25, p75], [row, row], color=OKABE_ITO[0], lw=7, alpha=0.45, solid_capstyle="butt")
        axis.plot(p50, row, "o", color=INK, ms=5)
    axis.set_yticks(range(len(groups)), [policy_label(found, choice) for choice, _ in groups])
    axis.invert_yaxis()
    axis.set_xlabel("value added lost in Japan (billion JPY)\ndot: median; bar: middle half; line: nine tenths of runs")
    axis.grid(False, axis="y")
    return figure


def prices_of_time(found: Findings, place: Path) -> Figure | None:
    """What a policy buys, in production days of cars, against what its stocks cost; upper left is best."""
    table = cheapest(found)
    if table.empty:
        return None
    figure = Figure(figsize=WIDE)
    axis = figure.subplots()
    x, y = table["extra cost of stocks (bn JPY)"], table["production days bought"]
    axis.axhline(0, color=QUIET, lw=0.8)
    axis.axvline(0, color=QUIET, lw=0.8)
    axis.scatter(x, y, color=OKABE_ITO[1], zorder=3)
    words = [f"{number}  {policy_label(found, tuple(row[name] for name in found.levers))}".replace("\n", " ")
             for number, (_, row) in enumerate(table.head(MOST_BARS).iterrows(), 1)]  # fmt: skip
    for number, (left, up) in enumerate(zip(x.head(MOST_BARS), y.head(MOST_BARS), strict=True), 1):
        axis.annotate(str(number), (left, up), xytext=(-3, 6 + 9 * (number % 2)), textcoords="offset points")
    figure.text(0.62, 0.5, "\n".join(words), fontsize=8, va="center", ha="left", color=INK)
    figure.subplots_adjust(right=0.6)
    axis.set_xlabel("extra cost of stocks against the first policy (billion JPY)")
    axis.set_ylabel("production days of cars bought")
    axis.margins(0.18)
    return figure


def swings(found: Findings, place: Path) -> Figure | None:
    """A tornado: how far the mean loss moves between the low and the high fifth of each unknown."""
    table = tornado(found, COST) if found.has(COST) else pd.DataFrame()
    if table.empty:
        return None
    table = table.head(MOST_BARS)
    figure = Figure(figsize=(WIDE[0], 1.3 + 0.42 * len(table)), layout="constrained")
    axis = figure.subplots()
    middle = float(found.frame[COST].mean())
    for end, colour in (("at its low end", OKABE_ITO[4]), ("at its high end", OKABE_ITO[1])):
        axis.barh(range(len(table)), table[end] - middle, left=middle, color=colour, height=0.6, label=end)
    axis.axvline(middle, color=INK, lw=1)
    axis.set_yticks(range(len(table)), [fill(name, LABEL_LETTERS) for name in table["uncertainty"]])
    axis.invert_yaxis()
    axis.set_xlabel("mean value added lost in Japan (billion JPY)")
    axis.legend(frameon=False)
    axis.grid(False, axis="y")
    return figure


def fan(found: Findings, place: Path) -> Figure | None:
    """Vehicles made in Japan and lines that stand, day by day: median, middle half and middle nine tenths of runs."""
    if "days" not in found.experiment.rows:
        return None
    days = read_results(place, "days")
    figure = Figure(figsize=(WIDE[0], 5.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    draw_fan(above, days, "vehicles_JP", "vehicles a day, Japan", OKABE_ITO[0])
    draw_fan(below, days, "lines_stopped", "lines standing in Japan", OKABE_ITO[1])
    below.set_xlabel("days from the shock")
    return figure


def draw_fan(axis: Axes, days: pd.DataFrame, column: str, label: str, colour: str) -> None:
    """One series of all runs as bands."""
    table = days.pivot_table(index="day", columns="experiment", values=column)
    for low, high, dark in BANDS:
        ends = np.nanpercentile(table.to_numpy(), (low, high), axis=1)
        axis.fill_between(table.index, *ends, color=colour, alpha=dark, lw=0, label=f"{high - low} % of runs")
    axis.plot(table.index, table.median(axis=1), color=colour, lw=1.6, label="median")
    axis.axvline(0, color=FAINT, lw=1)
    axis.set(ylabel=label)
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False, ncols=3)


def policy_label(found: Findings, choice: object) -> str:
    """A policy in few words."""
    values = choice if isinstance(choice, tuple) else (choice,)
    numeric = [f"{name.split(' (')[0]} {short(value)}" if isinstance(value, float) else short(value)
               for name, value in zip(found.levers, values, strict=True)]  # fmt: skip
    return fill(", ".join(numeric), LABEL_LETTERS + 6)


def short(value: object) -> str:
    """A choice as a label."""
    return f"{value:g}" if isinstance(value, float) else str(value)


FIGURES: dict[str, Callable[[Findings, Path], Figure | None]] = {
    "first-stops": first_stops, "losses": losses, "price-of-time": prices_of_time, "swings": swings, "fan": fan,
}  # fmt: skip
