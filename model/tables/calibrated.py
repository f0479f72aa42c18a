"""Numbers that nobody published and that were tuned on the control of April 2025, in a table of their own."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from model.tables.faults import Faults, complaint, nearest, sentences, shown, unknown
from model.tables.rows import ROWS, Name, Row, Source, number_columns
from model.tables.tables import Tables

FILE = "calibrated.csv"
MARK = "@"  # of a tuned number in a scenario file
WHOLE_DAYS = "whole days"  # the unit of a number that must be whole
BY_HAND = "tuned."  # of a tuned number in a setting


class Tuned(BaseModel):
    """A number that was tuned: between which bounds, how, on which facts, and what it means.

    `key` is a name that scenario files refer to, as in "@capacity_june", or the cell of a data table as
    `table row column`, as in "minds *:fear_of_news value", whose number it replaces.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)

    key: Name
    value: float
    unit: Name
    kind: Literal["calibrated"]
    low: float
    high: float
    way: Literal["sampled", "by hand", "assumed", "drawn", "tied"]
    facts: Name
    meaning: Name

    @field_validator("high")
    @classmethod
    def _value_is_within(cls, high: float, info: ValidationInfo) -> float:
        low, value = info.data.get("low"), info.data.get("value")
        if low is not None and value is not None and not low <= value <= high:
            raise complaint(f"value must be >= {low:g} and <= {high:g}, got {value:g}; mend value or bounds")
        return high

    @property
    def cell(self) -> tuple[str, str, str] | None:
        """The cell of a data table that the number replaces; None for a number of a scenario."""
        table, _, rest = self.key.partition(" ")
        row, _, column = rest.rpartition(" ")
        return (table, row, column) if table in ROWS else None


def read_tuned(folder: Path) -> dict[str, Tuned]:
    """Read the tuned numbers of a folder of tables; none without such a file. Raise Faults for bad ones."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8-sig")
    except OSError:
        return {}
    except UnicodeDecodeError as error:
        raise Faults([f"{FILE}: found bytes that are not UTF-8 at byte {error.start}; save it as UTF-8"]) from None
    found: dict[str, Tuned] = {}
    faults: list[str] = []
    lines = csv.DictReader(text.splitlines())
    for cells in lines:
        place = f"line {lines.line_num} ({cells.get('key', '')})"
        try:
            tuned = Tuned.model_validate_strings(cells)
        except ValidationError as error:
            faults += sentences(error, FILE, place, Tuned)
            continue
        if tuned.key in found:
            faults.append(f"{FILE}: {place}: found a second row for it; keep one")
        found[tuned.key] = tuned
    if faults:
        raise Faults(faults)
    return found


def by_hand(tuned: Mapping[str, Tuned], settings: Iterable[str]) -> dict[str, Tuned]:
    """Replace tuned numbers by settings such as `tuned.capacity_june=60`; raise Faults for bad ones."""
    changed, faults = dict(tuned), []
    for setting in settings:
        key, _, text = setting.removeprefix(BY_HAND).rpartition("=")
        key = key.strip()
        try:
            if key not in tuned:
                faults.append(f"--set: {setting}: {unknown(key, 'key of ' + FILE, list(tuned))}")
                continue
            value = float(text)
            if not isfinite(value):
                raise ValueError
            if tuned[key].unit == WHOLE_DAYS and not value.is_integer():
                faults.append(f"--set: {setting}: found '{text}'; a whole number of days was expected")
            changed[key] = tuned[key].model_copy(update={"value": value})
        except ValueError:
            faults.append(f"--set: {setting}: found '{text}'; a number was expected")
    if faults:
        raise Faults(faults)
    return changed


def split_settings(settings: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part settings into those of tuned numbers and all others."""
    mine = [each for each in settings if each.startswith(BY_HAND)]
    return mine, [each for each in settings if not each.startswith(BY_HAND)]


def filled_in(raw: Any, tuned: Mapping[str, Tuned], faults: list[str], place: str) -> Any:
    """Replace "@key" by its number, everywhere in a parsed document; note keys that nobody knows."""
    if isinstance(raw, dict):
        return {key: filled_in(value, tuned, faults, f"{place}, {key}") for key, value in raw.items()}
    if isinstance(raw, list):
        return [filled_in(value, tuned, faults, f"{place} {i}") for i, value in enumerate(raw, 1)]
    if not (isinstance(raw, str) and raw.startswith(MARK)):
        return raw
    name = raw.removeprefix(MARK)
    if name not in tuned:
        words = nearest(name, [key for key, each in tuned.items() if each.cell is None])
        faults.append(f"{place}: found {shown(raw)}, which {FILE} does not hold; {words}")
        return 0.0
    value = tuned[name].value
    return round(value) if tuned[name].unit == WHOLE_DAYS else value


def keys_in(raw: Any) -> set[str]:
    """The keys of tuned numbers that a parsed document refers to."""
    if isinstance(raw, dict):
        return set().union(*map(keys_in, raw.values()))
    if isinstance(raw, list):
        return set().union(*map(keys_in, raw))
    return {raw.removeprefix(MARK)} if isinstance(raw, str) and raw.startswith(MARK) else set()


def laid_over(tables: Tables, tuned: Mapping[str, Tuned], faults: list[str]) -> Tables:
    """Put the tuned numbers of cells into the tables, and say in the sources that they are calibrated."""
    cells = [(each, each.cell) for each in tuned.values() if each.cell is not None]
    touched = {"sources", *(cell[0] for _, cell in cells)}
    rows: dict[str, dict[str, Row]] = {name: {row.key: row for row in getattr(tables, name)} for name in touched}
    for each, cell in cells:
        put(rows, each, cell, faults)
    edited: dict[str, Any] = {name: tuple(rows[name].values()) for name in touched}
    return replace(tables, **edited)


def put(rows: dict[str, dict[str, Row]], tuned: Tuned, cell: tuple[str, str, str], faults: list[str]) -> None:
    """Put one tuned number into its cell, with its source; note a cell that is not there. `rows`: by table and key."""
    table, key, column = cell
    if key not in rows[table] or column not in number_columns(table):
        faults.append(f"{FILE}: {tuned.key}: it names no number of {table}; write table, row and column")
        return
    row = rows[table][key]
    try:
        rows[table][key] = type(row).model_validate(row.__dict__ | {column: tuned.value})
    except ValidationError as error:
        faults += sentences(error, FILE, tuned.key, ROWS[table])
        return
    found = tuned.way in ("sampled", "by hand")
    told = f"tuned on April 2025 alone, facts {tuned.facts}" if found else "no fact tells it, see free_numbers.csv"
    source = Source(
        table=table, row=key, column=column, unit=tuned.unit, kind="calibrated" if found else "assumption",
        source=f"{tuned.meaning}; {told}",
        low=f"{tuned.low:g}", high=f"{tuned.high:g}",
    )  # fmt: skip
    rows["sources"].pop(source.key, None)
    rows["sources"][source.key] = source
