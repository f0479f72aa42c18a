"""Captions of the figures of a run: name -> title and how to read it; `runs.figures.catalogue` draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runs.simulation.focus import focus_of

if TYPE_CHECKING:
    from runs.simulation.record import Record

WIDE_ECONOMY, NEIGHBOUR = "wide_economy", "neighbour"
CAPTIONS = {
    "handover": ("How the stop was handed on", "From top to bottom: where a tint begins, deliveries fail; where it "
                 "ends, output fails as well, and with it what the next tier is sent."),
    "cascade": ("The cascade", "Read a row from left to right: the colour deepens as days of cover are used up, "
                "and turns black on days on which the line was stopped."),
    "second_sources": ("Second sources", "A bar begins when a supplier is opened; grey is the wait until its goods "
                       "may be used. The last column says how much of its customers' need it brought; a dash: next to "
                       "nothing, or not weighed."),
    NEIGHBOUR: ("The neighbour's part", "What is sold on the left is not kept on the right; both come from the same "
                  "exporters."),
    "cover_by_tier": ("Cover by tier", "Where the lines fall first, the shock was met first; where they fall last, "
                      "stocks hid it longest."),
    "output_by_industry": ("Output by industry", "100 % is a normal day; the distance below it is what was not made."),
    "licence_funnel": ("The licence funnel", "Where filed runs away from granted, applications wait or are "
                       "refused; where granted is flat, nothing is ruled on."),
    "orders_by_tier": ("Orders by tier", "Orders that swing more than the demand behind them are the bullwhip."),
    "value_added_lost": ("Value added lost", "The last point of each line is what the run cost in all: at the lines "
                         "themselves, against what they make in the world at rest under the day's final demand. "
                         "Dotted: with what their suppliers beyond the tables lose if nobody else buys of them."),
    "prices": ("Prices", "{few} is sold at these prices; most goes at contract prices."),
    WIDE_ECONOMY: ("The wide economy", "The named firms above are part of an economy of anonymous ones; what falls "
                   "here fell because they stopped."),
}  # fmt: skip
SLOW = (
    "handover",
    "cascade",
    "cover_by_tier",
    "licence_funnel",
    "value_added_lost",
    "prices",
)  # to draw: they are begun first


def captions(record: Record) -> dict[str, tuple[str, str]]:
    """Title and caption of each figure of a run; a world without an exporters' zone has no such name in them."""
    inside = focus_of(record.register.tables).inside
    few = f"Outside {' and '.join(inside)} little" if inside else "Little"
    return {name: (title, caption.replace("{few}", few)) for name, (title, caption) in CAPTIONS.items()}


def is_drawn(name: str, record: Record) -> bool:
    """Whether a run has this figure: some are about what only some worlds have."""
    if name == NEIGHBOUR:
        return focus_of(record.register.tables).neighbour is not None
    return name != WIDE_ECONOMY or record.anonymous is not None


def names_of_figures(record: Record) -> list[str]:
    """Names of the figures of a run, those that take longest to draw first."""
    names = [name for name in CAPTIONS if is_drawn(name, record)]
    return sorted(names, key=lambda name: name not in SLOW)
