"""Tables as spreadsheets save them: other separators, decimal commas, percent signs, blank rows, columns of one's own.

What is mended is noted; what cannot be is left as it stands, and reading the world tells of it by line.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from model.tables.faults import Faults
from model.tables.rows import ROWS, Row, number_columns
from runs.worlds.delimited_files import excerpt, read_file_text, undo_spreadsheet

NAMES_OF_MARKS = {";": "semicolons", "\t": "tabs"}
MARKS = (*NAMES_OF_MARKS, ",")
GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")  # 1,234.5
COMMA = re.compile(r"-?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+")  # 0,5 and 1.234,5
SPACED = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d+)?")  # 1 234
Cells = dict[str, str]


@dataclass
class Sheet:
    """A table: the columns that it has, its rows, None for a blank line, and the mark between cells."""

    columns: list[str]
    rows: list[Cells | None]
    mark: str = ","

    @property
    def filled(self) -> list[Cells]:
        """The rows that say something."""
        return [row for row in self.rows if row is not None]


def read_sheets(folder: Path) -> tuple[dict[str, Sheet], list[str]]:
    """The tables of a folder by name, and notes of what was mended. Raise Faults where one cannot be read."""
    sheets: dict[str, Sheet] = {}
    notes: list[str] = []
    faults: list[str] = []
    for table in ROWS:
        path = folder / f"{table}.csv"
        if not path.is_file():
            continue
        try:
            sheets[table] = read_sheet(path, ROWS[table], notes)
        except Faults as found:
            faults += found.sentences
    if faults:
        raise Faults(faults)
    return sheets, [*notes_on_marks(sheets), *notes]


def notes_on_marks(sheets: dict[str, Sheet]) -> list[str]:
    """Which tables have cells that are separated by something else than commas."""
    some = {name: [f"{table}.csv" for table, sheet in sheets.items() if sheet.mark == mark]
            for mark, name in NAMES_OF_MARKS.items()}  # fmt: skip
    return [f"{', '.join(files)}: cells are separated by {name}" for name, files in some.items() if files]


def read_sheet(path: Path, row: type[Row], notes: list[str]) -> Sheet:
    """One table, its cells as the tables of a world have them. Raise Faults with all that keeps it from being read."""
    text = read_file_text(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(MARKS, key=first.count)
    lines = [[cell.strip() for cell in cells] for cells in csv.reader(StringIO(text), delimiter=mark)]
    start = next((place for place, cells in enumerate(lines) if any(cells)), len(lines))
    if start == len(lines):
        raise Faults([f"{path.name}: found no line; its first line names its columns"])
    heads = [re.sub(r"\s+", "_", head.casefold()) for head in lines[start]]
    refuse_what_does_not_fit(path.name, heads, lines[start + 1 :], start)
    strays = [head for head in heads if head and head not in row.model_fields]
    if strays:
        notes.append(f"{path.name}: left out what is no column of this table: {', '.join(map(excerpt, strays))}")
    rows = [dict(zip(heads, cells, strict=False)) if any(cells) else None for cells in lines[start + 1 :]]
    known = [head for head in dict.fromkeys(heads) if head in row.model_fields]
    sheet = Sheet(known, [cells and {head: cells.get(head, "") for head in known} for cells in rows], mark)
    mend_numbers(sheet, path.stem, mark, notes)
    return sheet


def refuse_what_does_not_fit(name: str, heads: Sequence[str], lines: Sequence[Sequence[str]], start: int) -> None:
    """Raise Faults for columns that are there twice and lines with more cells than the first."""
    twice = [head for head, count in Counter(heads).items() if head and count > 1]
    faults = [f"{name}: column {excerpt(head)}: it is there twice; keep one" for head in twice]
    faults += [
        f"{name}: line {start + 2 + place}: found more cells than the first line has; check its separators and quotes"
        for place, cells in enumerate(lines)
        if any(cells[len(heads) :])
    ]
    if faults:
        raise Faults(faults)


def mend_numbers(sheet: Sheet, table: str, mark: str, notes: list[str]) -> None:
    """Write the numbers of a table as Python reads them, with a note on how many were written otherwise."""
    mended: dict[str, str] = {}
    counts: Counter[str] = Counter()
    numbers = [column for column in number_columns(table) if column in sheet.columns]
    whole = {name for name, info in ROWS[table].model_fields.items() if info.annotation is int}
    for cells in sheet.filled:
        for column in numbers:
            plain, what = plain_number(cells[column], mark)
            if what:
                counts[what] += 1
                mended.setdefault(what, f"'{excerpt(cells[column])}' in {column} is {plain}")
            cells[column] = undo_spreadsheet(plain) if column in whole else plain
    notes += [f"{table}.csv: {count} numbers with {what}, such as {mended[what]}" for what, count in counts.items()]


def plain_number(cell: str, mark: str) -> tuple[str, str]:
    """A number as Python reads it, and what was mended in it; any other cell as it is.

    A comma in a file whose cells are separated by something else is a decimal comma.

    >>> plain_number("0,5", ";"), plain_number("1,234.5", ","), plain_number("35 %", ",")
    (('0.5', 'a decimal comma'), ('1234.5', 'marks between thousands'), ('0.35', 'a percent sign'))
    >>> plain_number("1.234,5", ";"), plain_number("12", ","), plain_number("x%", ",")
    (('1234.5', 'a decimal comma'), ('12', ''), ('x%', ''))
    """
    if cell.endswith("%"):
        share, _ = plain_number(cell[:-1].rstrip(), mark)
        try:
            return f"{float(share) / 100.0:.12g}", "a percent sign"
        except ValueError:
            return cell, ""
    if SPACED.fullmatch(cell):
        return plain_number(re.sub(r"[ \u00a0\u202f']", "", cell), mark)[0], "marks between thousands"
    if mark == "," and GROUPED.fullmatch(cell):
        return cell.replace(",", ""), "marks between thousands"
    if mark != "," and COMMA.fullmatch(cell):
        return cell.replace(".", "").replace(",", "."), "a decimal comma"
    return cell, ""
