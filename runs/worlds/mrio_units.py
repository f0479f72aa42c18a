"""Units of an input-output table, row by row, turned into one unit of money."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from runs.worlds.delimited_files import excerpt
from runs.worlds.flows import Array
from runs.worlds.money import choose_currency, describe_conversion, millions_in, note_on_times, why_unknown

Said = tuple[float | None, str | None]  # how many millions a unit is, and of which currency, as the user says
MOST_NAMED = 3  # rows or units in a sentence
MEND = "say with --times how many millions of the currency a unit is"


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
    folder: Path,
    units: Sequence[str] | None,
    count: int,
    said: Said,
    notes: list[str],
    faults: list[str],
) -> tuple[Array, str]:
    """Millions of a currency in a unit of each of `count` rows, and the currency; what was converted is noted.

    said: what the user says, how many millions a unit is and which currency, each None to go by the units. A unit that
    is no money is a fault, as is one of which no rate to the currency is known.
    """
    times, asked = said
    named = [unit for unit in dict.fromkeys(units or ()) if unit]
    currency = choose_currency(named, asked)
    if times is not None or not named:
        notes.append(note_on_times(times, currency, asked, named[:MOST_NAMED]))
        return np.full(count, times or 1.0), currency
    several = [unit for unit in dict.fromkeys(units or ()) if unit or len(named) > 1]  # of one unit, gaps are filled
    known = {unit: millions_in(unit, currency) for unit in several}
    strange = [unit for unit, number in known.items() if number is None]
    if strange:
        faults.append(unknown_units(folder, strange, len(several), list(units or ()), currency))
        return np.ones(count), currency
    factors = {unit: number for unit, number in known.items() if number is not None}
    if len(factors) == 1:
        conversion = describe_conversion(named[0], factors[named[0]], currency)
        notes.append(f"amounts are in '{excerpt(named[0])}': {conversion}")
    else:
        notes += [
            f"amounts of {list(units or ()).count(unit):,} rows are in '{unit}': "
            f"{describe_conversion(unit, number, currency)}"
            for unit, number in factors.items()
        ]
    return np.array([factors.get(unit, factors[named[0]]) for unit in units or ()], float), currency


def unknown_units(folder: Path, strange: Sequence[str], named: int, units: Sequence[str], currency: str) -> str:
    """The fault of units that are no known money: which, in how many rows, and the mend."""
    some = ", ".join(f"'{excerpt(unit)}'" for unit in strange[:MOST_NAMED])
    if named == 1:
        return f"{folder}: amounts are in {some}, {why_unknown(strange[0], currency)}, or {MEND}"
    rows = sum(unit in set(strange) for unit in units)
    why = why_unknown(strange[0], currency)
    if len(strange) > 1:
        why = why.replace("is no known unit", "are no known units")
    return f"{folder}: amounts of {rows:,} rows are in {some}, {why} into its unit file"
