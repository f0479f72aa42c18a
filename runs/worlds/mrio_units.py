"""Units of an input-output table, row by row, turned into one unit of money."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from runs.worlds.delimited_files import excerpt
from runs.worlds.flows import Array
from runs.worlds.money import MILLIONS, describe_conversion, million_jpy

MOST_NAMED = 3  # rows or units in a sentence
MEND = f"say with --times how many {MILLIONS} a unit is"


def read_units(path: Path, rows: Sequence[str], wanted: bool, faults: list[str]) -> list[str] | None:
    """The unit of each row of a table, by its unit file; None where that says nothing.

    rows: what the rows of the table are called, region and sector. wanted: whether it is a fault that the file cannot
    be read or has other rows.
    """
    try:
        frame = pd.read_parquet(path).reset_index() if path.suffix == ".parquet" else pd.read_csv(
            path, sep="\t", dtype=str, keep_default_na=False
        )  # fmt: skip
    except (OSError, ValueError) as error:
        if wanted:
            words = " ".join(str(error).split())
            faults.append(f"{path}: the unit cannot be read ({words}); {MEND}")
        return None
    if not len(frame.columns) or not len(frame):
        return None
    units = ["" if pd.isna(unit) else str(unit).strip() for unit in frame.iloc[:, -1]]
    named = [unit for unit in dict.fromkeys(units) if unit]
    if len(named) < 2:
        return named * len(rows) or None
    by_row = dict(zip(frame.iloc[:, :-1].astype(str).agg(": ".join, axis=1), units, strict=True))
    strays = [row for row in rows if row not in by_row]
    if strays:
        if wanted:
            faults.append(f"{path}: it names several units and none for row '{excerpt(strays[0])}'; give each row one")
        return named
    return [by_row[row] for row in rows]


def factors_of_units(
    folder: Path, units: Sequence[str] | None, count: int, times: float | None, notes: list[str], faults: list[str]
) -> Array:
    """Million JPY in a unit of each of `count` rows; what was read, converted or assumed is noted.

    times: what the user says, None to go by the units. A unit that is no money is a fault.
    """
    named = [unit for unit in dict.fromkeys(units or ()) if unit]
    quoted = " and ".join(f"'{excerpt(unit)}'" for unit in named[:2]) + (", ..." if len(named) > 2 else "")
    if times is not None:
        more = f"; the unit file says {quoted}" if named else ""
        notes.append(f"amounts were taken times {times:g} for {MILLIONS}, as --times says{more}")
        return np.full(count, times)
    if not named:
        notes.append(f"no unit file: amounts were taken for {MILLIONS} (--times says otherwise)")
        return np.ones(count)
    several = [unit for unit in dict.fromkeys(units or ()) if unit or len(named) > 1]  # of one unit, gaps are filled
    known = {unit: million_jpy(unit) for unit in several}
    strange = [unit for unit, number in known.items() if number is None]
    if strange:
        faults.append(unknown_units(folder, strange, len(several), list(units or ())))
        return np.ones(count)
    factors = {unit: number for unit, number in known.items() if number is not None}
    if len(factors) == 1:
        notes.append(f"amounts are in {quoted}: {describe_conversion(named[0], factors[named[0]])}")
    else:
        notes += [
            f"amounts of {list(units or ()).count(unit):,} rows are in '{unit}': {describe_conversion(unit, number)}"
            for unit, number in factors.items()
        ]
    return np.array([factors.get(unit, factors[named[0]]) for unit in units or ()], float)


def unknown_units(folder: Path, strange: Sequence[str], named: int, units: Sequence[str]) -> str:
    """The fault of units that are no known money: which, in how many rows, and the mend."""
    some = ", ".join(f"'{excerpt(unit)}'" for unit in strange[:MOST_NAMED])
    if named == 1:
        return f"{folder}: amounts are in {some}; {MEND}"
    rows = sum(unit in set(strange) for unit in units)
    words = "which is no known unit of money" if len(strange) == 1 else "which are no known units of money"
    return f"{folder}: amounts of {rows:,} rows are in {some}, {words}; write one such as M.EUR into its unit file"
