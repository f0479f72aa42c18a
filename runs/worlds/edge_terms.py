"""The cells of an edge list as numbers, row by row; what cannot be read is reported by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from model.tables.bounds import LONGEST_LEAD_DAYS, MOST_DAYS
from model.tables.faults import Faults
from runs.worlds.delimited_files import LARGEST_VALUE, LONGEST_WORD, excerpt, first_faults, is_float
from runs.worlds.edge_columns import CUSTOMER, SUPPLIER, WORDS
from runs.worlds.edge_files import EdgeTable
from runs.worlds.flows import Array
from runs.worlds.money import choose_currency, describe_conversion, millions_in, note_on_times, why_unknown
from runs.worlds.spreadsheet_tables import plain_number

TERMS = {"lead": "lead_days", "stock": "cover_days", "essential": "dependence"}  # column -> what it is in a world
BOUNDS = {"amount": (-LARGEST_VALUE, LARGEST_VALUE), "lead": (0.0, float(LONGEST_LEAD_DAYS)),
          "stock": (0.0, MOST_DAYS), "essential": (0.0, 1.0)}  # fmt: skip
YES, NO, FINAL = (frozenset(WORDS["words"][name]) for name in ("yes", "no", "final"))


def read_numbers(path: Path, table: EdgeTable, notes: list[str]) -> dict[str, Array]:
    """The amounts and terms of all rows, nan where a cell is empty. Raise Faults with all that is wrong, by line."""
    faults = id_faults(path, table)
    found: dict[str, Array] = {}
    for column in BOUNDS:
        if column in table.columns:
            found[column] = number_cells(path, table, column, notes, faults)
    if "amount" in found:
        gaps = np.isnan(found["amount"]) & np.array([not cell for cell in table.columns["amount"]])
        faults += first_faults(
            path,
            "amount",
            [f"{table.places[row]}: found nothing; write a number, or 0" for row in np.flatnonzero(gaps)],
        )
    if faults:
        raise Faults(faults)
    return found


def id_faults(path: Path, table: EdgeTable) -> list[str]:
    """Faults of rows without a supplier, and of names beyond measure."""
    wrong = [f"{place}: found nothing; name who supplies" for place, cell in
             zip(table.places, table.columns[SUPPLIER], strict=True) if not cell]  # fmt: skip
    faults = first_faults(path, SUPPLIER, wrong)
    for column in (SUPPLIER, CUSTOMER, "good"):
        long = [f"{place}: found '{excerpt(cell)}' of {len(cell):,} letters; up to {LONGEST_WORD} are possible"
                for place, cell in zip(table.places, table.columns.get(column, []), strict=False)
                if len(cell) > LONGEST_WORD]  # fmt: skip
        faults += first_faults(path, column, long)
    return faults


def number_cells(path: Path, table: EdgeTable, column: str, notes: list[str], faults: list[str]) -> Array:
    """The numbers of a column; cells that are none or beyond its bounds are added to the faults."""
    low, high = BOUNDS[column]
    read: Callable[[str], str] = yes_or_no if column == "essential" else str
    found, wrong, mended = np.full(len(table.places), np.nan), [], Counter[str]()
    for row, cell in enumerate(table.columns[column]):
        if not cell:
            continue
        plain, what = plain_number(read(cell), table.mark)
        if what:
            mended[what] += 1
        number = float(plain) if is_float(plain) else np.nan
        if low <= number <= high:
            found[row] = number
            continue
        expected = "yes, no or a number" if column == "essential" else "a number"
        wrong.append(f"{table.places[row]}: found '{excerpt(cell)}'; {expected} from {low:g} to {high:g} was expected")
    faults += first_faults(path, column, wrong)
    notes += [f"{path.name}: {count:,} numbers with {what} in {column}" for what, count in mended.items()]
    return found


def yes_or_no(cell: str) -> str:
    """1 for yes, 0 for no, in whatever words; any other cell as it is."""
    word = cell.casefold()
    return "1" if word in YES else "0" if word in NO else cell


def terms_of(numbers: dict[str, Array], notes: list[str]) -> dict[str, Array]:
    """What each link says besides its amount, under the names of a world, with notes."""
    terms = {name: numbers[column] for column, name in TERMS.items() if column in numbers}
    if "lead_days" in terms:
        at_once = int(np.sum(terms["lead_days"] < 1.0))
        if at_once:
            notes.append(f"{at_once:,} links that take less than a day were given one, the least that there is")
    if "dependence" in terms:
        needed = int(np.sum(terms["dependence"] == 1.0))
        rest = int(np.sum(terms["dependence"] < 1.0))
        notes.append(
            f"essential was read as dependence: {needed:,} links are needed for all of the output (1), {rest:,} for "
            "less or nothing of it (0 where it says no; suppliers then sell as ever, whatever their customer makes)"
        )
    return terms


def million_of_rows(
    path: Path, table: EdgeTable, times: float | None, asked: str | None, notes: list[str]
) -> tuple[Array, str]:
    """Millions of a currency in a unit of the amount of each row, and the currency, with notes.

    times: what the user says, None to go by what the file says of its units; asked: the currency that the user says.
    Raise Faults for a unit that is no money, or of which no rate to the currency is known.
    """
    count = len(table.places)
    units = table.columns.get("unit") or [table.unit] * count
    named = [unit for unit in dict.fromkeys(units) if unit]
    currency = choose_currency(named, asked)
    if times is not None or not named:
        notes.append(note_on_times(times, currency, asked, named))
        return np.full(count, times or 1.0), currency
    known = {unit: millions_in(unit, currency) for unit in dict.fromkeys(units)}
    wrong = [
        f"{place}: found '{excerpt(unit)}', {why_unknown(unit, currency)}, or say with --times how many millions it is"
        for place, unit in zip(table.places, units, strict=True)
        if known[unit] is None
    ]
    if wrong:
        raise Faults(first_faults(path, "unit", wrong if "unit" in table.columns else [wrong[0]]))
    notes += [f"amounts in '{unit}': {describe_conversion(unit, known[unit] or 1.0, currency)}" for unit in named]
    return np.array([known[unit] or 1.0 for unit in units]), currency
