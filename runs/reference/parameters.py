"""Every number of the base case, with its unit and where it comes from."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from model.tables.tables import Row, Source, Tables, number_columns

EVERY_ROW = "*"
TABLES = ("countries", "goods", "firms", "needs", "links", "minds")
KINDS = {
    "sourced": ("sourced", "sourced"),
    "derived": ("derived", "derived"),
    "calibrated": ("calibrated", "calibrated"),
    "assumption": ("assumption with low and high", "assumptions with low and high"),
}  # kind -> how one and how many are called
INDENT = "    "


@dataclass(frozen=True)
class Fact:
    """One number: where it stands, what it is, and where it comes from; low and high if a range is given."""

    table: str
    row: str
    column: str
    value: float
    unit: str
    kind: str
    source: str
    low: float | None
    high: float | None
    lines: tuple[str, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)

    def plain(self) -> dict[str, Any]:
        """The number as a machine reads it."""
        names = ("table", "row", "column", "value", "unit", "kind", "source", "low", "high")
        return {name: getattr(self, name) for name in names}

    def words(self) -> str:
        """All that can be searched for."""
        return " ".join((self.table, self.row, self.column, self.unit, self.kind, self.source, *self.names))


def facts(tables: Tables) -> list[Fact]:
    """The numbers of all tables, each with its most specific source."""
    sources = {(source.table, source.row, source.column): source for source in tables.sources}
    names = {line.line: line.name for line in tables.firms}
    found = []
    for table in TABLES:
        columns = number_columns(table)
        for row in getattr(tables, table):
            for column in columns:
                source = sources.get((table, row.key, column)) or sources[table, EVERY_ROW, column]
                found.append(fact(table, row, column, source, names))
    return found


def fact(table: str, row: Row, column: str, source: Source, names: dict[str, str]) -> Fact:
    """One number with its source."""
    value = float(getattr(row, column))
    low, high = source.range_of(value) or (None, None)
    lines = tuple(dict.fromkeys(code for code in (getattr(row, "line", ""), getattr(row, "supplier", "")) if code))
    called = tuple(names[code] for code in lines) or (
        str(getattr(row, "name", "")),
        str(getattr(row, "meaning", "")),
    )
    unit = str(getattr(row, "unit", source.unit)) if table == "minds" else source.unit
    return Fact(table, row.key, column, value, unit, source.kind, source.source, low, high, lines, called)


def chosen(all_facts: Iterable[Fact], table: str = "", lines: Sequence[str] = (), word: str = "") -> list[Fact]:
    """The facts of a table, about some lines, with a word in them; all conditions that are given hold."""
    return [
        each
        for each in all_facts
        if table in ("", each.table)
        and (not lines or set(lines) & set(each.lines))
        and word.casefold() in each.words().casefold()
    ]


def shown(some: Sequence[Fact], width: int) -> str:
    """Facts as people read them: by table and column, each source once, with the numbers that it gives."""
    blocks = [tally(some)]
    for (table, column, unit), group in groupby(some_by_column(some), key=heading):
        blocks.append(f"\n{table}.{column} [{unit}]")
        for (kind, source), numbers in groupby(group, key=lambda each: (each.kind, each.source)):
            words = f"{kind}: {source}"
            blocks.append(textwrap.fill(words, width, initial_indent="  ", subsequent_indent=INDENT))
            blocks.append(packed([number(each) for each in numbers], width))
    return "\n".join(blocks)


def heading(each: Fact) -> tuple[str, str, str]:
    """Under which heading a fact stands."""
    return each.table, each.column, each.unit


def some_by_column(some: Sequence[Fact]) -> list[Fact]:
    """Facts in the order of tables and columns, those with one source together."""
    place = {each: rank for rank, each in enumerate(dict.fromkeys((f.table, f.column) for f in some))}
    tables = {table: rank for rank, table in enumerate(TABLES)}
    first: dict[tuple[str, ...], int] = {}
    for rank, each in enumerate(some):
        first.setdefault((*heading(each), each.kind, each.source), rank)
    return sorted(
        some,
        key=lambda each: (
            tables[each.table],
            place[each.table, each.column],
            each.unit,
            first[*heading(each), each.kind, each.source],
        ),
    )


def number(each: Fact) -> str:
    """One number in a line: `SEJ-H:dytb 60 (30 to 90)`."""
    span = "" if each.low is None or each.high is None else f" ({each.low:.6g} to {each.high:.6g})"
    return f"{each.row} {each.value:.10g}{span}"


def packed(entries: Sequence[str], width: int) -> str:
    """Entries in as many columns as the width has room for."""
    widest = max(len(entry) for entry in entries) + 3
    across = max(1, (width - len(INDENT)) // widest)
    rows = [entries[start : start + across] for start in range(0, len(entries), across)]
    return "\n".join((INDENT + "".join(f"{entry:<{widest}}" for entry in row)).rstrip() for row in rows)


def tally(some: Sequence[Fact]) -> str:
    """How many numbers there are, and of what kinds."""
    counts = Counter(each.kind for each in some)
    parts = [f"{counts[kind]:,} {words[counts[kind] != 1]}" for kind, words in KINDS.items() if counts[kind]]
    return f"{len(some):,} numbers: {', '.join(parts)}." if len(some) != 1 else f"1 number: {parts[0]}."
