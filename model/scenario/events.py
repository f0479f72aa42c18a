"""What can happen on a date of a scenario: one class a kind of shock, each a dated edit."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from model.scenario.event import Event, LineEvent, RouteEvent, is_sold_by
from model.scenario.event_cells import (
    LONGEST_DAYS,
    SOME,
    CalendarDay,
    CountryNames,
    FirmName,
    FirmNames,
    GoodNames,
    LineOrFirmNames,
    LinkName,
    Multiple,
    PartsByLine,
    capacity,
)
from model.scenario.ports import PortShock
from model.scenario.recovery import RecoveringEvent
from model.scenario.regime_shock import RegimeShock
from model.tables.bounds import MOST_TONNES_A_DAY
from model.tables.faults import complaint, known
from model.tables.rows import CountryName, Line, Link, Share
from model.tables.units import A_DAY, DAYS, RULINGS, SHARE, Unit


class CapacityShock(RecoveringEvent, LineEvent):
    """Lines can make less or more than normal: a fire, an order, a new plant."""

    normal: ClassVar[tuple[str, float] | None] = ("times", 1.0)
    comes_back_to: ClassVar[tuple[str, float]] = ("times", 1.0)
    kind: Literal["capacity"]
    """What lines can make."""
    times: Multiple
    """Capacity as a multiple of normal; several at once multiply. 1 without an end restores: it ends all earlier ones
    on the lines that it names."""
    parts: Annotated[PartsByLine, Field(validate_default=False)] = ()
    """By line, which part of its capacity stands where it happens: of a line with a part p the times are 1 - p (1 -
    times). Sites of one firm are struck together, and not all of each line."""

    def part_of(self, line: str) -> float:
        """The part of a line's capacity that is struck."""
        return dict(self.parts).get(line, 1.0)


class DemandShock(RecoveringEvent, LineEvent):
    """The market buys less or more of what lines make, such as of a good from a country: a trade measure, a boom."""

    normal: ClassVar[tuple[str, float] | None] = ("times", 1.0)
    comes_back_to: ClassVar[tuple[str, float]] = ("times", 1.0)
    kind: Literal["demand"]
    """What the final market buys of what lines make."""
    times: Multiple
    """Demand as a multiple of normal; several at once multiply. 1 without an end restores."""


class LeadShock(RecoveringEvent, RouteEvent):
    """Goods travel longer than normal, for instance through port inspection."""

    normal: ClassVar[tuple[str, float] | None] = ("extra_days", 0)
    comes_back_to: ClassVar[tuple[str, float]] = ("extra_days", 0)
    kind: Literal["lead"]
    """How long goods travel."""
    extra_days: Annotated[int, Field(ge=0, le=LONGEST_DAYS), DAYS]
    """How much longer than normal; days of several shocks add. 0 without an end restores."""


class NewsShock(Event):
    """People in some countries read something that worries (1) or calms (0) them.

    Of several without an end the newest holds; those with an end are laid over it, and the highest level counts.
    """

    kind: Literal["news"]
    """What people in some countries read."""
    countries: Annotated[tuple[CountryName, ...], Field(strict=False), SOME]
    """Whose people read it."""
    level: Annotated[float, Field(ge=0, le=1), Unit("0 calm, 1 alarm")]
    """How worrying it is: 1 alarms, 0 calms."""


class ReleaseShock(Event):
    """A state opens, or with 0 closes, the tap of its stock: so much a day may leave each of its lines.

    Of several without an end the newest holds; those with an end add to it.
    """

    kind: Literal["release"]
    """The tap of a state stock."""
    firms: Annotated[tuple[FirmName, ...], Field(strict=False), SOME]
    """The firms that keep the stock."""
    goods: GoodNames = ()
    """Only their lines with these goods."""
    tonnes_per_day: Annotated[float, Field(ge=0, le=MOST_TONNES_A_DAY), A_DAY]
    """The most that may leave each of these lines; 0 closes the tap."""

    def reaches(self, line: Line) -> bool:
        """Whether this line is a stock that the order opens."""
        return line.firm in self.firms and (not self.goods or line.good in self.goods)


class AuthorityShock(Event):
    """A licensing authority works otherwise: faster, slower, with other favourites, with sharper eyes.

    What is left out stays as it was. Of several in force the newest that says something about a number holds; when one
    ends, what was said before it holds again.
    """

    kind: Literal["authority"]
    """How a licensing authority works."""
    authorities: CountryNames = ()
    """Countries whose authorities do; all of them if it is left out."""
    review_capacity: Annotated[float | Literal["unlimited"] | None, BeforeValidator(capacity), RULINGS] = None
    """How many applications it can rule on, or `"unlimited"`."""
    stance: dict[Annotated[str, known("country")], Multiple] = Field(default_factory=dict)
    """By country of destination, its weight in the queue; 1 is normal."""
    recent_use: bool | Multiple | None = None
    """`true`: nobody is granted more than they used of late; a number: more than so many times that."""
    inspect: Annotated[Share | None, Field(validate_default=True), Unit("chance a week")] = None
    """The chance that a re-export is found out."""

    @field_validator("inspect")
    @classmethod
    def _says_something(cls, chance: float | None, info: ValidationInfo) -> float | None:
        given = (info.data.get(name, "faulty") for name in ("review_capacity", "recent_use"))
        if chance is None and not info.data.get("stance", "faulty") and all(value is None for value in given):
            raise complaint("found nothing that changes; write review_capacity, stance, recent_use or inspect")
        return chance

    def is_about(self, country: str) -> bool:
        """Whether the authority of a country works otherwise."""
        return not self.authorities or country in self.authorities


class WillingShock(RecoveringEvent, RouteEvent):
    """Suppliers accept more or less of the orders on some links: a pact, a threat, a refusal."""

    normal: ClassVar[tuple[str, float] | None] = ("share", 1.0)
    comes_back_to: ClassVar[tuple[str, float]] = ("share", 1.0)
    kind: Literal["willing"]
    """How willing suppliers are."""
    suppliers: LineOrFirmNames = ()
    """Only these lines or firms; left out, all."""
    share: Share
    """Of the orders on these links, how many are accepted; several at once multiply. 1 without an end restores."""

    def reaches(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether the supplier's will on this link changes."""
        return super().reaches(link, lines) and is_sold_by(lines[link.supplier], self.suppliers)


class QuotaShock(RecoveringEvent, RouteEvent):
    """A government lets no more leave on some routes than a share of what leaves in the world at rest.

    It is a quantity: who orders twice as much gets no more for it.
    """

    comes_back_to: ClassVar[tuple[str, float]] = ("share", 1.0)
    kind: Literal["quota"]
    """How much may leave at all."""
    entities: FirmNames = ()
    """Only what these firms buy."""
    suppliers: LineOrFirmNames = ()
    """Only what these lines or firms sell."""
    share: Share
    """The most that leaves, of what leaves in the world at rest, whatever buyers order; of several on one link the
    smallest holds."""

    def reaches(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether the quota is about this link."""
        return (
            super().reaches(link, lines)
            and (not self.entities or lines[link.line].firm in self.entities)
            and is_sold_by(lines[link.supplier], self.suppliers)
        )


class QualifyShock(Event):
    """Somebody pays for second sources: the qualification clocks of these dormant links start.

    Of several on one link the first starts the clock, and the newest share holds.
    """

    kind: Literal["qualify"]
    """Second sources that somebody pays for."""
    links: Annotated[tuple[LinkName, ...], Field(strict=False)] = ()
    """Pairs of supplier and client line; or write origin, destination, goods or suppliers."""
    origin: CountryNames = ()
    """Countries in which the suppliers are."""
    destination: CountryNames = ()
    """Countries in which the clients are."""
    goods: GoodNames = ()
    """Goods that are bought there."""
    suppliers: LineOrFirmNames = ()
    """The suppliers, as lines or firms."""
    share: Annotated[float | None, Field(ge=0, le=1, validate_default=True), SHARE] = None
    """What a link is given of its need when it is ready; left out, its client decides."""

    @field_validator("until")
    @classmethod
    def _has_no_end(cls, until: CalendarDay | int | None) -> CalendarDay | int | None:
        if until is not None:
            raise complaint(f"found {until}, but a qualification that has begun goes on; leave it out")
        return until

    def reaches(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether this link is dormant and its clock starts."""
        if link.qualification_days == 0:
            return False
        if (link.supplier, link.line) in self.links:
            return True
        supplier, client = lines[link.supplier], lines[link.line]
        return (
            bool(self.origin or self.destination or self.goods or self.suppliers)
            and (not self.origin or supplier.country in self.origin)
            and (not self.destination or client.country in self.destination)
            and (not self.goods or link.good in self.goods)
            and is_sold_by(supplier, self.suppliers)
        )

    @field_validator("share")
    @classmethod
    def _says_which(cls, share: float | None, info: ValidationInfo) -> float | None:
        if not any(info.data.get(name, "faulty") for name in ("links", "origin", "destination", "goods", "suppliers")):
            raise complaint("found no links; write links, or origin, destination, goods or suppliers")
        return share


Shock = Annotated[
    RegimeShock
    | CapacityShock
    | DemandShock
    | LeadShock
    | PortShock
    | NewsShock
    | ReleaseShock
    | AuthorityShock
    | WillingShock
    | QuotaShock
    | QualifyShock,
    Field(discriminator="kind"),
]
KINDS: dict[str, type[Event]] = {
    "regime": RegimeShock,
    "capacity": CapacityShock,
    "demand": DemandShock,
    "lead": LeadShock,
    "port": PortShock,
    "news": NewsShock,
    "release": ReleaseShock,
    "authority": AuthorityShock,
    "willing": WillingShock,
    "quota": QuotaShock,
    "qualify": QualifyShock,
}
