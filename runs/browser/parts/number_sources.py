"""Where the numbers of a line come from: its own and those of its inputs, each source once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.tables.rows import Row, number_columns
from model.tables.tables import Tables
from runs.reference.parameters import EVERY_ROW, Parameter, parameter_of

SCHEDULED = "_jan2026"  # columns that scenarios copy from; they say nothing of the line as it is


def sources_of_line(tables: Tables, row: int) -> list[dict[str, Any]]:
    """The sources of a line's numbers but zeros: kind, words, and the numbers that each is about."""
    code = tables.firms[row].line
    goods = {good.good: good.name for good in tables.goods}
    found: dict[tuple[str, str], list[str]] = {}
    for table, one in rows_of_line(tables, code):
        good = f" of {goods[one.__dict__['good']]}" if table == "needs" else ""
        for parameter in parameters_of(tables, table, one):
            if parameter.value and not parameter.column.endswith(SCHEDULED):
                words = number_words(parameter, good)
                found.setdefault((parameter.kind, parameter.source), []).append(words)
    return [{"kind": kind, "source": source, "numbers": numbers} for (kind, source), numbers in found.items()]


def rows_of_line(tables: Tables, code: str) -> Iterator[tuple[str, Row]]:
    """The rows of the tables of lines and needs that are about a line, each with its table."""
    yield from (("firms", line) for line in tables.firms if line.line == code)
    yield from (("needs", need) for need in tables.needs if need.line == code)


def parameters_of(tables: Tables, table: str, row: Row) -> list[Parameter]:
    """The numbers of a row, each with its most specific source."""
    sources = {(source.row, source.column): source for source in tables.sources
               if source.table == table and source.row in (row.key, EVERY_ROW)}  # fmt: skip
    names = {line.line: line.name for line in tables.firms}
    return [
        parameter_of(table, row, column, sources.get((row.key, column)) or sources.get((EVERY_ROW, column)), names)
        for column in number_columns(table)
    ]


def number_words(parameter: Parameter, good: str) -> str:
    """A number in words: "cover days of Dy and Tb oxide 60 days (30 to 90)"."""
    span = ""
    if parameter.low is not None and parameter.high is not None:
        span = f" ({parameter.low:,.4g} to {parameter.high:,.4g})"
    unit = "" if parameter.unit in ("-", "1") else f" {parameter.unit}"
    return f"{parameter.column.replace('_', ' ')}{good} {parameter.value:,.10g}{unit}{span}"
