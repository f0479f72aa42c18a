"""Where the numbers of a line come from: its own and those of its inputs, each source once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from model.tables.rows import Row, number_columns
from model.tables.tables import Tables
from runs.reference.parameters import EVERY_ROW, UNTOLD, Parameter, parameter_of

COLUMNS = {
    "tier": "place in the chain",
    "demand_per_year": "final demand",
    "capacity_per_year": "capacity",
    "finished_days": "finished goods on the floor",
    "houses": "companies in the line",
    "military_share": "share for military users",
    "value_added": "value added",
    "per_unit": "input per unit",
    "dependence": "output that needs the input",
    "cover_days": "normal stock",
    "thrift_least": "use after redesign",
    "thrift_days": "time for redesign",
}  # what a number is called, by its column, without the sign of a currency
NO_UNIT = ("-", "1", "tier")
SCHEDULED = "_jan2026"  # columns that scenarios copy from; they say nothing of the line as it is


def sources_of_line(tables: Tables, row: int) -> list[dict[str, Any]]:
    """The sources of a line's numbers but zeros: their kind, words, and the numbers that each is about.

    A number: what it is, the good of the input that it is about, if any, its value, unit, and range. `source` is a
    quotation from the tables, empty where they do not say; all else are words of the page.
    """
    code = tables.firms[row].line
    goods = {good.good: good.name for good in tables.goods}
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for table, one in rows_of_line(tables, code):
        good = goods[one.__dict__["good"]] if table == "needs" else ""
        for parameter in parameters_of(tables, table, one):
            if parameter.value and not parameter.column.endswith(SCHEDULED):
                source = "" if parameter.kind == UNTOLD else parameter.source
                number = {"good": good, **number_words(parameter, goods)}
                found.setdefault((parameter.kind, source), []).append(number)
    return [{"sort": kind, "source": source, "numbers": numbers} for (kind, source), numbers in found.items()]


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


def number_words(parameter: Parameter, goods: Mapping[str, str]) -> dict[str, str]:
    """What a number is, its value, unit and range, such as normal stock, 60, days, 30 to 90; goods: code -> name."""
    span = ""
    if parameter.low is not None and parameter.high is not None:
        span = f"{parameter.low:,.7g}–{parameter.high:,.7g}"
    unit = "" if parameter.unit in NO_UNIT else re.sub(r"\w+", lambda word: goods.get(word[0], word[0]), parameter.unit)
    column = next((words for column, words in COLUMNS.items() if parameter.column.startswith(column)), None)
    what = column or parameter.column.replace("_", " ")
    return {"what": what, "value": f"{parameter.value:,.10g}", "unit": unit, "span": span}
