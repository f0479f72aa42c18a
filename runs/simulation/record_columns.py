"""What the columns of a run's tables mean: those that the world declares, those that name a row, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from runs.simulation.record import DECLARED, KEPT, WIDE

NAMES = {
    "date": ("date", "the day, as it is in the evening"),
    "line": ("code", "the production line; of a need or a link the one that uses the good"),
    "supplier": ("code", "the line that supplies it"),
    "good": ("code", "the good"),
    "layer": ("name", "the layer of anonymous firms"),
}  # columns by which rows are found -> unit and meaning
KEYS: dict[str, tuple[str, ...]] = {
    "lines": ("date", "line"),
    "needs": ("date", "line", "good"),
    "links": ("date", "supplier", "line", "good"),
    "licences": ("date", "supplier", "line", "good"),
    "prices": ("date", "good"),
    "wide": ("date", "layer"),
}
COVER = ("day", "days of cover: the stock over what the line means to use a day; endless where it plans nothing")
SPOT_LOG = "spot_log"  # kept as a logarithm, written as prices


def header(currency: str, zones: Sequence[str] = ()) -> pd.DataFrame:
    """What each column of the tables of a run means: table, column, unit, meaning.

    currency: the code of the world's; zones: its price zones, the last of them that of all who do not rule on exports.
    """
    rows = [row for table in KEYS for row in columns_of(table, zones)]
    frame = pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])
    return frame.assign(unit=frame["unit"].str.replace("¤", currency))


def columns_of(table: str, zones: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """The columns of a table, in their order."""
    rows = [(table, name, *NAMES[name]) for name in KEYS[table]]
    kept = [name for name in KEPT.get(table, ()) if name != SPOT_LOG]
    rows += [(table, name, DECLARED[name].unit, DECLARED[name].meaning) for name in kept]
    if table == "wide":
        rows += [(table, name, unit, meaning) for name, (unit, meaning) in WIDE.items()]
    if table == "needs":
        rows.append((table, "cover", *COVER))
    if table == "prices":
        rows += [(table, name, DECLARED["contract"].unit, f"price for a delivery at once {where}")
                 for name, where in spot_columns(zones).items()]  # fmt: skip
    return rows


def spot_columns(zones: Sequence[str]) -> dict[str, str]:
    """The columns of spot prices -> where these hold."""
    *inside, outside = zones or ("outside",)
    return {f"spot_in_{zone}": f"in the zone '{zone}'" for zone in inside} | {
        f"spot_{outside}": "where no authority rules on exports"
    }
