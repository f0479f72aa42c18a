"""Ports and routes: a set of ways on which goods travel longer, or that are shut for some days."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from model.scenario.event import fits, is_sold_by
from model.scenario.event_cells import (
    ANY,
    LONGEST_DAYS,
    SOME,
    CalendarDay,
    FirmNames,
    LineOrFirmNames,
    SomeCountries,
    SomeGoods,
)
from model.scenario.recovery import RecoveringEvent
from model.tables.faults import complaint
from model.tables.rows import Line, Link
from model.tables.units import DAYS


class Way(BaseModel):
    """Some of the links that lead through a port or along a route; what is left out is any."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    origin: SomeCountries = (ANY,)
    """Countries from which goods leave."""
    destination: SomeCountries = (ANY,)
    """Countries to which they go."""
    goods: SomeGoods = (ANY,)
    """Goods that are meant."""
    suppliers: LineOrFirmNames = ()
    """Only what these lines or firms sell."""
    entities: FirmNames = ()
    """Only what these firms buy."""

    def reaches(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether a link leads along here."""
        supplier, client = lines[link.supplier], lines[link.line]
        return (
            fits(supplier.country, self.origin)
            and fits(client.country, self.destination)
            and fits(link.good, self.goods)
            and is_sold_by(supplier, self.suppliers)
            and (not self.entities or client.firm in self.entities)
        )


class PortShock(RecoveringEvent):
    """A port or a route, as the `ways` that lead through it, is slow or shut: a strike, a quake, a blocked canal.

    Of several the days add, and of closures the one that opens last counts.
    """

    normal: ClassVar[tuple[str, float] | None] = ("extra_days", 0)
    comes_back_to: ClassVar[tuple[str, float]] = ("extra_days", 0)
    kind: Literal["port"]
    """A port or a route."""
    ways: Annotated[tuple[Way, ...], Field(strict=False), SOME]
    """The links that lead through the port or along the route, a table each."""
    extra_days: Annotated[int | None, Field(ge=0, le=LONGEST_DAYS), DAYS] = None
    """How much longer goods travel; days of several shocks add. 0 without an end ends all earlier delays by ports on
    its ways."""
    closed: Annotated[bool, Field(validate_default=True)] = False
    """Whether it is shut: goods wait until it opens and set out then; what has left before arrives."""

    @field_validator("closed")
    @classmethod
    def _one_of_two(cls, closed: bool, info: ValidationInfo) -> bool:
        if closed == (info.data.get("extra_days", "faulty") is not None):
            raise complaint("found both or neither of extra_days and closed = true; write one of them")
        if not closed or "date" not in info.data or "until" not in info.data:
            return closed
        date, until = info.data["date"], info.data["until"]
        days = until if isinstance(until, int) or until is None else (until - date).days
        if days is None or days > LONGEST_DAYS:
            words = f"found {'no end' if days is None else f'{days} days'}; a port is closed for at most {LONGEST_DAYS}"
            raise complaint(f"{words} days, then goods go elsewhere: write until, or a ban or willing instead")
        if info.data.get("recovery", "step") != "step":
            raise complaint(
                "found a recovery, but a closed port opens on a day; write extra_days from then on beside it"
            )
        return closed

    @property
    def eases(self) -> CalendarDay | None:
        """The first day on which it no longer holds in full: of a closure the second, for the wait grows shorter."""
        if self.closed:
            return CalendarDay.fromordinal(self.date.toordinal() + 1)
        return super().eases

    @property
    def end(self) -> CalendarDay | None:
        """The first day on which all is back."""
        return self.date_of_end if self.closed else super().end

    def wait_on(self, day: CalendarDay) -> int:
        """Days until a closed port opens."""
        end = self.end
        return 0 if end is None else max(0, (end - day).days)

    def reaches(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether some way of it is this link."""
        return any(way.reaches(link, lines) for way in self.ways)
