"""The figure of what a day of stock buys: the day by which car lines lost a week's output against days of stock."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from runs.figures.style import INK, OKABE_ITO, QUIET, new_sheet, with_house_style
from runs.measures.day_of_stock import days_bought, medians
from runs.simulation.record import Array

BAND = (10, 90)  # percentiles of the futures
ROOM = 1.12  # of the highest day, for words above


@with_house_style
def draw_day_of_stock(stock: Array, days: Array, what: str, home: str) -> Figure:
    """Draw the day by which half of the car lines lost a week's output against days of stock, beside a day for a day.

    stock: days held, S, rising; days: from the shock until the median car line has lost a week's output, in each
    future, S x futures, endless where half of the lines never do; what: what the stock is; home: the cars' country.
    """
    middle, bought = medians(days), days_bought(stock, days)
    title = (
        "A day of stock buys about a day"
        if bought is not None and 0.75 <= bought <= 1.25
        else "What a day of stock buys"
    )
    remark = "The day by which half of the car lines have lost a week's output."
    if bought is not None:
        remark += f" Over the whole range a day of stock buys {bought:.1f} days."
    figure = new_sheet(4.6, f"{title}, {home}", remark)
    figure.subplots_adjust(left=0.095, right=0.97, top=0.83, bottom=0.13)
    axes = figure.subplots()
    known = np.isfinite(middle)
    highest = float(days[np.isfinite(days)].max()) if np.isfinite(days).any() else 1.0
    if days.shape[1] > 1:
        low, high = (np.percentile(days, end, axis=1, method="nearest") for end in BAND)
        some = known & np.isfinite(low)
        axes.fill_between(stock[some], low[some], np.minimum(high[some], ROOM * highest), color=OKABE_ITO[0], alpha=0.2,
                          lw=0, label=f"{BAND[1] - BAND[0]} % of {days.shape[1]} futures")  # fmt: skip
    axes.plot(
        stock[known], middle[known], "o-", color=OKABE_ITO[0], label="median" if days.shape[1] > 1 else "car lines"
    )
    if known.any():
        begin = int(np.flatnonzero(known)[0])
        axes.plot(stock, middle[begin] + stock - stock[begin], color=INK, ls="--", lw=1.1, label="a day for a day")
    for each in stock[~known]:
        axes.annotate("never", (each, ROOM * highest), ha="center", va="top", size=9, color=QUIET)
    axes.set_ylim(0, ROOM * highest)
    axes.set_xlim(0, None)
    axes.set_xticks(stock)
    axes.set_xlabel(what[:1].upper() + what[1:])
    axes.set_ylabel("Day after the shock")
    axes.legend(loc="lower right")
    return figure
