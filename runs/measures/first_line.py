"""The line that stops first: who it is, so that an empty shelf of a distributor is not told as a stopped industry."""

from __future__ import annotations

import numpy as np

from model.metrics import first_day, stopped
from runs.measures.quantities import after_shock, column, focus
from runs.simulation.record import Record

FIRST_LINE = "first_line_to_stop"  # of a country: a name, while the outcomes of a run are numbers


def first_line_to_stop(record: Record) -> dict[str, str | None]:
    """The name of the line that stops first in each reported country, None where none does.

    Of lines that stop on the same day it is the first of the table.
    """
    first = first_day(stopped(record.lines["output"], record.lines["usual"]), after_shock(record))
    country, named = column(record, "country"), column(record, "name")
    found: dict[str, str | None] = {}
    for code in focus(record).reported:
        rows = np.flatnonzero((country == code) & (first >= 0))
        found[f"{FIRST_LINE}_{code}"] = str(named[rows[np.argmin(first[rows])]]) if len(rows) else None
    return found


def names_a_line(outcome: str) -> bool:
    """Whether an outcome of a batch is the name of a line, while all others are numbers."""
    return outcome.startswith(FIRST_LINE)
