"""The figure of a study: what carries most, and what a precaution would save of it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from model.dates import in_words
from runs.exposure.study import Study
from runs.exposure.words import about_of, cut
from runs.figures.style import INK, OKABE_ITO, QUIET, new_sheet, with_house_style, write_instead
from runs.simulation.focus import focus_of
from runs.simulation.money_units import MoneyUnit, choose_unit

ROW_INCHES, TOP_INCHES, BOTTOM_INCHES = 0.30, 1.18, 0.74
NAME_LETTERS = 50
COLOURS = {"line": OKABE_ITO[0], "licence": OKABE_ITO[1], "country": OKABE_ITO[2]}
KIND_WORDS = {"line": "a line", "licence": "a good to a destination", "country": "a country of supply"}
STOCK, SOURCE = OKABE_ITO[5], OKABE_ITO[6]
REMARK = """Each is out for {days} days, from {start}, while people decide. Bars: value added that all others do not
make. Dots: what a month more stock at its customers, or second sources that are ready, would save of it."""


def gdp_words(study: Study, unit: MoneyUnit) -> str:
    """How large a bar is against a year's GDP at home, where that is known; unit: of the bars."""
    about = focus_of(study.world[1])
    known = [each.gdp_jpy_tn for each in study.world[1].countries if each.country == about.home and each.gdp_jpy_tn > 0]
    thousandth = known[0] / unit.billions if known else 0.0  # a trillion is a thousand billion
    return f"\n({thousandth:,.3g} is a thousandth of a year's GDP in {about.home_name})" if known else ""


@with_house_style
def draw_exposure(table: pd.DataFrame, study: Study) -> Figure:
    """Draw the first rows of a ranking: a bar of the loss of others each, and beside it what precautions would save."""
    height = TOP_INCHES + ROW_INCHES * max(3, len(table)) + BOTTOM_INCHES
    remark = REMARK.format(days=study.days, start=in_words(study.start))
    figure = new_sheet(height, "Who else loses when this is out", remark, width=10.2)
    left, right = figure.subplots(
        1, 2, sharey=True,
        gridspec_kw={"left": 0.365, "right": 0.985, "top": 1 - TOP_INCHES / height, "bottom": BOTTOM_INCHES / height,
                     "width_ratios": (1.25, 1), "wspace": 0.06},
    )  # fmt: skip
    if not len(table):
        write_instead(left, "Nothing in this world can be taken out.")
        return figure
    unit = choose_unit(table["loss_jpy_bn"])
    words = f"{unit.word} {about_of(study).money.name}{gdp_words(study, unit)}"
    draw_losses(left, table.assign(loss=table["loss_jpy_bn"] / unit.billions), words)
    draw_savings(right, table)
    return figure


def draw_losses(axes: Axes, table: pd.DataFrame, unit: str) -> None:
    """Draw a bar a row: its loss in money, or days of stop where no line of the world has value added.

    unit: of the column `loss`, in words for the axis.
    """
    place = np.arange(len(table))
    money = bool((table["loss"] != 0.0).any())
    values = table["loss" if money else "stop_days"].to_numpy(float)
    axes.barh(place, values, height=0.68, color=[COLOURS[kind] for kind in table["kind"]])
    span = max(np.abs(values).max(initial=0.0), 1e-9)
    for row, value in zip(place, values, strict=True):
        words = f"{value:,.3g}" if abs(value) < 100 else f"{value:,.0f}"
        axes.annotate(words, (max(value, 0.0), row), xytext=(4, 0), textcoords="offset points", va="center", size=9)
    axes.set_xlim(min(0.0, 1.1 * values.min(initial=0.0)), 1.16 * max(values.max(initial=0.0), 0.05 * span))
    axes.set_yticks(place, [f"{cut(row['name'], NAME_LETTERS)}" for _, row in table.iterrows()])
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"Loss of all others, {unit}" if money else "Days of stop of others, all lines")
    kinds = [kind for kind in COLOURS if kind in set(table["kind"])]
    handles = [Patch(color=COLOURS[kind], label=KIND_WORDS[kind]) for kind in kinds]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=len(handles))


def draw_savings(axes: Axes, table: pd.DataFrame) -> None:
    """Draw what a month more stock and ready second sources would save; outside 0 to 100 % at the edge."""
    place = np.arange(len(table))
    axes.axvline(100, color=QUIET, lw=0.8)
    for name, colour, marker, shift in (
        ("saved_by_stock_pct", STOCK, "o", -0.14), ("saved_by_second_source_pct", SOURCE, "D", 0.14),
    ):  # fmt: skip
        given = table[name].to_numpy(float)
        here = np.isfinite(given)
        axes.plot(np.clip(given[here], -8, 108), place[here] + shift, marker, color=colour, ms=6, clip_on=False)
    for row, (_, line) in zip(place, table.iterrows(), strict=True):
        if not any(isinstance(line[name], float) and math.isfinite(line[name])
                   for name in ("saved_by_stock_pct", "saved_by_second_source_pct")):  # fmt: skip
            words = "no customer of it in the tables" if line["loss_jpy_bn"] > 0.0 else "no loss to be saved"
            axes.text(1, float(row), words, size=8.5, color=QUIET, va="center")
    axes.set_xlim(-10, 112)
    axes.set_xticks([0, 25, 50, 75, 100], ["none", "25", "50", "75", "all"])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#eef0f2")
    axes.set_xlabel("Saved, % of the loss\n(left of none: more is lost)")
    handles = [Line2D([], [], ls="", marker="o", color=STOCK, label="a month more stock"),
               Line2D([], [], ls="", marker="D", color=SOURCE, label="second sources")]  # fmt: skip
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.06, 0.99), ncols=2, handletextpad=0.2,
                columnspacing=1.0, labelcolor=INK)  # fmt: skip
