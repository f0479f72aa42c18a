"""The series table: what customs reported by month, and the facts that follow from it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from model.tables.faults import Faults
from model.tables.table_files import DATA
from runs.files.durable import write_whole
from runs.validation.stylised_facts import StylisedFact
from runs.validation.trade_files import EXPORT, IMPORT, SPEC, WORLD, Trade, read_trade_file

FILE = DATA / "series.csv"
MONTH, FLAG, SOURCE = "month", "flag", "source"
RENEWED = "C"  # the flag of a month with numbers out of customs' files
MEASURE = "magnets_to"  # of the facts that follow from the table
SAME_FACT = 0.01  # the last digit in which facts are written
SAME_CELL = 0.005  # relative
Rows = list[dict[str, str]]
Count = tuple[str, str, str, str, str]  # month, flow, reporter, partner, code of goods


@dataclass(frozen=True)
class Column:
    """What a column of the table holds: goods by code, from whom to whom, kg in its unit, and its normal months."""

    name: str
    hs: str
    exporter: str
    importer: str
    kg: float
    normal: tuple[str, ...] = ()


COLUMNS = {each["name"]: Column(**each | {"normal": tuple(each.get("normal", ()))}) for each in SPEC["column"]}


def read_series(path: Path = FILE) -> Rows:
    """The rows of a series table. Raise Faults where it cannot be read or has no column of months."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Faults([f"{path}: it cannot be read ({words}); 'linestop import series' writes such a table"]) from None
    rows = [{name: cell or "" for name, cell in row.items() if name} for row in csv.DictReader(StringIO(text))]
    if not rows or MONTH not in rows[0]:
        raise Faults([f"{path}: found no column {MONTH} with rows; 'linestop import series' writes such a table"])
    return rows


def import_series(files: Sequence[Path], place: Path) -> list[str]:
    """Renew a series table by customs' files, beginning with that of the base case if it is not there; return notes.

    Where two files count the same, the later one holds. Raise Faults with all that is wrong in any of them; the table
    is then left as it was.
    """
    notes: list[str] = []
    faults: list[str] = []
    counts: dict[Count, float] = {}
    for path in files:
        try:
            mine = add_up(read_trade_file(path, notes))
        except Faults as wrong:
            faults += wrong.sentences
            continue
        again = sum(key in counts and counts[key] != kg for key, kg in mine.items())
        if again:
            notes.append(f"{path.name}: {again:,} numbers differ from those of files before it and were kept")
        counts |= mine
    before = place if place.exists() else FILE
    try:
        rows = read_series(before)
    except Faults as wrong:
        faults += wrong.sentences
    if faults:
        raise Faults(faults)
    cells = {column: cells_of(column, counts) for column in COLUMNS.values()}
    if not any(cells.values()):
        wanted = ", ".join(dict.fromkeys(column.hs for column in COLUMNS.values()))
        raise Faults([f"{files[0]}: found no month of a flow that the series hold; wanted are HS {wanted} by month"])
    if before == FILE:
        notes.append(f"{place.name}: begun with the {len(rows)} months of the base case")
    write_series(place, renewed(rows, cells, notes))
    return notes


def add_up(trades: Sequence[Trade]) -> dict[Count, float]:
    """Add up the rows that count the same, such as those of several customs offices."""
    counts: dict[Count, float] = {}
    for row in trades:
        key = (row.month, row.flow, row.reporter, row.partner, row.hs)
        counts[key] = counts.get(key, 0.0) + row.kg
    return counts


def cells_of(column: Column, counts: dict[Count, float]) -> dict[str, tuple[float, str]]:
    """The numbers of a column by month, and whose customs counted them: the exporter's, else the importer's."""
    found: dict[str, tuple[float, str]] = {}
    for flow, reporter, partner in (
        (IMPORT, column.importer, column.exporter),
        (EXPORT, column.exporter, column.importer),
    ):
        if reporter == WORLD:
            continue
        mine: dict[str, dict[str, dict[str, float]]] = {}
        for (month, way, who, other, hs), kg in counts.items():
            if (way, who) == (flow, reporter) and hs.startswith(column.hs):
                mine.setdefault(month, {}).setdefault(other, {})[hs] = kg
        for month, by_partner in mine.items():
            kgs = {other: of_shortest_codes(codes) for other, codes in by_partner.items()}
            if partner in kgs:
                found[month] = (kgs[partner] / column.kg, f"{flow}s of {reporter}")
    return found


def of_shortest_codes(codes: dict[str, float]) -> float:
    """The sum over the shortest codes of goods, for longer ones are parts of them."""
    shortest = min(map(len, codes))
    return sum(kg for hs, kg in codes.items() if len(hs) == shortest)


def renewed(rows: Rows, cells: dict[Column, dict[str, tuple[float, str]]], notes: list[str]) -> Rows:
    """The rows of a table with new numbers, in the order of months, and notes on what was new and what differs."""
    by_month = {row[MONTH]: dict(row) for row in rows}
    for column, numbers in cells.items():
        changes = []
        for month, (value, whose) in numbers.items():
            row = by_month.setdefault(month, {MONTH: month})
            old, new = row.get(column.name, ""), f"{value:.6g}"
            row[column.name] = new
            row[FLAG] = RENEWED if row.get(FLAG, RENEWED) == RENEWED else f"{row[FLAG].removesuffix('/C')}/{RENEWED}"
            said = f"{column.name} {whose}"
            row[SOURCE] = "; ".join([*(each for each in [row.get(SOURCE, "")] if each and said not in each), said])
            if old.replace(".", "").isdigit() and abs(float(old) - value) > SAME_CELL * float(old):
                changes.append(f"{month} was {old} and is {new}")
        if numbers:
            first, last = min(numbers), max(numbers)
            more = f"; {len(changes)} differ from before, such as {changes[0]}" if changes else ""
            notes.append(f"{column.name}: {len(numbers)} months, {first} to {last}{more}")
    return [by_month[month] for month in sorted(by_month)]


def write_series(place: Path, rows: Rows) -> None:
    """Write a series table whole; its flags and sources stand last."""
    last = (FLAG, SOURCE)
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in last]
    text = StringIO()
    writer = csv.DictWriter(text, [*names, *last], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(place, text.getvalue())


def renewed_facts(facts: Sequence[StylisedFact], path: Path) -> list[StylisedFact]:
    """Facts as a series table says them: those on what a month's exports are over the normal months of the table.

    A tolerance moves with its target. Facts of months or flows that the table does not hold stay as they are.
    """
    table = {row[MONTH]: row for row in read_series(path)}
    return [renewed_fact(fact, table) if fact.measure == MEASURE else fact for fact in facts]


def renewed_fact(fact: StylisedFact, table: dict[str, dict[str, str]]) -> StylisedFact:
    """A fact as a table says it, or as it is."""
    to, month = fact.argument.split()
    column = COLUMNS.get(SPEC["facts"].get(to, ""))
    if column is None or None in (fact.target, fact.low, fact.high):
        return fact
    numbers = [number_in(table, each, column.name) for each in (*column.normal, month)]
    if not column.normal or any(number is None for number in numbers):
        return fact
    *normal, value = [number or 0.0 for number in numbers]
    target = value * len(normal) / sum(normal) if sum(normal) else 0.0
    moved = target - (fact.target or 0.0)
    if abs(moved) <= SAME_FACT + 1e-9:
        return fact
    return replace(fact, target=target, low=(fact.low or 0.0) + moved, high=(fact.high or 0.0) + moved)


def number_in(table: dict[str, dict[str, str]], month: str, name: str) -> float | None:
    """The number of a cell; None for one that is empty or none."""
    cell = table.get(month, {}).get(name, "")
    return float(cell) if cell.replace(".", "", 1).isdigit() else None
