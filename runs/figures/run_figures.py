"""The figures of a run, each a function from a record to a matplotlib Figure, and the files they are kept in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from warnings import catch_warnings, filterwarnings

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from runs.figures.captions import WIDE
from runs.figures.cascade import cascade
from runs.figures.crowd import wide_economy
from runs.figures.series import (
    cover_by_tier,
    licence_funnel,
    orders_by_tier,
    output_by_industry,
    prices,
)
from runs.figures.series import value_added_lost_by_industry as value_added_lost
from runs.figures.style import DASHES, INK, OKABE_ITO, drawn, house_style, sheet, week_mean, whole_numbers
from runs.files.durable import write_whole
from runs.measures.outcomes import HOME, VEHICLES, column, cover_of_magnet_makers
from runs.simulation.record import Record

DOTS_PER_INCH = 150
UNKNOWN_LETTERS = "Glyph .* missing from"  # names in letters that the font lacks are boxes on paper, and no more said
COMPRESSED = 2  # of 9: half the time of 3, a hundredth larger
ON_PAPER: Any = {"text.hinting": "none"}  # to fit letters to so many dots shows little and takes a third of their time

FIGURES: dict[str, Callable[[Record], Figure]] = {
    "cascade": cascade,
    "cover_by_tier": cover_by_tier,
    "output_by_industry": output_by_industry,
    "licence_funnel": licence_funnel,
    "orders_by_tier": orders_by_tier,
    "value_added_lost": value_added_lost,
    "prices": prices,
}
WIDE_FIGURES: dict[str, Callable[[Record], Figure]] = {WIDE: wide_economy}
__all__ = [*FIGURES, "FIGURES", "compare_outputs", "figures_of", "picture", "write_figure"]


def figures_of(record: Record) -> dict[str, Callable[[Record], Figure]]:
    """The figures that there are to draw of a run: one more in a world with nameless firms."""
    return FIGURES if record.anonymous is None else FIGURES | WIDE_FIGURES


def picture(record: Record, name: str) -> bytes:
    """A figure of a run as a PNG."""
    return png(figures_of(record)[name](record))


def write_figure(figure: Figure, path: Path) -> Path:
    """Keep a figure as a PNG; the file is whole or absent."""
    return write_whole(path, png(figure))


def png(figure: Figure) -> bytes:
    """A figure as the bytes of a PNG, without a channel for what shines through: nothing does."""
    paper = BytesIO()
    with house_style(ON_PAPER):
        canvas: Any = FigureCanvasAgg(figure)
        figure.set_dpi(DOTS_PER_INCH)
        with catch_warnings():
            filterwarnings("ignore", UNKNOWN_LETTERS)
            canvas.draw()
        dots = np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
    Image.fromarray(dots).save(paper, "png", compress_level=COMPRESSED, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return paper.getvalue()


@drawn
def compare_outputs(records: dict[str, Record]) -> Figure:
    """Draw scenarios side by side: vehicles made a day in Japan, and the cover of Japanese magnet makers."""
    figure = sheet(
        6.6,
        "Scenarios compared",
        "Mean of seven days. Day 0 is the shock of each scenario; one without a shock follows the first that has one.",
    )
    above, below = figure.subplots(2, 1, sharex=True)
    zero = next((record.shock_day for record in records.values() if record.shock_day is not None), 0)
    for place, (name, record) in enumerate(records.items()):
        days = np.arange(record.days) - (zero if record.shock_day is None else record.shock_day)
        style = {"color": OKABE_ITO[place % 8], "ls": DASHES[place % 4], "label": name}
        cars = (column(record, "industry") == VEHICLES) & (column(record, "country") == HOME)
        above.plot(days, week_mean(record.lines["output"][:, cars].sum(axis=1)), **style)
        below.plot(days, cover_of_magnet_makers(record), **style)
    above.set_title("Vehicles made in Japan")
    above.set_ylabel("Vehicles a day")
    below.set_title("Cover of Japanese magnet makers: scarcest input, mean over makers")
    below.set_ylabel("Days of cover")
    finish(figure, above, below)
    return figure


def finish(figure: Figure, above: Axes, below: Axes) -> None:
    """Scales, the line of the shock and the legend of a comparison."""
    for axes in (above, below):
        axes.set_ylim(0, None)
        axes.axvline(0, color=INK, lw=1.1, zorder=1.5)
        axes.set_xlabel("Day after the shock")
        axes.xaxis.set_tick_params(labelbottom=True)
        whole_numbers(axes)
    above.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, title="Scenario", alignment="left")
    figure.subplots_adjust(left=0.09, right=0.79, top=0.87, bottom=0.075, hspace=0.38)
