"""What may stand in the cells of a shock: days, names of this world, shares and multiples, each with its complaint."""

from datetime import date
from math import inf
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from model.tables.faults import complaint, known, shown
from model.tables.rows import CountryName, GoodName, LineName, Name, Share
from model.tables.units import DAYS, TIMES

ANY = "*"
LONGEST_DAYS = 365
LONGEST_HOLD_DAYS = 36_500
MOST_TIMES = 1_000.0  # nothing grows a thousandfold in a run


def within_run(day: date, info: ValidationInfo) -> date:
    """A day of the run."""
    first, last = (info.context or {}).get("span", (None, None))
    if first is not None and day < first:
        raise complaint(f"must be >= {first}, the start, got {day}; move the shock or the start")
    if last is not None and day > last:
        raise complaint(f"must be <= {last}, the last day, got {day}; move the shock or make days larger")
    return day


def after_it_began(until: date | int | None, info: ValidationInfo) -> date | int | None:
    """An end, as a later date or a number of days."""
    begun = info.data.get("date")
    if isinstance(until, int) and not 1 <= until <= LONGEST_HOLD_DAYS:
        raise complaint(f"must be >= 1 and <= {LONGEST_HOLD_DAYS} days, or a date, got {until}")
    if isinstance(until, date) and begun is not None and until <= begun:
        raise complaint(f"must be > {begun}, its date, got {until}; write a later day, or a number of days")
    return until


def day_or_days(until: Any) -> Any:
    """A date or a whole number of days, as TOML writes them."""
    if until is None or type(until) in (int, date):
        return until
    expected = "a whole number of days, or a date without quotes such as 2026-01-06, was expected"
    raise complaint(f"found {shown(until)}; {expected}")


def some(names: tuple[str, ...]) -> tuple[str, ...]:
    """A list that is not empty."""
    if not names:
        raise complaint("found an empty list; name at least one")
    return names


def capacity(value: Any) -> Any:
    """What an office can rule on a day."""
    if value == "unlimited" or (type(value) in (int, float) and 0 < value < inf):
        return value
    raise complaint(f'must be > 0, or "unlimited", got {shown(value)}')


def pairs(table: Any) -> Any:
    """A TOML table as pairs of name and value, so that whoever holds them can be compared and found again."""
    if not isinstance(table, dict):
        raise complaint(f"found {shown(table)}; a table such as {{ alloy = 0.4 }} was expected")
    return tuple(table.items())


SOME = AfterValidator(some)
Day = Annotated[date, AfterValidator(within_run)]
End = Annotated[date | int | None, BeforeValidator(day_or_days), AfterValidator(after_it_began), DAYS]
CalendarDay = date  # an event has a field of that name
FirmName = Annotated[Name, known("firm")]
LineOrFirmName = Annotated[Name, known("line or firm")]
SomeCountries = Annotated[tuple[Annotated[Name, known("country", ANY)], ...], Field(strict=False), SOME]
SomeGoods = Annotated[tuple[Annotated[Name, known("good", ANY)], ...], Field(strict=False), SOME]
Multiple = Annotated[float, Field(ge=0, le=MOST_TIMES), TIMES]
CountryNames = Annotated[tuple[CountryName, ...], Field(strict=False)]
GoodNames = Annotated[tuple[GoodName, ...], Field(strict=False)]
FirmNames = Annotated[tuple[FirmName, ...], Field(strict=False)]
LineNames = Annotated[tuple[LineName, ...], Field(strict=False)]
LineOrFirmNames = Annotated[tuple[LineOrFirmName, ...], Field(strict=False)]
SharesByGood = Annotated[tuple[tuple[GoodName, Share], ...], Field(strict=False), BeforeValidator(pairs)]
PartsByLine = Annotated[tuple[tuple[LineName, Share], ...], Field(strict=False), BeforeValidator(pairs)]
LinkName = Annotated[tuple[LineName, LineName], Field(strict=False)]
