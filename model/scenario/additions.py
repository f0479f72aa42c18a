"""What a scenario adds to the tables: goods, firms, needs and links that a what-if is about, each with its source.

An added row has the columns of its table and two keys more: `source`, where its numbers come from ("hypothetical" if
from nowhere), and `range`, the low and the high of those that are assumptions. They become rows of the table of
sources, so that settings, levers and uncertainties reach what is added as they reach everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.scenario.overrides import Place
from model.tables.faults import nearest, sentences, shown, unknown
from model.tables.rows import ROWS, Name, Row, Source, key_of, number_columns
from model.tables.table_files import TablesDraft, link_faults
from model.tables.units import Unit

KEY = "add"  # of a scenario file
ADDED_TABLES = ("countries", "goods", "firms", "industries", "needs", "links")
HYPOTHETICAL = "hypothetical"
NAMES = {"country": ("countries", "country"), "good": ("goods", "good"), "line": ("firms", "line"),
         "firm": ("firms", "firm"), "industry": ("firms", "industry")}  # fmt: skip
Number = Annotated[float, Field(allow_inf_nan=False), Unit("that of the column")]


class Provenance(BaseModel):
    """Where the numbers of an added row come from, and between which ends those lie that are assumed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    source: Name
    """Where the numbers of the row come from; "hypothetical" if from nowhere."""
    range: dict[str, Annotated[tuple[Number, Number], Field(strict=False)]] = {}
    """By column, the low and the high of a number that is an assumption; it becomes an uncertainty like any other."""


class Added(NamedTuple):
    """A row that a scenario adds: where it is written, to which table, and its keys, yet unchecked."""

    place: Place
    table: str
    keys: dict[str, Any]

    @property
    def cells(self) -> dict[str, Any]:
        """The cells of the row, without what is said of its numbers."""
        return {name: cell for name, cell in self.keys.items() if name not in Provenance.model_fields}

    @property
    def key(self) -> str:
        """The key of the row."""
        return key_of(self.cells, ROWS[self.table])

    def complaint(self, words: str) -> str:
        """A sentence about the row."""
        return f"{self.place[0]}: {self.place[1]} ({self.key}), {words}"


def additions_in(document: Any, file: str, faults: list[str]) -> list[Added]:
    """The rows that a scenario file adds, table by table; what is no table of rows is noted."""
    if not isinstance(document, dict):
        faults.append(f"{file}: {KEY}: found {shown(document)}; write rows such as [[{KEY}.goods]]")
        return []
    found = []
    for table, rows in document.items():
        if table not in ADDED_TABLES:
            faults.append(f"{file}: {KEY}.{table}: {unknown(table, 'table to add to', ADDED_TABLES)}")
            continue
        for number, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
            if isinstance(row, dict):
                found.append(Added((file, f"{KEY}.{table} {number}"), table, row))
            else:
                faults.append(
                    f"{file}: {KEY}.{table} {number}: found {shown(row)}; write [[{KEY}.{table}]] with its keys"
                )
    return found


def added_keys(added: Iterable[Added]) -> dict[str, tuple[str, ...]]:
    """The keys of added rows by table."""
    keys: dict[str, tuple[str, ...]] = {}
    for each in added:
        keys[each.table] = (*keys.get(each.table, ()), each.key)
    return keys


def add_rows(draft: TablesDraft, added: Sequence[Added]) -> None:
    """Put added rows behind those of the tables of a draft, with their names and sources; note all that is wrong."""
    if not added:
        return
    if draft.tables.anonymous is not None and any(each.table == "firms" for each in added):
        folder, first = draft.tables.anonymous.folder.name, next(each for each in added if each.table == "firms")
        words = f"the anonymous firms of {folder} were made around the firms of its tables; leave it out, or --world"
        draft.faults.append(first.complaint(words))
    draft.names = with_names(draft.names, added)
    rows: dict[str, tuple[Row, ...]] = {}
    sources: list[Source] = []
    for each in added:
        row = checked(each, draft)
        if row is None:  # so that nothing is said of links of a firm that could not be read
            unread = [*draft.unreadable.get(each.table, ()), each.cells]
            draft.unreadable = {**draft.unreadable, each.table: unread}
        else:
            rows[each.table] = (*rows.get(each.table, ()), row)
            sources += sources_of(row, each, draft)
    draft.faults += already_there(draft, added) + misfits(draft, added)
    more: dict[str, Any] = {table: getattr(draft.tables, table) + some for table, some in rows.items()}
    draft.tables = replace(draft.tables, **more, sources=(*draft.tables.sources, *sources))


def with_names(names: Mapping[str, Any], added: Sequence[Added]) -> dict[str, Any]:
    """The names that rows, overrides and shocks may use, those of added rows included."""
    found = dict(names)
    for kind, (table, column) in NAMES.items():
        more = {cell for each in added if each.table == table and isinstance(cell := each.cells.get(column), str)}
        for wider in (kind, "line or firm") if kind in ("line", "firm") else (kind,):
            if more and wider in found:
                found[wider] = frozenset(found[wider]) | more
    return found


def checked(each: Added, draft: TablesDraft) -> Row | None:
    """An added row by the schema of its table and what is said of its numbers; None if something is wrong."""
    before, (file, place) = len(draft.faults), each.place
    where, kind, row = f"{place} ({each.key})", ROWS[each.table], None
    try:
        row = kind.model_validate(each.cells, strict=True, context=draft.names)
    except ValidationError as error:
        draft.faults += sentences(error, file, where, kind)
    said = {name: each.keys[name] for name in Provenance.model_fields if name in each.keys}
    try:
        ranges = Provenance.model_validate(said).range
    except ValidationError as error:
        draft.faults += sentences(error, file, where, Provenance)
        return None
    numbers = number_columns(each.table)
    for column, (low, high) in ranges.items():
        value = each.cells.get(column)
        if column not in numbers:
            draft.faults.append(
                each.complaint(f"range.{column}: it is no number of {each.table}; {nearest(column, numbers)}")
            )
        elif isinstance(value, int | float) and not low <= value <= high:
            draft.faults.append(
                each.complaint(f"range.{column}: must hold the value {value:g}, got {low:g} to {high:g}")
            )
    return row if len(draft.faults) == before else None


def sources_of(row: Row, each: Added, draft: TablesDraft) -> list[Source]:
    """A row of the table of sources for each number that an added row gives."""
    said = Provenance.model_validate({name: each.keys[name] for name in Provenance.model_fields if name in each.keys})
    units = {source.column: source.unit for source in draft.tables.sources if source.table == each.table}
    found = []
    for column in (name for name in number_columns(each.table) if name in each.cells):
        value = float(getattr(row, column))
        assumed = column in said.range or said.source == HYPOTHETICAL
        low, high = said.range.get(column, (value, value))
        found.append(Source(
            table=each.table, row=row.key, column=column, unit=units.get(column, "as in its table"),
            kind="assumption" if assumed else "sourced", source=said.source,
            low=f"{low:.12g}" if assumed else "", high=f"{high:.12g}" if assumed else "",
        ))  # fmt: skip
    return found


def already_there(draft: TablesDraft, added: Sequence[Added]) -> list[str]:
    """Complain of rows that a table has already, or that are added twice."""
    wrong = []
    first: dict[tuple[str, str], str] = {
        (table, key_of(cells, ROWS[table])): f"{table}.csv"
        for table in ADDED_TABLES
        for _, cells in draft.cells.get(table, ())
    }
    first |= {("goods", good.good): "goods.csv" for good in draft.tables.goods}
    for each in added:
        known = first.setdefault((each.table, each.key), " ".join(each.place))
        if known != " ".join(each.place):
            mend = "change its numbers with [[override]]" if known.endswith(".csv") else "keep one"
            wrong.append(each.complaint(f"found a row that {known} has already; give it another code, or {mend}"))
    return wrong


def misfits(draft: TablesDraft, added: Sequence[Added]) -> list[str]:
    """Complain of links that do not fit maker or buyer, and of added needs that no link serves."""
    rows: dict[str, list[Mapping[str, Any]]] = {
        table: [cells for _, cells in draft.cells.get(table, ())] for table in ("firms", "needs", "links")
    }
    for each in added:
        rows.setdefault(each.table, []).append(each.cells)
    links = [(f"{each.place[0]}: {each.place[1]} ({each.key})", each.cells) for each in added if each.table == "links"]
    wrong = (
        []
        if draft.unclear & {"firms", "needs"}
        else link_faults(links, rows["firms"], rows["needs"], draft.names.get("good"))
    )
    served = {(cells.get("line"), cells.get("good")) for cells in rows["links"]}
    for each in added:
        if each.table == "needs" and (each.cells.get("line"), each.cells.get("good")) not in served:
            wrong.append(each.complaint(f"found no link that brings it; write [[{KEY}.links]] with its supplier"))
    return wrong


def shares_written_in(added: Iterable[Added]) -> dict[tuple[str, str], str]:
    """The scenario file in which shares of a need stand, by line and good of the added needs and links."""
    return {(str(each.cells.get("line")), str(each.cells.get("good"))): f"{each.place[0]}: {KEY}.links"
            for each in added if each.table in ("needs", "links")}  # fmt: skip
