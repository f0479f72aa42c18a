"""Parameters: every number of a world, with its unit and its source."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from model.tables.line_names import tell_lines_apart
from model.tables.rows import Row, Source, number_columns
from model.tables.tables import Tables

EVERY_ROW = "*"
TABLES = ("countries", "goods", "firms", "needs", "links", "minds", "industries")
KIND_NAMES = {
    "sourced": ("sourced", "sourced"),
    "derived": ("derived", "derived"),
    "calibrated": ("calibrated", "calibrated"),
    "assumption": ("assumption with low and high", "assumptions with low and high"),
    "untold": ("number without a source", "numbers without a source"),
}  # kind -> singular, plural
NO_SOURCE = "sources.csv does not say where it comes from"
UNTOLD = "untold"  # the kind of a number of which a world does not say where it comes from
INDENT = "    "


@dataclass(frozen=True)
class Parameter:
    """One number: its table, row and column, its value and unit, and its source; low and high if a range is given."""

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

    def as_dict(self) -> dict[str, Any]:
        """The parameter as a JSON object."""
        names = ("table", "row", "column", "value", "unit", "kind", "source", "low", "high")
        return {name: getattr(self, name) for name in names}

    def search_text(self) -> str:
        """The text in which a word is searched for."""
        return " ".join((self.table, self.row, self.column, self.unit, self.kind, self.source, *self.names))

    @property
    def heading(self) -> tuple[str, str, str]:
        """Table, column and unit: parameters that agree in these are printed together."""
        return self.table, self.column, self.unit


def list_parameters(tables: Tables) -> list[Parameter]:
    """The parameters of all tables, each with its most specific source."""
    sources = {(source.table, source.row, source.column): source for source in tables.sources}
    names = {line.line: line.name for line in tell_lines_apart(tables).firms}
    parameters = []
    for table in TABLES:
        columns = number_columns(table)
        for row in getattr(tables, table):
            for column in columns:
                source = sources.get((table, row.key, column)) or sources.get((table, EVERY_ROW, column))
                parameters.append(parameter_of(table, row, column, source, names))
    return parameters


def parameter_of(table: str, row: Row, column: str, source: Source | None, names: dict[str, str]) -> Parameter:
    """One cell of a table as a parameter; names: line -> its readable name; source: None where nothing says it."""
    value = float(getattr(row, column))
    low, high = (source.range_of(value) if source is not None else None) or (None, None)
    unit, kind, words = (source.unit, source.kind, source.source) if source is not None else ("-", UNTOLD, NO_SOURCE)
    lines = tuple(dict.fromkeys(code for code in (getattr(row, "line", ""), getattr(row, "supplier", "")) if code))
    called = tuple(names[code] for code in lines) or (str(getattr(row, "name", "")), str(getattr(row, "meaning", "")))
    unit = str(getattr(row, "unit", unit)) if table == "minds" else unit
    return Parameter(table, row.key, column, value, unit, kind, words, low, high, lines, called)


def select_parameters(
    parameters: Iterable[Parameter], table: str = "", lines: Sequence[str] = (), word: str = ""
) -> list[Parameter]:
    """The parameters of a table, about some lines, with a word in them; an empty condition is met by all."""
    return [
        each
        for each in parameters
        if table in ("", each.table)
        and (not lines or set(lines) & set(each.lines))
        and word.casefold() in each.search_text().casefold()
    ]


def parameters_text(parameters: Sequence[Parameter], width: int) -> str:
    """Parameters as text of so many letters a line: by table and column, each source once with its numbers."""
    blocks = [count_by_kind(parameters)]
    for (table, column, unit), group in groupby(sort_by_column(parameters), key=lambda each: each.heading):
        blocks.append(f"\n{table}.{column} [{unit}]")
        for (kind, source), some in groupby(group, key=lambda each: (each.kind, each.source)):
            words = f"{kind}: {source}"
            blocks.append(textwrap.fill(words, width, initial_indent="  ", subsequent_indent=INDENT))
            blocks.append(lay_in_columns([value_text(each) for each in some], width))
    return "\n".join(blocks)


def sort_by_column(parameters: Sequence[Parameter]) -> list[Parameter]:
    """Parameters in the order of tables and columns, those with one source together."""
    place = {each: rank for rank, each in enumerate(dict.fromkeys((f.table, f.column) for f in parameters))}
    tables = {table: rank for rank, table in enumerate(TABLES)}
    first: dict[tuple[str, ...], int] = {}
    for rank, each in enumerate(parameters):
        first.setdefault((*each.heading, each.kind, each.source), rank)

    def order(each: Parameter) -> tuple[int, int, str, int]:
        source_rank = first[*each.heading, each.kind, each.source]
        return tables[each.table], place[each.table, each.column], each.unit, source_rank

    return sorted(parameters, key=order)


def value_text(each: Parameter) -> str:
    """One parameter in a line: `SEJ-H:dytb 60 (30 to 90)`."""
    span = "" if each.low is None or each.high is None else f" ({each.low:.6g} to {each.high:.6g})"
    return f"{each.row} {each.value:.10g}{span}"


def lay_in_columns(entries: Sequence[str], width: int) -> str:
    """Entries side by side, in as many columns as the width has room for."""
    widest = max(len(entry) for entry in entries) + 3
    across = max(1, (width - len(INDENT)) // widest)
    rows = [entries[start : start + across] for start in range(0, len(entries), across)]
    return "\n".join((INDENT + "".join(f"{entry:<{widest}}" for entry in row)).rstrip() for row in rows)


def count_by_kind(parameters: Sequence[Parameter]) -> str:
    """How many parameters there are, and of what kinds, in a sentence."""
    counts = Counter(each.kind for each in parameters)
    parts = [f"{counts[kind]:,} {words[counts[kind] != 1]}" for kind, words in KIND_NAMES.items() if counts[kind]]
    return f"{len(parameters):,} numbers: {', '.join(parts)}." if len(parameters) != 1 else f"1 number: {parts[0]}."
