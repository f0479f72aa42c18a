"""The figures of a run by name, each a function from a record to a matplotlib Figure."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from runs.figures.captions import NEIGHBOUR, WIDE_ECONOMY, is_drawn
from runs.figures.cascade import draw_cascade
from runs.figures.handover import draw_handover
from runs.figures.licence_funnel import draw_licence_funnel
from runs.figures.png import png
from runs.figures.prices import draw_prices
from runs.figures.second_sources import draw_neighbour, draw_second_sources
from runs.figures.series import (
    draw_cover_by_tier,
    draw_orders_by_tier,
    draw_output_by_industry,
    draw_value_added_lost,
)
from runs.figures.wide_economy import draw_wide_economy
from runs.simulation.record import Record

FIGURES: dict[str, Callable[[Record], Figure]] = {
    "handover": draw_handover,
    "cascade": draw_cascade,
    "second_sources": draw_second_sources,
    NEIGHBOUR: draw_neighbour,
    "cover_by_tier": draw_cover_by_tier,
    "output_by_industry": draw_output_by_industry,
    "licence_funnel": draw_licence_funnel,
    "orders_by_tier": draw_orders_by_tier,
    "value_added_lost": draw_value_added_lost,
    "prices": draw_prices,
}
WIDE_FIGURES: dict[str, Callable[[Record], Figure]] = {WIDE_ECONOMY: draw_wide_economy}


def figures_of(record: Record) -> dict[str, Callable[[Record], Figure]]:
    """The figures of a run by name."""
    return {name: draw for name, draw in (FIGURES | WIDE_FIGURES).items() if is_drawn(name, record)}


def figure_png(record: Record, name: str) -> bytes:
    """Draw a figure of a run, as a PNG."""
    return png(figures_of(record)[name](record))
