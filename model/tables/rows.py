"""What stands in a row of each data table, with its unit and its bounds."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from math import inf
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from model.tables import bounds
from model.tables.faults import complaint, known
from model.tables.units import A_YEAR, DAYS, MONEY_A_UNIT, SHARE, Unit

Name = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1), SHARE]
Units = Annotated[float, Field(ge=0, le=bounds.MOST_UNITS), A_YEAR]
Days = Annotated[float, Field(ge=0, le=bounds.MOST_DAYS), DAYS]
Price = Annotated[float, Field(ge=0, le=bounds.MOST_PRICE), MONEY_A_UNIT]
WholeDays = Annotated[int, Field(ge=0, le=bounds.LONGEST_WAIT_DAYS), DAYS]
CountryName = Annotated[Name, known("country")]
GoodName = Annotated[Name, known("good")]
LineName = Annotated[Name, known("line")]
OFFICES = ("authority", "government")  # how the seats of offices are called, alone or with a colon and a country

Mind = Literal["processor", "magnet_maker", "parts_maker", "automaker", "neighbour", "industry", "trader", "none"]
LINE_ROLES = frozenset(get_args(Mind)) | {"state_stock"}  # each mind gives its name to a role
MIND_ROLES = LINE_ROLES | {"licensing_authority", "government", "*"}


class Row(BaseModel):
    """A line of a data table; what it may hold is fixed, and no cell changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)

    @property
    def key(self) -> str:
        """The name by which sources and complaints call this row."""
        return KEYS[type(self)].format_map(self.__dict__)


class Country(Row):
    """A country, or a group of countries that trade alike."""

    country: Name
    """The code that other tables use."""
    name: Name
    """What pages call it."""
    neutral: Name
    """What a class sees where names are hidden."""
    zone: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    """Where its spot prices are those of, under any name; `outside` for all whose authority does not rule on
    exports."""
    gdp_jpy_tn: Annotated[float, Field(ge=0, le=bounds.MOST_UNITS), Unit("millions of millions of the currency a year")]
    """Output of the whole economy; losses are told as shares of it, and nothing else uses it."""
    clearance_days: Annotated[int, Field(ge=0, le=bounds.LONGEST_CLEARANCE_DAYS), DAYS] = 0
    """How long goods under control lie at its customs before they sail; a part of the lead time."""


class Industry(Row):
    """An industry of a country, and the value added that its suppliers in other industries there lose with its own."""

    country: CountryName
    """The country of the industry."""
    industry: Annotated[Name, known("industry")]
    """The industry, as lines name it."""
    suppliers_value_added: Annotated[float, Field(ge=0, le=bounds.MOST_MULTIPLIER), Unit("multiple")]
    """Value added that its suppliers in other industries there lose with one that it loses itself."""


class OwnRole(Row):
    """A role that a world names itself.

    Of numbers for which minds.csv has no row of this role, those of that mind hold.
    """

    role: Name
    """The name of the role, as lines use it."""
    mind: Mind
    """Whose mind its lines have; with `none` they follow habit alone."""
    makers: str = ""
    """What pages call its lines together."""


class Good(Row):
    """A good that firms make, ship and use, and how an export control sees it."""

    good: Name
    """The code that other tables use."""
    name: Name
    """What pages call it."""
    unit: Name
    """In what it is counted."""
    controlled: Share
    """How much of a flow of it a list of controlled goods names: 1 all, 0 none."""
    looks_alike: Share
    """How much of it customs cannot tell from controlled goods."""
    price_jpy_mn: Price
    """Its contract price at rest."""
    spot_eta: Annotated[float, Field(ge=0, le=bounds.MOST_ELASTICITY), Unit("exponent")]
    """How strongly its spot price answers what buyers lack; 0 without a spot market."""


class Line(Row):
    """A production line: one company in one country making one good."""

    line: Name
    """The code of the line: that of the company, a hyphen, and the kind of product."""
    firm: Name
    """The code of the company, the same for all its lines."""
    name: Name
    """What pages call it."""
    country: CountryName
    """Where it is."""
    tier: Annotated[int, Field(ge=0, le=6), Unit("place in the chain")]
    """How far it is from raw material: 0 the mine, 6 what users buy."""
    role: Annotated[Name, known("role of a line")]
    """Whose mind it has, or its role in a world with roles of its own."""
    good: GoodName
    """What it makes."""
    demand_per_year: Units
    """What the final market buys of it; what other lines buy follows from their needs."""
    capacity_per_year: Units
    """The most that it can make in normal hours."""
    finished_days: Days
    """Days of its own output that stand ready for shipping."""
    houses: Annotated[int, Field(ge=1, le=bounds.MOST_HOUSES), Unit("companies")]
    """How many companies the row stands for."""
    military_share: Share
    """How much of its output is for military users, for rules that ask."""
    value_added_jpy_mn: Price
    """What it adds to a unit: what is lost when it stands still."""
    industry: Name
    """The industry that it counts for."""
    short: str = ""
    """What labels call the company; its name where it is empty."""

    @field_validator("line")
    @classmethod
    def _is_no_office(cls, line: str) -> str:
        if line.partition(":")[0] in OFFICES:
            raise complaint(f"found '{line}', but so the seat of an office is called; choose another code")
        return line


class Need(Row):
    """What a line uses to make one unit of its good, how much of that it keeps, how far it can stretch it."""

    line: LineName
    """Who needs it."""
    good: GoodName
    """What is needed."""
    per_unit: Annotated[float, Field(ge=bounds.LEAST_PER_UNIT, le=bounds.MOST_PER_UNIT), Unit("units a unit")]
    """Input in a unit of output that holds it."""
    dependence: Share
    """How much of the output holds it: 1 if nothing is made without it."""
    cover_days: Days
    """The normal stock of it, in days of normal use."""
    cover_days_jan2026: Days
    """A second stock that a scenario may copy into `cover_days`, as those of January 2026 do."""
    thrift_least: Annotated[float, Field(ge=bounds.LEAST_USE, le=1), SHARE]
    """The lowest share of normal use that redesign can reach; 1 if there is no way."""
    thrift_days: Days
    """How long redesign takes to get there."""


class Link(Row):
    """A way by which a supplier's good reaches a client: in use, qualified but unused, or dormant."""

    supplier: LineName
    """Who supplies it."""
    line: LineName
    """Who uses it."""
    good: GoodName
    """What goes there."""
    share: Share
    """How much of the need is bought there; the shares of a need add to 1."""
    lead_days: Annotated[int, Field(ge=1, le=bounds.LONGEST_LEAD_DAYS), DAYS]
    """From dispatch to landing, without the wait for a licence."""
    qualification_days: WholeDays
    """0 where goods flow or may flow at once; above 0, with share 0, a second source that must first be tried."""

    @field_validator("qualification_days")
    @classmethod
    def _in_use_is_qualified(cls, days: int, info: ValidationInfo) -> int:
        if days > 0 and info.data.get("share", 0) > 0:
            raise complaint(
                f"found {days} with share {info.data['share']}; a link in use is qualified: write 0 here, or share 0"
            )
        return days


class Trait(Row):
    """A number of a mind: how people in one role (or `*`, all of them) judge and act."""

    role: Annotated[Name, known("role")]
    """Whose mind; `*` is everybody of whom no row says otherwise."""
    parameter: Name
    """Which number of the mind."""
    value: Annotated[float, Unit("as the row says")]
    """How much it is."""
    unit: Name
    """In what it is counted."""
    meaning: Name
    """What it is, in words."""

    @field_validator("value")
    @classmethod
    def _is_within_bounds(cls, value: float, info: ValidationInfo) -> float:
        low, high = bounds.PARAMETERS.get(str(info.data.get("parameter")), (-inf, inf))
        if not low <= value <= high:
            raise complaint(f"must be >= {low:g} and <= {high:g}, got {value:g}")
        return value


def _bound(text: str) -> str:
    """Accept nothing, a number, or a multiple of the value such as 0.5x."""
    try:
        if text:
            float(text.removesuffix("x"))
    except ValueError:
        raise complaint(f"found '{text}'; a number or a multiple such as 0.5x was expected") from None
    return text


Bound = Annotated[str, AfterValidator(_bound)]


class Source(Row):
    """Where a number comes from: a publication, a derivation, a calibration or an assumption."""

    table: Annotated[Name, known("table")]
    """The table in which the number is."""
    row: Name
    """The key of its row; `*` is every row of which no other line of this table speaks."""
    column: Name
    """Its column."""
    unit: Name
    """In what it is counted."""
    kind: Literal["sourced", "derived", "assumption", "calibrated"]
    """Whether it was published, worked out from what was published, fitted to facts, or assumed."""
    source: Name
    """Where it comes from, in words, with the numbers of the page of evidence."""
    low: Bound
    """The least that it may be, as a number or as a multiple such as `0.5x`; an assumption must have it."""
    high: Bound
    """The most that it may be, in the same way."""

    @field_validator("low", "high")
    @classmethod
    def _assumption_has_range(cls, bound: str, info: ValidationInfo) -> str:
        if not bound and info.data.get("kind") == "assumption":
            raise complaint("found an assumption without this end of its range; write it")
        return bound

    def range_of(self, value: float) -> tuple[float, float] | None:
        """The lowest and highest that `value` may be, or None where no range is given."""
        if not (self.low and self.high):
            return None
        low, high = (float(b[:-1]) * value if b.endswith("x") else float(b) for b in (self.low, self.high))
        return low, high


ROWS: dict[str, type[Row]] = {
    "countries": Country,
    "goods": Good,
    "roles": OwnRole,
    "firms": Line,
    "needs": Need,
    "links": Link,
    "minds": Trait,
    "industries": Industry,
    "sources": Source,
}
KEYS: dict[type[Row], str] = {
    Country: "{country}",
    Good: "{good}",
    OwnRole: "{role}",
    Line: "{line}",
    Need: "{line}:{good}",
    Link: "{supplier}>{line}:{good}",
    Trait: "{role}:{parameter}",
    Industry: "{country}:{industry}",
    Source: "{table} {row} {column}",
}


def key_of(cells: Mapping[str, Any], row: type[Row]) -> str:
    """The key of a row, read or not: `SEJ-H`, `SEJ-H:dytb`, `CRE-D>SEJ-H:dytb`, `*:alarm_days`."""
    return KEYS[row].format_map(defaultdict(str, cells))


@cache
def number_columns(table: str) -> tuple[str, ...]:
    """The columns of a table that hold numbers."""
    return tuple(name for name, info in ROWS[table].model_fields.items() if info.annotation in (int, float))


@cache
def text_columns(table: str) -> tuple[str, ...]:
    """The columns of a table that hold words."""
    return tuple(name for name in ROWS[table].model_fields if name not in number_columns(table))
