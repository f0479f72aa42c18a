"""What is assumed where somebody's tables leave a cell or a column empty, each with a source row of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from model.tables import bounds
from model.tables.documents import read_document
from model.tables.rows import ROWS, key_of
from runs.simulation.focus import INDUSTRY_TIER
from runs.worlds.spreadsheet_tables import Cells, Sheet

FILE = Path(__file__).with_suffix(".toml")
EVERY = "*"  # all rows of a column
COVER = ("needs", "cover_days")
UNKNOWN_CAPACITY = f"{bounds.MOST_UNITS:g}"  # until what is asked of the line is known
MOST_NAMED = 3  # rows in a note


class Assumption(BaseModel):
    """What an empty cell of a column gets: a value, what another column of the row says, or what `how` computes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Annotated[str, Field(min_length=1)] | None = None
    same_as: str = ""
    how: str = ""
    low: str = ""
    high: str = ""
    unit: str = "word"
    reason: str = ""

    @property
    def words(self) -> str:
        """What the note and the source say of it."""
        return f"as {self.same_as}" if self.same_as else self.reason


@cache
def assumptions() -> dict[str, dict[str, Assumption]]:
    """What may be left out, by table and column."""
    return TypeAdapter(dict[str, dict[str, Assumption]]).validate_python(read_document(FILE))


def fill_what_is_left_out(sheets: dict[str, Sheet], notes: list[str], cover_days: float | None) -> list[Cells]:
    """Fill empty cells and columns as assumed; return the rows of firms whose capacity is not known yet.

    Each assumption is noted and gets a row in the sources, unless these say something already.
    """
    unknown: list[Cells] = []
    for table, columns in assumptions().items():
        for column, assumed in columns.items():
            if table not in sheets:
                continue
            rows = sheets[table].filled
            empty = [row for row in rows if not row.get(column)]
            if not rows or (not empty and column in sheets[table].columns):
                continue
            if (table, column) == COVER and cover_days is not None:
                assumed = assumed.model_copy(update={"value": f"{cover_days:g}", "low": "0.5x", "high": "2x",
                                                     "reason": "as --cover says"})  # fmt: skip
            for row, cell in zip(empty, cells_for(assumed, empty, sheets), strict=True):
                row[column] = cell
            if assumed.how == "capacity":
                unknown = empty
            note_assumption(sheets, table, column, assumed, empty, notes)
    return unknown


def cells_for(assumed: Assumption, empty: Sequence[Cells], sheets: dict[str, Sheet]) -> list[str]:
    """What goes into the empty cells of a column, a row each."""
    if assumed.value is not None:
        return [assumed.value] * len(empty)
    if assumed.same_as:
        return [row.get(assumed.same_as, "") for row in empty]
    return WAYS[assumed.how](empty, sheets)


def numbered(empty: Sequence[Cells], sheets: dict[str, Sheet]) -> list[str]:
    """Country 1, Country 2, ... by the place in the table."""
    place = {id(row): number for number, row in enumerate(sheets["countries"].filled, 1)}
    return [f"Country {place[id(row)]}" for row in empty]


def tier(empty: Sequence[Cells], sheets: dict[str, Sheet]) -> list[str]:
    """How many links lie behind a line, from 1; the tier of industries for the ends of chains."""
    suppliers, customers = defaultdict(set), defaultdict(set)
    for link in sheets["links"].filled if "links" in sheets else ():
        suppliers[link.get("line", "")].add(link.get("supplier", ""))
        customers[link.get("supplier", "")].add(link.get("line", ""))
    depth: dict[str, int] = {}
    lines = [row.get("line", "") for row in sheets["firms"].filled]
    for _ in range(INDUSTRY_TIER - 1):  # so many tiers are there, and loops end
        depth = {line: 1 + max((depth.get(each, 0) for each in suppliers[line]), default=0) for line in lines}
    return [
        str(min(depth[line], INDUSTRY_TIER - 1) if customers[line] or not suppliers[line] else INDUSTRY_TIER)
        for line in (row.get("line", "") for row in empty)
    ]


def capacity(empty: Sequence[Cells], sheets: dict[str, Sheet]) -> list[str]:
    """As much as a line may have, until what is asked of it is known."""
    return [UNKNOWN_CAPACITY] * len(empty)


def equal_shares(empty: Sequence[Cells], sheets: dict[str, Sheet]) -> list[str]:
    """What the other suppliers of a need leave over, in equal parts; none for those that must be qualified first."""
    said: defaultdict[tuple[str, str], float] = defaultdict(float)
    asking: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in sheets["links"].filled:
        if row.get("share"):
            said[need_of(row)] += float_or_zero(row["share"])
        elif not is_dormant(row):
            asking[need_of(row)] += 1
    return ["0" if is_dormant(row) else f"{max(0.0, 1.0 - said[need_of(row)]) / asking[need_of(row)]:.12g}"
            for row in empty]  # fmt: skip


def need_of(row: Cells) -> tuple[str, str]:
    """The need that a link serves."""
    return row.get("line", ""), row.get("good", "")


def is_dormant(row: Cells) -> bool:
    """Whether a link is a second source that must be qualified first."""
    return float_or_zero(row.get("qualification_days", "")) > 0.0


def float_or_zero(cell: str) -> float:
    """A number; 0 for any other cell, which reading the world tells of."""
    try:
        return float(cell)
    except ValueError:
        return 0.0


WAYS: dict[str, Callable[[Sequence[Cells], dict[str, Sheet]], list[str]]] = {
    "numbered": numbered, "tier": tier, "capacity": capacity, "equal_shares": equal_shares,
}  # fmt: skip


def note_assumption(
    sheets: dict[str, Sheet], table: str, column: str, assumed: Assumption, empty: Sequence[Cells], notes: list[str]
) -> None:
    """Note what was assumed in a column, and say so in the sources where it is a number."""
    sheet = sheets[table]
    whole = len(empty) == len(sheet.filled)
    if column not in sheet.columns:
        sheet.columns.append(column)
    keys = [EVERY] if whole else [key_of(row, ROWS[table]) for row in empty]
    some = "all rows" if whole else ", ".join(keys[:MOST_NAMED]) + (" and others" if len(keys) > MOST_NAMED else "")
    what = f" {assumed.value}" if assumed.value is not None else ""
    notes.append(f"{table}.csv, {column}: assumed{what} for {some} ({assumed.words})")
    if assumed.unit == "word":
        return
    sources = sheets.setdefault("sources", Sheet([], []))
    sources.columns = list(ROWS["sources"].model_fields)
    told = {(row.get("table"), row.get("row"), row.get("column")) for row in sources.filled}
    kind = "assumption" if assumed.low else "derived"
    sources.rows += [
        {"table": table, "row": key, "column": column, "unit": assumed.unit, "kind": kind, "source": assumed.words,
         "low": assumed.low, "high": assumed.high}
        for key in keys if (table, key, column) not in told
    ]  # fmt: skip
