"""Reading the data tables from CSV files, with everything that is wrong in them reported together."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model.tables.anonymous_firms import AnonymousFirms, Codes
from model.tables.calibrated import laid_over, read_tuned
from model.tables.faults import Faults, nearest, sentences, unknown
from model.tables.focus_file import complete_focus, read_focus, tier_faults
from model.tables.rows import (
    LINE_ROLES,
    MIND_ROLES,
    ROWS,
    Country,
    Good,
    Industry,
    Line,
    Link,
    OwnRole,
    Row,
    Source,
    Trait,
    key_of,
)
from model.tables.tables import Tables
from model.tables.world_rules import read_rules

DATA = Path(__file__).parents[1] / "data"  # the tables of the base case
SHARE_SLACK = 1e-6
FILLED = (Country, Good, Line, Trait)  # tables without which there is no world
OPTIONAL = (Industry, OwnRole, Source)  # the rest of the economy and where numbers come from may be unknown

NAMED_IN = {  # kind of name -> the table and the column in which names of the kind stand
    "country": ("countries", "country"),
    "good": ("goods", "good"),
    "line": ("firms", "line"),
    "firm": ("firms", "firm"),
    "industry": ("firms", "industry"),
}

Cells = dict[str, str]


@dataclass
class TablesDraft:
    """Tables while they are read: good rows, all rows' cells, the names they give, faults, unreadable rows.

    unclear: tables with a row that cannot be read, or with two rows for one thing; what stands in such a table, or is
    missing in it, is not held against others.
    """

    tables: Tables = field(default_factory=Tables)
    cells: dict[str, list[tuple[int, Cells]]] = field(default_factory=dict)
    names: dict[str, Collection[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    unreadable: dict[str, list[Cells]] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)

    def forget_names(self, table: str, columns: Collection[str]) -> None:
        """Names that a table gives in some columns are not held against others any more, for one of them is faulty."""
        gone = {kind for kind, (place, column) in NAMED_IN.items() if place == table and column in columns}
        gone |= {"line or firm"} if gone & {"line", "firm"} else set()
        self.names = {kind: words for kind, words in self.names.items() if kind not in gone}


def read_tables(folder: Path) -> Tables:
    """Read the data tables from the CSV files of a folder; raise Faults with all that is wrong in them."""
    draft = draft_tables(folder)
    draft.tables = laid_over(draft.tables, read_tuned(folder), draft.faults)
    faults = draft.faults + share_faults(draft.tables, draft.unreadable.get("links", []))
    if faults:
        raise Faults(faults)
    return draft.tables


def draft_tables(folder: Path, anonymous: AnonymousFirms | None = None, people: Path | None = None) -> TablesDraft:
    """Read what can be read and note the rest; the shares of needs are for later, after the overrides.

    Anonymous lines may be named beside those of the tables. `people`: the folder of minds.csv, if it is another one.
    """
    draft = TablesDraft()
    for table in ROWS:
        place = people if people is not None and ROWS[table] is Trait else folder
        draft.cells[table] = list(_read_cells(place / f"{table}.csv", ROWS[table], draft))
    for table in ROWS:
        twice = _duplicates(table, draft.cells[table])
        draft.faults += twice
        draft.unclear |= {table} if twice else set()
    draft.unreadable = {table: [{}] for table, rows in draft.cells.items() if not rows or table in draft.unclear}
    draft.names = _names(draft)
    if anonymous is not None:
        for kind in ("line", "firm", "line or firm"):
            draft.names[kind] = Codes(draft.names.get(kind, ()), anonymous)
    read: dict[str, Any] = {table: tuple(_read_rows(table, draft)) for table in ROWS}
    draft.tables = Tables(**read)
    focus = read_focus(folder, draft.names, draft.faults)
    rules = read_rules(folder, draft.faults)
    whole = complete_focus(focus, draft.tables)
    draft.tables = replace(draft.tables, focus=whole, rules=rules)
    draft.faults += tier_faults(whole, draft.tables)
    links = ((f"links.csv: line {number} ({key_of(cells, Link)})", cells) for number, cells in draft.cells["links"])
    firms, needs = ((cells for _, cells in draft.cells[table]) for table in ("firms", "needs"))
    if not draft.unclear & {"firms", "needs", "links"}:
        draft.faults += link_faults(links, firms, needs, draft.names.get("good"))
    draft.faults += _source_faults(draft)
    return draft


def share_faults(
    tables: Tables,
    unreadable: Collection[Mapping[str, str]] = (),
    written_in: Mapping[tuple[str, str], str] | None = None,
) -> list[str]:
    """Complain of needs whose links' shares do not add to 1, but for those with an unreadable link.

    written_in: line and good -> the file in which their links stand, where that is not the table.
    """
    files = written_in or {}
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for link in tables.links:
        sums[link.line, link.good] += link.share
    needed = {(need.line, need.good) for need in tables.needs}
    unclear = {(cells.get("line", ""), cells.get("good", "")) for cells in unreadable}
    if ("", "") in unclear:  # of a row that nobody can read
        return []
    unclear |= {need for need in needed if need[0] in {line for line, good in unclear if (line, good) not in needed}}
    return [
        f"{files.get((line, good), 'links.csv')}: need of {line} for {good}, share: found shares that add to "
        f"{total:g}; make them add to 1"
        for (line, good), total in sums.items()
        if abs(total - 1) > SHARE_SLACK and (line, good) in needed - unclear
    ]


def _read_cells(path: Path, row: type[Row], draft: TablesDraft) -> Iterable[tuple[int, Cells]]:
    faults = draft.faults
    if row in OPTIONAL and not path.exists():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        faults.append(f"{path.name}: it cannot be read in {path.parent}; put it there")
        return
    except UnicodeDecodeError as error:
        faults.append(f"{path.name}: found bytes that are not UTF-8 at byte {error.start}; save it as UTF-8")
        return
    lines = csv.DictReader(text.splitlines(), strict=False)
    header = lines.fieldnames or []
    if len(header) == 1 and ";" in header[0]:
        words = "found semicolons between its columns; save it with commas, or 'linestop import tables' reads it"
        faults.append(f"{path.name}: {words}")
        return
    for column, info in row.model_fields.items():
        if column not in header and info.is_required():
            faults.append(f"{path.name}: column {column}: it is missing; write it in the first line")
    for column in dict.fromkeys(header):
        if column not in row.model_fields:
            faults.append(f"{path.name}: column {column}: it is not a column here; {nearest(column, row.model_fields)}")
        elif list(header).count(column) > 1:
            faults.append(f"{path.name}: column {column}: it is there twice; keep one")
    count, before, begun = 0, len(faults), 1
    for cells in readable_rows(lines, path.name, faults):
        count, first, begun = count + 1, begun + 1, lines.line_num
        if None in cells or None in cells.values():
            where = f"line {begun}" if first >= begun else f"lines {first} to {begun}, as one row"
            faults.append(
                f"{path.name}: {where}: found more or fewer cells than the first line has; check its commas and quotes"
            )
            draft.unclear.add(path.stem)
            continue
        yield lines.line_num, {k: v.strip() for k, v in cells.items() if k in row.model_fields and v is not None}
    if len(faults) > before:
        draft.unclear.add(path.stem)
    elif not count and row in FILLED:
        faults.append(f"{path.name}: found no row; a world has at least one")


def readable_rows(lines: "csv.DictReader[str]", name: str, faults: list[str]) -> Iterable[dict[str, str]]:
    """The rows of a CSV file as far as they can be read; what ends the reading is noted."""
    try:
        yield from lines
    except csv.Error as error:
        faults.append(f"{name}: line {lines.line_num + 1}: it cannot be read ({error}); mend this line")


def _names(draft: TablesDraft) -> dict[str, Collection[str]]:
    """The names that rows, overrides and shocks may use; a kind is left out of which one may be missing by a fault."""
    found: dict[str, Collection[str]] = {}
    for kind, (table, column) in NAMED_IN.items():
        words = [cells.get(column, "").strip() for _, cells in draft.cells[table]]
        if any(words) and table not in draft.unclear:
            found[kind] = frozenset(words) - {""}
    if "line" in found and "firm" in found:
        found["line or firm"] = frozenset(found["line"]) | frozenset(found["firm"])
    own = frozenset(cells.get("role", "").strip() for _, cells in draft.cells["roles"]) - {""}
    return found | {"role": MIND_ROLES | own, "role of a line": LINE_ROLES | own, "table": frozenset(ROWS)}


def _read_rows(table: str, draft: TablesDraft) -> Iterable[Row]:
    row, header = ROWS[table], draft.cells[table][0][1].keys() if draft.cells[table] else ()
    for number, cells in draft.cells[table]:
        try:
            yield row.model_validate_strings(cells, context=draft.names)
        except ValidationError as error:
            place = f"line {number} ({key_of(cells, row)})"
            wrong = sentences(error, f"{table}.csv", place, row)
            absent = [
                f"{table}.csv: {place}, {column}: it is missing"
                for column in row.model_fields
                if column not in header or column not in cells
            ]
            draft.faults += [words for words in wrong if not words.startswith(tuple(absent))]
            draft.unreadable.setdefault(table, []).append(cells)
            draft.forget_names(table, [str(found["loc"][0]) for found in error.errors(include_url=False)])


def _duplicates(table: str, rows: Iterable[tuple[int, Cells]]) -> list[str]:
    first: dict[str, int] = {}
    wrong = []
    for number, cells in rows:
        key = key_of(cells, ROWS[table])
        if first.setdefault(key, number) != number:
            wrong.append(
                f"{table}.csv: line {number} ({key}): found a second row for {key}, the first is line "
                f"{first[key]}; keep one"
            )
    return wrong


def link_faults(
    links: Iterable[tuple[str, Mapping[str, Any]]],
    firms: Iterable[Mapping[str, Any]],
    needs: Iterable[Mapping[str, Any]],
    goods: Collection[str] | None = None,
) -> list[str]:
    """Complain of links, each with its place, whose good is not what the supplier makes, or the client needs.

    goods: those of the world, if they are known; a word that is none of them was complained of.
    """
    makes = {cells.get("line"): cells.get("good", "") for cells in firms}
    wants: dict[str, set[str]] = {}
    for cells in needs:
        wants.setdefault(cells.get("line", ""), set()).add(cells.get("good", ""))
    of_nobody = {good for line, wanted in wants.items() if line not in makes for good in wanted}
    wrong = []
    for where, cells in links:
        supplier, line, good = (cells.get(column, "") for column in ("supplier", "line", "good"))
        place = f"{where}, good"
        if goods is not None and not {good, makes.get(supplier, good), *wants.get(line, ())} <= set(goods):
            continue
        if makes.get(supplier) and good != makes[supplier]:
            wrong.append(f"{place}: found '{good}', but {supplier} makes {makes[supplier]}; write '{makes[supplier]}'")
        if line in makes and good not in wants.get(line, ()) and good not in of_nobody:
            wrong.append(f"{place}: found '{good}', which {line} does not need; {nearest(good, wants.get(line, ()))}")
    return wrong


def _source_faults(draft: TablesDraft) -> list[str]:
    """Complain of sources for a column or a row that no table has."""
    keys = {table: {key_of(cells, ROWS[table]) for _, cells in draft.cells[table]} for table in ROWS}
    wrong = []
    for number, cells in draft.cells["sources"]:
        table, key, column = (cells.get(name, "") for name in ("table", "row", "column"))
        place = f"sources.csv: line {number} ({key_of(cells, Source)})"
        if table in ROWS and column not in ROWS[table].model_fields:
            wrong.append(f"{place}, column: {unknown(column, f'column of {table}', ROWS[table].model_fields)}")
        if table in ROWS and key != "*" and key not in keys[table] and table not in draft.unclear:
            wrong.append(f"{place}, row: {unknown(key, f'row of {table}', keys[table])}")
    return wrong
