"""Edits of the data tables before the world is built: which rows, which number."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from model.scenario.row_picks import IN_BRACKETS, read_picks
from model.tables.documents import plain_value
from model.tables.faults import Faults, complaint, finding, known, shown, unknown
from model.tables.rows import ROWS, Line, Name, Row, Source, number_columns
from model.tables.table_files import TablesDraft
from model.tables.tables import Tables
from model.tables.units import Unit

Cell = str | int | float
Place = tuple[str, str]

NUMBERS = frozenset(name for table in ROWS for name in number_columns(table)) | frozenset(Source.model_fields)
COPIED_ONLY = {("needs", "cover_days_jan2026"): "cover_days"}  # columns of another day, and where they are copied to
SETTING = re.compile(rf"(?P<target>[\w.]+)(?:\[(?P<where>{IN_BRACKETS})\])?(?P<times>\*?)=(?P<value>.*)", re.DOTALL)


def _cells_wanted(wanted: Any) -> Any:
    """Accept a word or number, or a list of them."""
    each = wanted if isinstance(wanted, list) else [wanted]
    if not each or not all(isinstance(cell, str | int | float) for cell in each):
        raise complaint(f"found {shown(wanted)}; a word, a number or a list of them was expected")
    return wanted


Wanted = Annotated[Any, AfterValidator(_cells_wanted)]


class Override(BaseModel):
    """A fact that differs in this scenario from the base case: one column of the rows that `where` picks."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    table: Annotated[Name, known("table")]
    """Which table."""
    where: dict[str, Wanted] = {}
    """Which rows: columns of the row, or of the line that it belongs to, each with one value or a list; without it all
    rows."""
    column: Name
    """Which number of these rows."""
    value: Annotated[float | None, Unit("that of the column")] = None
    """What it is in this scenario; exactly one of `value`, `times` and `from` is written."""
    times: Annotated[float | None, Unit("times what the table says")] = None
    """A multiple of what it is in the table."""
    from_column: Annotated[Name | None, Field(alias="from", validate_default=True)] = None
    """The column of the row from which it is copied."""
    because: Name
    """Why it is another number here, and where that is known from."""

    @field_validator("where")
    @classmethod
    def _where_is_known(cls, where: dict[str, Wanted], info: ValidationInfo) -> dict[str, Wanted]:
        columns = _where_columns(info.data.get("table", ""))
        wrong = [
            unknown(column, f"column of {info.data['table']} or of its lines", columns)
            for column in where
            if columns and column not in columns
        ]
        if wrong:
            raise complaint("; ".join(wrong))
        return where

    @field_validator("column")
    @classmethod
    def _column_has_numbers(cls, column: str, info: ValidationInfo) -> str:
        return _number_column(column, info)

    @field_validator("from_column")
    @classmethod
    def _one_way_to_a_number(cls, source: str | None, info: ValidationInfo) -> str | None:
        given = [name for name in ("value", "times") if info.data.get(name, "faulty") is not None]
        if source is not None:
            given.append("from")
        if len(given) != 1:
            raise complaint(f"found {' and '.join(given) or 'none'} of value, times and from; write exactly one")
        return source if source is None else _number_column(source, info)

    def picks(self, cells: Mapping[str, Any]) -> bool:
        """Whether the override is about the row with these cells."""
        return all(_is(cells.get(column, ""), wanted) for column, wanted in self.where.items())

    def number(self, row: Row) -> float:
        """The value that the column of this row gets."""
        if self.value is not None:
            return self.value
        if self.times is not None:
            return float(getattr(row, self.column)) * self.times
        return float(getattr(row, str(self.from_column)))


def apply_overrides(tables: Tables, overrides: Iterable[Override]) -> Tables:
    """Edit the tables, in the order of the overrides; raise Faults with all that does not fit."""
    draft = TablesDraft(tables=tables)
    draft.tables = edit(draft, [(("overrides", f"override {i}"), each) for i, each in enumerate(overrides, 1)])
    if draft.faults:
        raise Faults(draft.faults)
    return draft.tables


def edit(draft: TablesDraft, overrides: Iterable[tuple[Place, Override]]) -> Tables:
    """Edit the tables of a draft; what does not fit is noted in its faults, with its place."""
    tables = draft.tables
    for (file, place), override in overrides:
        wrong: list[str] = []
        rows: tuple[Row, ...] = getattr(tables, override.table)
        picked, strangers = _meant(override, tables)
        if not draft.unreadable.get(override.table) and not draft.unreadable.get("firms"):
            wrong += strangers
            if not wrong and not picked:
                wrong.append(f"where: found no row of {override.table} that fits all of it; widen it")
        misfits: list[str] = []
        edited = list(rows)
        for row in picked:
            edited[row] = _edited(rows[row], override, misfits)
        tables = tables.with_numbers(override.table, tuple(edited))
        if misfits:
            wrong.append(misfits[0] + (f" (and {len(misfits) - 1} more rows)" if len(misfits) > 1 else ""))
        draft.faults += [f"{file}: {place}, {words}" for words in wrong]
    return tables


def setting_override(setting: str) -> dict[str, Any] | None:
    """Read `needs.cover_days[role=magnet_maker]*=2` as an override yet unchecked; None if it is none.

    >>> setting_override("needs.cover_days[role=magnet_maker,good=dytb|alloy]=30")
    ... # doctest: +NORMALIZE_WHITESPACE
    {'table': 'needs', 'column': 'cover_days', 'where': {'role': 'magnet_maker', 'good': ['dytb', 'alloy']},
     'value': 30, 'because': 'set by hand'}
    >>> setting_override('needs.cover_days[line="A|B]",good=coal]=30')["where"]  # as read_picks reads it
    {'line': 'A|B]', 'good': 'coal'}
    """
    parts = SETTING.fullmatch(setting.strip())
    if parts is None or "." not in parts["target"]:
        return None
    table, _, column = parts["target"].partition(".")
    return {
        "table": table,
        "column": column,
        "where": read_picks(parts["where"] or ""),
        "times" if parts["times"] else "value": plain_value(parts["value"]),
        "because": "set by hand",
    }


def _where_columns(table: str) -> frozenset[str]:
    if table not in ROWS:
        return frozenset()
    columns = frozenset(ROWS[table].model_fields)
    return columns | frozenset(Line.model_fields) if "line" in columns else columns


def _number_column(column: str, info: ValidationInfo) -> str:
    table = info.data.get("table", "")
    if table in ROWS and column not in number_columns(table):
        kind = f"column of {table}"
        if column in ROWS[table].model_fields:
            kind = f"number {kind}, for it holds words"
        raise complaint(unknown(column, kind, number_columns(table)))
    return column


def _is(cell: Cell, wanted: Cell | Sequence[Cell]) -> bool:
    if isinstance(wanted, list | tuple):
        return any(_is(cell, each) for each in wanted)
    try:
        return cell == str(wanted) if isinstance(cell, str) else cell == float(str(wanted))
    except ValueError:
        return False


def _edited(row: Row, override: Override, misfits: list[str]) -> Row:
    try:
        return type(row).model_validate(row.__dict__ | {override.column: override.number(row)})
    except ValidationError as error:
        words = "; ".join(finding(detail, override.column) for detail in error.errors())
        misfits.append(f"{override.column} of {row.key}: {words}")
        return row


def _meant(override: Override, tables: Tables) -> tuple[list[int], list[str]]:
    """The rows an override picks, and its words that occur in none; cached where it picks by words alone."""
    if any(name in NUMBERS for name in override.where):
        return _searched(override, tables)
    where = tuple((name, repr(wanted)) for name, wanted in override.where.items())
    found: tuple[list[int], list[str]] = tables.structure.get_or_compute(
        ("override", override.table, where), lambda: _searched(override, tables)
    )
    return found


def _searched(override: Override, tables: Tables) -> tuple[list[int], list[str]]:
    cells = list(_cells(getattr(tables, override.table), tables))
    return [row for row, each in enumerate(cells) if override.picks(each)], _strangers(override, cells)


def _cells(rows: Iterable[Row], tables: Tables) -> Iterable[dict[str, Any]]:
    """The cells of each row together with those of the line it belongs to; the row's own go first."""
    lines = {line.line: line.__dict__ for line in tables.firms}
    for row in rows:
        yield lines.get(row.__dict__.get("line", ""), {}) | row.__dict__


def _strangers(override: Override, cells: Sequence[Mapping[str, Any]]) -> list[str]:
    """Complain of words in a selector that their column does not have, and name the nearest that it has."""
    wrong = []
    for column, wanted in override.where.items():
        column_cells = {each.get(column, "") for each in cells}
        for word in wanted if isinstance(wanted, list) else [wanted]:
            if not any(_is(cell, word) for cell in column_cells):
                wrong.append(f"where.{column}: {unknown(str(word), column, {str(cell) for cell in column_cells})}")
    return wrong


def unread(overrides: Sequence[tuple[Place, Override]]) -> list[str]:
    """Complain of numbers that are only there to be copied, where nothing copies them afterwards."""
    return [
        f"{file}: {place}: nothing in this scenario reads {part.table}.{part.column}, so that it would change nothing; "
        f"set {part.table}.{COPIED_ONLY[part.table, part.column]}"
        for i, ((file, place), part) in enumerate(overrides)
        if (part.table, part.column) in COPIED_ONLY
        and not any((later.table, later.from_column) == (part.table, part.column) for _, later in overrides[i + 1 :])
    ]
