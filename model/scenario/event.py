"""An event of a scenario: what all of them say, and whom those about lines and those about routes strike."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from model.scenario.event_cells import (
    ANY,
    CalendarDay,
    CountryNames,
    Day,
    End,
    FirmNames,
    GoodNames,
    LineNames,
    SomeCountries,
    SomeGoods,
)
from model.tables.faults import complaint
from model.tables.rows import Line, Link, Name


class Event(BaseModel):
    """Something that an authority, a market or nature does on a date, as people read it, and its source.

    While several are in force on one thing, capacity, demand and accepted orders multiply, days on the way add, and of
    rules the strictest holds; when one ends the others go on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    normal: ClassVar[tuple[str, float] | None] = None  # the number that says that all is as it was, where one does
    date: Day
    """The first day on which it holds."""
    until: End = None
    """The first day on which it no longer holds, as a date, or the number of days for which it does; left out, it holds
    to the end of the run, or until a later word ends it."""
    note: Name
    """What happens, in a sentence that reports and pages show."""
    source: Name
    """Where that is known from; "hypothetical" if from nowhere."""
    name: Name | None = None
    """What settings may call it, as in `shock.NAME.review_days=30`; without one they call it by its number in the order
    of dates."""

    @property
    def restores(self) -> bool:
        """Whether it ends earlier shocks of its kind where it strikes: it sets the normal value and has no end."""
        return self.normal is not None and self.until is None and getattr(self, self.normal[0]) == self.normal[1]

    @property
    def date_of_end(self) -> CalendarDay | None:
        """What `until` says, as a date; None for one without an end."""
        if isinstance(self.until, int):
            return self.date + timedelta(days=self.until)
        return self.until

    @property
    def end(self) -> CalendarDay | None:
        """The first day on which nothing of it is left; None for one without an end."""
        return self.date_of_end

    @property
    def eases(self) -> CalendarDay | None:
        """The first day on which it no longer holds in full; what it imposes may change on each day until its end."""
        return self.end

    def holds_on(self, day: CalendarDay) -> bool:
        """Whether it has begun by a day and not ended."""
        return self.date <= day and (self.end is None or day < self.end)


class LineEvent(Event):
    """An event that strikes production lines: those that fit all of the selectors given."""

    lines: LineNames = ()
    """Codes of production lines; of several selectors all must fit."""
    firms: FirmNames = ()
    """Codes of companies, with all their lines."""
    countries: CountryNames = ()
    """Codes of the countries in which lines are."""
    goods: Annotated[GoodNames, Field(validate_default=True)] = ()
    """Codes of what lines make; one of the four selectors must be written."""

    @field_validator("goods")
    @classmethod
    def _says_which(cls, goods: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not goods and not any(info.data.get(name, "faulty") for name in ("lines", "firms", "countries")):
            raise complaint("found no lines; write lines, firms, countries or goods")
        return goods

    def reaches(self, line: Line) -> bool:
        """Whether the event strikes this line."""
        return (
            (not self.lines or line.line in self.lines)
            and (not self.firms or line.firm in self.firms)
            and (not self.countries or line.country in self.countries)
            and (not self.goods or line.good in self.goods)
        )


class RouteEvent(Event):
    """An event on the routes between two sets of countries for a set of goods; `*` is any."""

    origin: SomeCountries
    """Countries from which goods leave; `"*"` is any."""
    destination: SomeCountries
    """Countries to which they go; `"*"` is any."""
    goods: SomeGoods
    """Goods that are meant; `"*"` is any."""

    def reaches(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether the event strikes this link."""
        supplier, client = lines[link.supplier], lines[link.line]
        return (
            fits(supplier.country, self.origin)
            and fits(client.country, self.destination)
            and fits(link.good, self.goods)
        )


def fits(name: str, names: tuple[str, ...]) -> bool:
    """Whether a list names it, or any."""
    return ANY in names or name in names


def is_sold_by(supplier: Line, names: tuple[str, ...]) -> bool:
    """Whether a list of lines and firms names the supplier; an empty one names all."""
    return not names or supplier.line in names or supplier.firm in names
