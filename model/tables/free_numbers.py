"""Which tuned numbers are free, between which ends and why: what a search may change and what it may not.

A number is `searched` where facts until August 2025 can tell it, and `searched later` where only those of the rest of
the year can, which the first search does not see; `uncertain` where no fact of the year can, so that it stands at what
is assumed while the best world is searched, and every world of an ensemble draws its own; `tied` where it is as
another number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from model.tables.calibrated import FILE as CALIBRATED
from model.tables.calibrated import WHOLE_DAYS, Tuned
from model.tables.faults import Faults, complaint, sentences, unknown
from model.tables.rows import Name

FILE = "free_numbers.csv"
DIGITS = 4  # of a number that a search proposes


class FreeNumber(BaseModel):
    """A number that nobody published: what it could be, what is assumed, and why it is free.

    `key` is one of calibrated.csv; `assumed` is a number, or for a tied one the key of the number that it is as.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)

    key: Name
    role: Literal["searched", "searched later", "uncertain", "tied"]
    low: float | None = Field(default=None)
    high: float | None = Field(default=None)
    assumed: Name
    reason: Name

    @field_validator("assumed")
    @classmethod
    def _assumed_is_within(cls, text: str, info: ValidationInfo) -> str:
        if info.data.get("role") == "tied":
            return text
        low, high = info.data.get("low"), info.data.get("high")
        try:
            value = float(text)
        except ValueError:
            raise complaint(f"must be a number, got '{text}'; write one, or the role tied") from None
        if low is None or high is None or not low < high:
            raise complaint("needs a low and a higher high beside it; write both ends of what the number could be")
        if not low <= value <= high:
            raise complaint(f"must be >= {low:g} and <= {high:g}, got {value:g}; mend it or the ends")
        return text

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest that the number could be; raise ValueError for a tied one."""
        if self.low is None or self.high is None:
            raise ValueError(f"{self.key} is tied to {self.assumed} and has no ends of its own")
        return self.low, self.high


def read_free_numbers(folder: Path, tuned: Mapping[str, Tuned]) -> list[FreeNumber]:
    """Read the free numbers of a folder of tables, in the order of the file.

    tuned: the numbers of calibrated.csv, which the keys must be among. Raise Faults with all that is wrong.
    """
    try:
        text = (folder / FILE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Faults([f"{folder / FILE}: it cannot be read ({error}); a search needs it"]) from None
    found: list[FreeNumber] = []
    faults: list[str] = []
    lines = csv.DictReader(text.splitlines())
    for cells in lines:
        place = f"line {lines.line_num} ({cells.get('key', '')})"
        try:
            found.append(FreeNumber.model_validate({name: text or None for name, text in cells.items()}))
        except ValidationError as error:
            faults += sentences(error, FILE, place, FreeNumber)
    faults += faults_between(found, tuned)
    if faults:
        raise Faults(faults)
    return found


def faults_between(numbers: Iterable[FreeNumber], tuned: Mapping[str, Tuned]) -> Iterable[str]:
    """What is wrong between rows of the table, and with the numbers of calibrated.csv."""
    numbers = list(numbers)
    drawn = [number.key for number in numbers if number.role != "tied"]
    seen: set[str] = set()
    for number in numbers:
        place = f"{FILE}: {number.key}"
        if number.key in seen:
            yield f"{place}: found a second row for it; keep one"
        seen.add(number.key)
        if number.key not in tuned:
            yield f"{place}: {unknown(number.key, 'key of ' + CALIBRATED, list(tuned))}"
            continue
        if number.role == "tied":
            if number.assumed not in drawn:
                yield f"{place}: {unknown(number.assumed, 'number to be tied to', drawn)}"
            continue
        (low, high), row = number.ends, tuned[number.key]
        if low < row.low or high > row.high:
            yield f"{place}: found {low:g} to {high:g}, and {CALIBRATED} allows {row.low:g} to {row.high:g}; mend one"


def assumed_values(numbers: Iterable[FreeNumber]) -> dict[str, float]:
    """What is assumed of each number that is not tied."""
    return {number.key: float(number.assumed) for number in numbers if number.role != "tied"}


def complete_world(
    numbers: Iterable[FreeNumber], drawn: Mapping[str, float], tuned: Mapping[str, Tuned]
) -> dict[str, float]:
    """All free numbers of a world: those drawn, what is assumed of the others, and the tied ones as theirs.

    Whole days are rounded; the rest has four digits, so that a table that is written holds what was simulated.
    """
    numbers = list(numbers)
    values = {**assumed_values(numbers), **drawn}
    values |= {number.key: values[number.assumed] for number in numbers if number.role == "tied"}
    return {key: round_as_written(values[key], tuned[key]) for key in (number.key for number in numbers)}


def round_as_written(value: float, tuned: Tuned) -> float:
    """A number as a table holds it, within the bounds of its row."""
    short = float(round(value)) if tuned.unit == WHOLE_DAYS else float(f"{value:.{DIGITS}g}")
    return min(max(short, tuned.low), tuned.high)
