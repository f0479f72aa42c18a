"""The handover: a lane a tier, its stock running down, the days that it added, and the day of its first stop."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from runs.figures.cascade import shorten_names
from runs.figures.style import (
    INK,
    OKABE_ITO,
    QUIET,
    date_ticks,
    new_sheet,
    with_house_style,
    write_instead,
)
from runs.measures.handover import Lane, lanes
from runs.measures.quantities import after_shock, focus
from runs.simulation.record import Record

LANE_INCHES, TOP_INCHES, BOTTOM_INCHES = 1.62, 1.62, 0.62
MOST_STOCK_DAYS = 120.0  # more than four months is plenty, however much more
CURVE_SHARE = 0.60  # of a lane's height; above it there is room for words
BRACKET_AT, STOP_AT = 0.87, 0.69  # height of the words in a lane, as shares of it
INCHES_A_LETTER = 0.076  # of words of nine points, on the wide side
HOW_TO_READ = """Curve: stock of the input that a line has least of, in days of normal use (very large stocks cut off);
median of the lines that lost a week's output, of all where none did. Band: the middle half of them. Tinted: a
week's worth of deliveries is missing already, and of output not yet: so many days the tier's stock added."""


@with_house_style
def draw_handover(record: Record) -> Figure:
    """Draw how the stock of each tier at home ran down and handed the stop on, tier under tier."""
    about, found = focus(record), lanes(record)
    height = TOP_INCHES + LANE_INCHES * max(1, len(found)) + BOTTOM_INCHES
    figure = new_sheet(height, f"How the stop was handed on, {about.name(about.home)}", HOW_TO_READ)
    panels = figure.subplots(
        max(1, len(found)), 1, sharex=True, squeeze=False,
        gridspec_kw={"left": 0.088, "right": 0.974, "top": 1 - TOP_INCHES / height, "bottom": BOTTOM_INCHES / height,
                     "hspace": 0.36},
    )[:, 0]  # fmt: skip
    names = shorten_names(record.names(), focus(record).said.phrases)
    for place, (axes, lane) in enumerate(zip(panels, found, strict=False)):
        draw_lane(axes, record, lane, names, OKABE_ITO[place % 8])
    if not found:
        write_instead(panels[0], "No line here makes anything of stocks of inputs.")
    write_days(panels[0], record)
    panels[-1].set_xticks(*date_ticks(record, 16))
    panels[-1].set_xlabel("Date", labelpad=1)
    return figure


def draw_lane(axes: Axes, record: Record, lane: Lane, names: list[str], colour: str) -> None:
    """Draw the stock of a lane, the days that it added, and its first stop."""
    days, zero = np.arange(record.days), after_shock(record)
    stock = np.minimum(lane.stock, MOST_STOCK_DAYS)
    low, middle, high = np.percentile(stock, (25, 50, 75), axis=1)
    axes.fill_between(days, low, high, color=colour, alpha=0.22, lw=0)
    axes.plot(days, middle, color=colour)
    axes.set_xlim(0, max(1, record.days - 1))
    axes.set_ylim(0, max(10.0, 1.04 * float(high.max(initial=0.0))) / CURVE_SHARE)
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= axes.get_ylim()[1] * CURVE_SHARE])
    axes.set_ylabel("Days of stock", y=CURVE_SHARE / 2)
    axes.tick_params(axis="x", length=3)
    axes.grid(axis="x", visible=False)
    axes.set_title(lane_title(lane), y=1.0, pad=4)
    if record.shock_day is not None:
        axes.axvline(zero, color=INK, lw=1.1, zorder=1.5)
    draw_bracket(axes, record, lane, colour)
    if lane.first_stop is not None:
        row, day = lane.first_stop
        axes.plot([day, day], [0, STOP_AT], transform=axes.get_xaxis_transform(), color=INK, lw=1.1, ls=(0, (2, 1)))
        axes.plot(day, STOP_AT, "v", transform=axes.get_xaxis_transform(), color=INK, ms=6, zorder=4)
        write_beside(axes, record, (day, day), STOP_AT, f"first stop, day {day - zero}: {names[row]}")


def lane_title(lane: Lane) -> str:
    """What a lane is called, and how many of its lines lost a week's worth of output."""
    lines = f"{len(lane.rows)} line{'s' * (len(lane.rows) != 1)}"
    if len(lane.hit):
        return f"{lane.title}: {len(lane.hit)} of {lines} lost a week's output or more"
    return f"{lane.title}: none of {lines} lost a week's output"


def draw_bracket(axes: Axes, record: Record, lane: Lane, colour: str) -> None:
    """Draw the days between what was not delivered and what was not made, with their number."""
    upright, zero = axes.get_xaxis_transform(), after_shock(record)
    if lane.short is None or lane.lost is None or lane.added is None:
        return
    first, last = lane.short, max(lane.short, lane.lost)
    axes.axvspan(first, last, color=colour, alpha=0.13, lw=0, zorder=0)
    axes.annotate(
        "", (last, BRACKET_AT), (first, BRACKET_AT), xycoords=upright,
        arrowprops={"arrowstyle": "|-|, widthA=0.3, widthB=0.3", "color": INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    words = f"added {lane.added} day{'s' * (lane.added != 1)} (day {first - zero} to {last - zero})"
    write_beside(axes, record, (first, last), BRACKET_AT, words, "bold")


def write_beside(
    axes: Axes, record: Record, span: tuple[int, int], height: float, words: str, weight: str = "normal"
) -> None:
    """Write words on the right of a span of days, or on the left where only there is room for them."""
    inches = axes.bbox.width / axes.figure.dpi
    left = inches * (1.0 - span[1] / record.days) < INCHES_A_LETTER * len(words) and sum(span) > record.days
    axes.annotate(
        words, (span[0] if left else span[1], height), xycoords=axes.get_xaxis_transform(),
        xytext=(-7 if left else 7, 0), textcoords="offset points", size=9, va="center", ha="right" if left else "left",
        weight=weight,
    )  # fmt: skip


def write_days(axes: Axes, record: Record) -> None:
    """Write days after the shock along the top."""
    zero = after_shock(record)
    step = 30 if record.days <= 600 else 90
    ticks = range(zero % step, record.days, step)
    above = axes.secondary_xaxis(1.2)
    above.set_xticks(ticks, [f"{day - zero}" for day in ticks])
    above.tick_params(length=3, pad=1, colors=QUIET, labelcolor=INK)
    above.set_xlabel("Day after the shock" if record.shock_day is not None else "Day of the run", labelpad=3)
    above.spines[:].set_visible(False)
