"""Figures of a batch: days bought and their price, first stops, losses, sensitivity, and days as a fan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import cycle
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.analysis.decision_figures import WIDTH, pareto_figure, trajectory_figure
from runs.analysis.findings import FEWEST_FUTURES, PAIR_KEYS, Findings, choice_label, count_equal_twins, varies
from runs.analysis.policy_tables import DAYS, FROM, MARGIN, PRICE, TOTAL, lever_prices
from runs.analysis.sensitivity import S1, S1_MARGIN, ST, ST_MARGIN, sensitivity_table, tornado_table
from runs.batch.results import read_results
from runs.figures.day_of_stock import draw_day_of_stock
from runs.figures.style import DASHES, FAINT, INK, OKABE_ITO, STYLE
from runs.files.durable import write_whole

FIGURE_DPI = 150
MOST_BARS, MOST_PANELS, MOST_FANS = 14, 4, 3
LABEL_LETTERS = 34
Bands = tuple[tuple[int, int, float], ...]  # percentiles, and how dark
FAN_BANDS: Bands = ((5, 95, 0.18), (25, 75, 0.35))
FEW_BANDS: Bands = ((0, 100, 0.18), (25, 75, 0.35))  # the same for few futures


def write_figures(found: Findings, place: Path, ending: str = "") -> dict[str, Path]:
    """Draw the figures for which a batch has data into its folder; name of the figure -> file."""
    drawn: dict[str, Path] = {}
    with mpl.rc_context(STYLE):
        for name, draw in FIGURES.items():
            figure = draw(found, place)
            if figure is not None:
                drawn[name] = place / f"{name}{ending}.png"
                picture = BytesIO()
                figure.savefig(picture, format="png", dpi=FIGURE_DPI)
                write_whole(drawn[name], picture.getvalue())
    return drawn


def bar_rows(rows: int) -> tuple[Figure, Axes]:
    """An empty figure for some rows of bars, the first on top."""
    figure = Figure(figsize=(WIDTH, 1.2 + 0.42 * rows), layout="constrained")
    axis = figure.subplots()
    axis.set_ylim(rows - 0.4, -0.6)
    axis.grid(False, axis="y")
    return figure, axis


def levers_figure(found: Findings, place: Path) -> Figure | None:
    """Production days of cars that each choice buys against the baseline choice, with their price at the right."""
    table = lever_prices(found).head(MOST_BARS)
    if table.empty:
        return None
    figure, axis = bar_rows(len(table))
    rows = np.arange(len(table))
    axis.barh(rows, table[DAYS], color=OKABE_ITO[0], height=0.55)
    axis.errorbar(table[DAYS], rows, xerr=table[MARGIN].fillna(0.0), fmt="none", ecolor=INK, elinewidth=1.2, capsize=3)
    axis.axvline(0.0, color=INK, lw=0.8)
    axis.set_yticks(rows, [fill(f"{lever}: {choice}", LABEL_LETTERS) for lever, choice in
                           zip(table["lever"], table["choice"], strict=True)])  # fmt: skip
    note = f"(bar: mean; line: 95 % interval from {table[FROM].iloc[0]})"
    axis.set_xlabel(f"production days of cars bought{found.others_note}\n{note}")
    beside = axis.secondary_yaxis("right")
    beside.set_yticks(
        rows, [price_tag(found.money, *cells) for cells in zip(table[DAYS], table[TOTAL], table[PRICE], strict=True)]
    )
    beside.tick_params(length=0)
    beside.spines["right"].set_visible(False)
    return figure


def price_tag(money: str, days: float, total: float, price: float) -> str:
    """The price of a choice, in a few words."""
    if days <= 0.0:
        return f"{total:+.3g} bn {money}, buys none"
    return f"{price:.3g} bn {money} a day" if total > 0.0 else f"saves {-total:.3g} bn {money}"


def first_stops_figure(found: Findings, place: Path) -> Figure | None:
    """The share of runs in which no line in Japan has stopped yet, day by day: a panel a lever, a line a choice.

    All other levers are as in the baseline.
    """
    panels = levers_to_draw(found, found.stop)[:MOST_PANELS] if found.has(found.stop) else []
    if not panels or found.frame[found.stop].isna().all():
        return None
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(WIDTH, 0.4 + 3.4 * rows), layout="constrained")
    axes = np.atleast_1d(figure.subplots(rows, columns, sharey=True, sharex=True)).ravel()
    last = float(found.frame[found.stop].max()) * 1.05 + 1.0
    for axis, lever in zip(axes, panels, strict=False):
        draw_first_stops(axis, found.varying_only(lever), found.stop, lever, last)
    for axis in axes[len(panels) :]:
        axis.set_visible(False)
    whose = f"first stop of {found.stopping}{found.others_note}"
    figure.supxlabel(f"days from the shock\n({whose})", fontsize=STYLE["axes.labelsize"])
    figure.supylabel("runs without a stop so far (%)", fontsize=STYLE["axes.labelsize"])
    return figure


def draw_first_stops(axis: Axes, runs: pd.DataFrame, stop: str, lever: str, last: float) -> None:
    """Draw the share of runs without a stop day by day until the last, a line a choice of a lever."""
    strokes = zip(cycle(OKABE_ITO), cycle(DASHES), strict=False)
    for (colour, dash), (choice, some) in zip(strokes, runs.groupby(lever, sort=False), strict=False):
        days = np.sort(some[stop].dropna().to_numpy(float))
        share = 100.0 * (1.0 - np.arange(len(days) + 1) / len(some))
        label = choice_label(choice)
        axis.step([0.0, *days, last], [*share, share[-1]], where="post", color=colour, ls=dash, label=label)
    axis.set(title=fill(lever, LABEL_LETTERS), xlim=(0, last), ylim=(0, 103))
    axis.legend(loc="best")


def losses_figure(found: Findings, place: Path) -> Figure | None:
    """The loss of value added at home by choice of each lever: median, middle half, and nine tenths of the runs.

    All other levers are as in the baseline. Of few futures all runs are drawn, for nobody can tell a tenth of them.
    """
    many = found.draws >= FEWEST_FUTURES
    if not found.has(found.cost) or not varies(found.frame[found.cost]):
        return None
    groups = [(f"{lever}: {choice_label(choice)}", known) for lever in levers_to_draw(found, found.cost)
              for choice, some in found.varying_only(lever).groupby(lever, sort=False)
              if len(known := some[found.cost].dropna())][:MOST_BARS]  # fmt: skip
    if not groups:
        return None
    figure, axis = bar_rows(len(groups))
    for row, (_, some) in enumerate(groups):
        low, p25, p50, p75, high = np.percentile(some, (5, 25, 50, 75, 95) if many else (0, 25, 50, 75, 100))
        axis.plot([low, high], [row, row], color=OKABE_ITO[0], lw=1.5)
        axis.plot([p25, p75], [row, row], color=OKABE_ITO[0], lw=7, alpha=0.45, solid_capstyle="butt")
        axis.plot(p50, row, "o", color=INK, ms=5)
    axis.set_yticks(range(len(groups)), [fill(label, LABEL_LETTERS) for label, _ in groups])
    axis.set_xlabel(f"value added lost in {found.home_name} (billion {found.money}){found.others_note}\n"
                    f"dot: median; bar: middle half; line: {'nine tenths of' if many else 'all'} runs, "
                    f"over {found.evidence}")  # fmt: skip
    return figure


def levers_to_draw(found: Findings, outcome: str | None = None) -> list[str]:
    """The levers that change some outcome, or this one, in runs with all other levers as they are."""
    several = [lever for lever in found.effective_levers if found.varying_only(lever)[lever].nunique() > 1]
    if outcome is None:
        return several
    alone = {lever: replace(found, frame=found.varying_only(lever)) for lever in several}
    return [lever for lever in several if not count_equal_twins(alone[lever], list(PAIR_KEYS), [outcome])]


def swings_figure(found: Findings, place: Path) -> Figure | None:
    """A tornado: how far the mean loss moves between the low and the high fifth of each uncertainty."""
    table = tornado_table(found, found.cost).head(MOST_BARS) if found.has(found.cost) else pd.DataFrame()
    if table.empty:
        return None
    figure, axis = bar_rows(len(table))
    middle = float(found.baseline.frame.groupby("future")[found.cost].mean().mean())
    for end, colour in (("at its low end", OKABE_ITO[4]), ("at its high end", OKABE_ITO[1])):
        axis.barh(range(len(table)), table[end] - middle, left=middle, color=colour, height=0.6, label=end)
    axis.axvline(middle, color=INK, lw=1)
    axis.set_yticks(range(len(table)), [fill(name, LABEL_LETTERS) for name in table["uncertainty"]])
    axis.set_xlabel(f"mean value added lost in {found.home_name} (billion {found.money}), {found.policy_name}")
    axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return figure


def indices_figure(found: Findings, place: Path) -> Figure | None:
    """Sobol indices of the loss: the share of its variance that each uncertainty makes alone, and with others."""
    table = sensitivity_table(found, found.cost).head(MOST_BARS) if found.has(found.cost) else pd.DataFrame()
    if table.empty or ST not in table:
        return None
    figure, axis = bar_rows(len(table))
    rows = np.arange(len(table))
    for shift, name, error, colour in ((-0.18, S1, S1_MARGIN, OKABE_ITO[0]),
                                       (0.18, ST, ST_MARGIN, OKABE_ITO[1])):  # fmt: skip
        axis.barh(rows + shift, table[name], height=0.34, color=colour, label=name)
        axis.errorbar(table[name], rows + shift, xerr=table[error], fmt="none", ecolor=INK, elinewidth=1, capsize=2)
    axis.set_yticks(rows, [fill(name, LABEL_LETTERS) for name in table["uncertainty"]])
    axis.axvline(0.0, color=INK, lw=0.8)
    axis.set_xlabel(f"share of the variance of the loss, {found.policy_name} (line: 95 % interval)")
    axis.legend(loc="lower right")
    return figure


def fan_figure(found: Findings, place: Path) -> Figure | None:
    """Vehicles made at home (or value added lost, where none are made) and stopped lines, day by day, as bands.

    A column is a choice of one lever.

    All other levers are as in the baseline.
    """
    if "days" not in found.design.rows or found.frame.empty:
        return None
    days = read_results(place, "days")
    made, what = "vehicles", "vehicles a day"
    if found.about.get("vehicles_a_day") == 0.0:
        made, what = "value_added_lost_jpy_bn", f"value added lost a day, bn {found.money}"
    lever = next(
        (name for name in levers_to_draw(found) if found.varying_only(name)[name].nunique() <= MOST_FANS), None
    )
    alone = [(found.policy_name, found.baseline.frame)]
    groups = alone if lever is None else list(found.varying_only(lever).groupby(lever, sort=False))
    figure = Figure(figsize=(WIDTH, 5.6), layout="constrained")
    bands = FAN_BANDS if found.draws >= FEWEST_FUTURES else FEW_BANDS
    axes = figure.subplots(2, len(groups), sharex=True, sharey="row", squeeze=False)
    for column, (choice, some) in enumerate(groups):
        mine = days[days["experiment"].isin(some["experiment"])]
        draw_fan(axes[0, column], mine, f"{made}_{found.home}", OKABE_ITO[0], bands)
        draw_fan(axes[1, column], mine, "lines_stopped", OKABE_ITO[1], bands)
        axes[0, column].set_title(choice_label(choice) if lever is None else f"{lever}: {choice_label(choice)}")
        axes[1, column].set_xlabel("days from the shock")
    axes[0, 0].set_ylabel(f"{what}, {found.home_name}")
    axes[1, 0].set_ylabel(f"lines stopped in {found.home_name}")
    axes[0, 0].legend(loc="lower left", ncols=1)
    return figure


def draw_fan(axis: Axes, days: pd.DataFrame, column: str, colour: str, bands: Bands) -> None:
    """One series of some runs as bands."""
    table = days.pivot_table(index="day", columns="experiment", values=column)
    for low, high, dark in bands:
        ends = np.nanpercentile(table.to_numpy(), (low, high), axis=1)
        label = "all runs" if high - low == 100 else f"{high - low} % of runs"
        axis.fill_between(table.index, *ends, color=colour, alpha=dark, lw=0, label=label)
    axis.plot(table.index, table.median(axis=1), color=colour, lw=1.6, label="median")
    axis.axvline(0, color=FAINT, lw=1)
    axis.set_ylim(bottom=0)


def day_of_stock_figure(found: Findings, place: Path) -> Figure | None:
    """The day by which car lines have lost a week's output against days of the first lever that is a number."""
    lever = next((name for name in found.numeric_levers if name in levers_to_draw(found)), None)
    if lever is None or not found.has(found.car_loss):
        return None
    losses = found.car_losses(lever)
    if losses.empty or not np.isfinite(losses.to_numpy()).any():
        return None
    return draw_day_of_stock(losses.index.to_numpy(float), losses.to_numpy(float), lever, found.home_name)


FIGURES: dict[str, Callable[[Findings, Path], Figure | None]] = {
    "day-of-stock": day_of_stock_figure, "levers": levers_figure, "pareto": pareto_figure,
    "first-stops": first_stops_figure, "losses": losses_figure, "swings": swings_figure, "indices": indices_figure,
    "trajectory": trajectory_figure, "fan": fan_figure,
}  # fmt: skip
