"""House style of figures: colours, fonts, dates along the axis and the marks of dated events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from model.dates import in_words
from model.scenario.event import Event
from model.scenario.events import AuthorityShock, NewsShock
from model.scenario.regime_shock import RegimeShock
from runs.simulation.record import Array, Record

P = ParamSpec("P")

A4_INCHES = (8.27, 11.69)
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#8C7A00")
DASHES = ("-", "--", "-.", ":")
INK, QUIET, FAINT, PAPER = "#1f2328", "#59636e", "#d5dae0", "#ffffff"
SMOOTH_DAYS = 7  # a week: it hides the rhythm of weekly decisions
WORDS_ABOVE = 1.0  # points between a panel and the words on its shock
SHORT_DAYS = 45  # a run of fewer days has its dates written in weeks, a longer one in months
STYLE: Any = {
    "font.size": 9.5,
    "text.parse_math": False,  # names of firms may contain a dollar sign
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "legend.fontsize": 9.0,
    "legend.frameon": False,
    "lines.linewidth": 1.7,
    "lines.solid_capstyle": "round",
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
}


def with_house_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Decorator: draw a figure in the house style, whatever the reader's own settings of matplotlib are."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with house_style(STYLE):
            return draw(*args, **kwargs)

    return styled


def house_style(own: dict[str, Any]) -> AbstractContextManager[None]:
    """Set matplotlib to its own defaults and some settings of ours, for a block; only what differs is set.

    The backend is left alone: no window is opened, and to name one loads half of matplotlib.
    """
    wanted: dict[Any, Any] = {**mpl.rcParamsDefault, **own}
    differing = {name: value for name, value in wanted.items() if name != "backend" and mpl.rcParams[name] != value}
    style: AbstractContextManager[None] = mpl.rc_context(differing)
    return style


def new_sheet(height: float, title: str, remark: str, width: float = A4_INCHES[0]) -> Figure:
    """A figure as wide as an A4 page with a title and a remark at the top left; height and width in inches."""
    figure = Figure(figsize=(width, height))
    figure.text(0.012, 1 - 0.10 / height, title, size=13, weight="bold", va="top")
    figure.text(0.012, 1 - 0.37 / height, remark, size=9.5, color=QUIET, va="top")
    return figure


@dataclass(frozen=True)
class Mark:
    """A date on which rules changed: day of the run, number on the figure, date, and what happened."""

    day: int
    number: int
    when: date
    words: str


def dated_changes(record: Record) -> list[Mark]:
    """The dates of a scenario on which something else than the news changed, in order, numbered from 1."""
    if record.scenario is None:
        return []
    dated: dict[date, list[Event]] = {}
    for event in record.scenario.shocks:
        if not isinstance(event, NewsShock) and 0 <= (event.date - record.start).days < record.days:
            dated.setdefault(event.date, []).append(event)
    return [
        Mark((when - record.start).days, number, when, describe_events(events))
        for number, (when, events) in enumerate(sorted(dated.items()), 1)
    ]


def describe_events(events: Sequence[Event]) -> str:
    """The notes of the events of a date, changes of rules before others."""
    rules_first = sorted(events, key=lambda event: not isinstance(event, RegimeShock | AuthorityShock))
    return "; ".join(dict.fromkeys(event.note for event in rules_first))


def date_ticks(record: Record, most: int) -> tuple[list[int], list[str]]:
    """At most `most` days of a run for the ticks of an axis, and their labels: months, or weeks in a short run."""
    days = [(day, record.start + timedelta(days=day)) for day in range(record.days)]
    if record.days <= SHORT_DAYS:
        weeks = days[:: 7 * -(-record.days // (7 * most))]
        return [day for day, _ in weeks], [f"{in_words(when, '%b')}\n{when:%Y}" for _, when in weeks]
    firsts = [(day, when) for day, when in days if when.day == 1]
    every = next(months for months in (1, 2, 3, 4, 6, 12, 24, 60, 120, 1200) if len(firsts) <= months * most)
    named = [(day, when) for day, when in firsts if (12 * when.year + when.month - 1) % every == 0]
    years = ["", *(str(when.year) for _, when in named)]
    words = [
        f"{when:%b}" + (f"\n{year}" if year != before else "\n ")
        for (_, when), before, year in zip(named, years, years[1:], strict=False)
    ]
    return [day for day, _ in named], words


def write_dates(axes: Axes, record: Record, most: int) -> None:
    """Write at most `most` dates of a run along the bottom."""
    axes.tick_params(axis="x", length=3)
    axes.grid(axis="x", visible=False)
    axes.set_xlim(0, max(1, record.days - 1))
    axes.set_xticks(*date_ticks(record, most))
    axes.set_xlabel("Date", labelpad=1)


def draw_dates(axes: Axes, record: Record) -> None:
    """Draw the shock as a vertical line with its date, and the other dates of the scenario as faint ones."""
    upright = axes.get_xaxis_transform()
    others = [mark.day for mark in dated_changes(record) if mark.day != record.shock_day]
    axes.vlines(others, 0, 1, transform=upright, color="#9aa4af", lw=0.8, ls=(0, (2, 2)), zorder=1)
    day = record.shock_day
    if day is None or not 0 <= day < record.days:
        return
    axes.vlines([day], 0, 1, transform=upright, color=INK, lw=1.1, zorder=1.5)
    words = f"shock, {in_words(record.start + timedelta(days=day), '%b %Y')}"
    axes.annotate(words, (day, 1), xycoords=upright, xytext=(0, WORDS_ABOVE), textcoords="offset points", size=9,
                  va="bottom", ha="left" if 2 * day < record.days else "right", annotation_clip=False)  # fmt: skip


def height_inches(axes: Axes) -> float:
    """The height of a panel, in inches."""
    return float(axes.bbox.height / axes.figure.dpi)


def format_thousands(axes: Axes) -> None:
    """Write large numbers on the upright axis with thin spaces between the thousands."""
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace(",", "\u2009")))


def week_mean(values: Array) -> Array:
    """The mean of the last seven days, or of as many as there are, along the first axis."""
    total = np.cumsum(values, axis=0)
    total[SMOOTH_DAYS:] = total[SMOOTH_DAYS:] - total[:-SMOOTH_DAYS]
    days = np.minimum(np.arange(1, len(values) + 1), SMOOTH_DAYS)
    return np.asarray(total / days.reshape(-1, *[1] * (values.ndim - 1)))


def write_instead(axes: Axes, words: str) -> None:
    """Write a sentence into a panel that has no curve."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", size=11, color=QUIET,
              bbox={"facecolor": PAPER, "edgecolor": "none"})  # fmt: skip
    axes.set_yticks([])
