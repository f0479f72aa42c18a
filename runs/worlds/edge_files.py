"""Lists of links between firms as delimited text: each cell in the column that its heading means."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from model.tables.faults import Faults
from runs.worlds.delimited_files import excerpt, first_faults, is_float, read_file_text
from runs.worlds.edge_columns import CUSTOMER, SUPPLIER, find_columns, has_ends, unit_in
from runs.worlds.spreadsheet_tables import plain_number

MARKS = (",", ";", "\t", "|")
BLANKS = " "
HEADLESS = (SUPPLIER, CUSTOMER, "amount")  # the first columns of a list that does not name them
EXPECTED = "supplier, customer and amount (or seller, buyer, weight, ...)"


@dataclass
class EdgeTable:
    """Links as they were read: the cells of each known column, and where each row stands in its file.

    unit: of all amounts, where the heading says it. mark: what separates cells, for decimal commas.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    unit: str = ""
    mark: str = ","


def read_edge_file(path: Path, notes: list[str]) -> EdgeTable:
    """Read a list of links. Raise Faults with all lines that have other cells than the first, and where it names no
    supplier or customer."""
    text = read_file_text(path)
    rows = list(rows_of(path, text))
    if not rows:
        raise Faults([f"{path}: found no line; its first line names columns: {EXPECTED}"])
    heads = rows[0][1]
    columns = find_columns(heads)
    if not has_ends(columns):
        columns = columns_without_heads(path, heads, columns)
        words = ", ".join(list(columns))
        notes.append(f"{path.name}: its first line names no columns; the first {len(columns)} were taken for {words}")
        heads = []
    else:
        del rows[0]
        strays = [head for place, head in enumerate(heads) if place not in columns.values() and head]
        if strays:
            notes.append(f"{path.name}: left out {len(strays)} columns: {', '.join(map(excerpt, strays[:6]))}")
    refuse_other_cells(path, rows, len(heads), max(columns.values()) + 1)
    table = EdgeTable(mark=mark_of(text), places=[f"line {number}" for number, _ in rows])
    table.columns = {column: [cells[place] for _, cells in rows] for column, place in columns.items()}
    table.unit = unit_in(heads[columns["amount"]]) if heads and "amount" in columns else ""
    if not rows:
        raise Faults([f"{path}: found no link below its headings"])
    return table


def mark_of(text: str) -> str:
    """What separates cells: that of the marks which the first line has most of, or blanks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(MARKS, key=first.count)
    return mark if mark in first else BLANKS


def rows_of(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """The rows that say something, each with its line number."""
    mark = mark_of(text)
    if mark == BLANKS:
        return [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    reader = csv.reader(StringIO(text), delimiter=mark, skipinitialspace=True)
    try:
        return [(reader.line_num, found) for cells in reader if any(found := [cell.strip() for cell in cells])]
    except csv.Error as error:
        raise Faults([f"{path}: line {reader.line_num}: it cannot be read ({error}); check its quotes"]) from None


def columns_without_heads(path: Path, first: Sequence[str], known: dict[str, int]) -> dict[str, int]:
    """The first columns as supplier, customer and amount. Raise Faults where the first line looks like headings."""
    count = min(len(first), len(HEADLESS))
    words = count == len(HEADLESS) and not is_float(plain_number(first[2], ";")[0])
    if known or words or count < 2:
        found = ", ".join(map(excerpt, first[:6]))
        missing = " and ".join(end for end in (SUPPLIER, CUSTOMER) if end not in known)
        raise Faults([f"{path}: line 1: found no column for the {missing} ({found}); name columns {EXPECTED}"])
    return {column: place for place, column in enumerate(HEADLESS[:count])}


def refuse_other_cells(path: Path, rows: Sequence[tuple[int, list[str]]], heads: int, least: int) -> None:
    """Raise Faults for rows with fewer cells than are read or more than there are headings; fill up short ones."""
    wrong = []
    for number, cells in rows:
        if heads and any(cells[heads:]):
            wrong.append(f"line {number}: found more cells than the first line has; check its separators and quotes")
        elif len(cells) < 2:
            wrong.append(f"line {number}: found {len(cells)} cell; a supplier and a customer were expected")
        cells += [""] * (least - len(cells))
    if wrong:
        raise Faults(first_faults(path, "", wrong))
