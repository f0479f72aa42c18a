"""The figures of a run by name, each a function from a record to a matplotlib Figure."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from runs.figures.captions import WIDE_ECONOMY
from runs.figures.cascade import cascade
from runs.figures.png import png
from runs.figures.series import (
    cover_by_tier,
    licence_funnel,
    orders_by_tier,
    output_by_industry,
    prices,
)
from runs.figures.series import value_added_lost_by_industry as value_added_lost
from runs.figures.wide_economy import wide_economy
from runs.simulation.record import Record

FIGURES: dict[str, Callable[[Record], Figure]] = {
    "cascade": cascade,
    "cover_by_tier": cover_by_tier,
    "output_by_industry": output_by_industry,
    "licence_funnel": licence_funnel,
    "orders_by_tier": orders_by_tier,
    "value_added_lost": value_added_lost,
    "prices": prices,
}
WIDE_FIGURES: dict[str, Callable[[Record], Figure]] = {WIDE_ECONOMY: wide_economy}


def figures_of(record: Record) -> dict[str, Callable[[Record], Figure]]:
    """The figures of a run by name; in a world with anonymous firms one more."""
    return FIGURES if record.crowd is None else FIGURES | WIDE_FIGURES


def figure_png(record: Record, name: str) -> bytes:
    """Draw a figure of a run, as a PNG."""
    return png(figures_of(record)[name](record))
