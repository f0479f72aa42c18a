"""The figures of a run by name, each with a title and how to read it; `runs.figures.run_figures` draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runs.measures.focus import focus_of

if TYPE_CHECKING:
    from runs.simulation.record import Record

WIDE = "wide_economy"
READING = {
    "cascade": ("The cascade", "Read a row from left to right: the colour deepens as days of cover are used up, "
                "and turns black on days on which the line stood."),
    "cover_by_tier": ("Cover by tier", "Where the lines fall first, the shock was met first; where they fall last, "
                      "stocks hid it longest."),
    "output_by_industry": ("Output by industry", "100 % is a normal day; the distance below it is what was not made."),
    "licence_funnel": ("The licence funnel", "The gap between filed and granted is what waits or was refused."),
    "orders_by_tier": ("Orders by tier", "Orders that swing more than the demand behind them are the bullwhip."),
    "value_added_lost": ("Value added lost", "The last point of each line is what the run cost in all."),
    "prices": ("Prices", "Outside China few tonnes change hands at these prices; most go at contract prices."),
    WIDE: ("The wide economy", "The named firms above stand in an economy of nameless ones; what falls here "
           "fell because they stopped."),
}  # fmt: skip
LONG = ("cascade", "cover_by_tier", "value_added_lost", "prices")  # to draw: begun first, the last are soon done


def reading(record: Record) -> dict[str, tuple[str, str]]:
    """Title of each figure of a run and how to read it: no exporter's zone is named where there is none."""
    inside = focus_of(record.register.tables).inside
    outside = f"Outside {inside} few" if inside else "Few"
    title, hint = READING["prices"]
    return READING | {"prices": (title, hint.replace("Outside China few", outside))}


def names_of_figures(record: Record) -> list[str]:
    """What there is to draw of a run, in the order of drawing: one more in a world with nameless firms."""
    names = [name for name in READING if name != WIDE or record.anonymous is not None]
    return sorted(names, key=lambda name: name not in LONG)
