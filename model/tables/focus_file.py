"""What a world says that it is about, in `focus.toml` beside its tables; and what follows from the tables instead.

A file that is missing, or says only some of it, is as good: home is the country outside the exporters whose sales to
the final market add most value, exporters are the countries of the zone that is not `outside`, and the story is that
of the industry at home that builds vehicles, or else adds most value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.tables import bounds
from model.tables.documents import read_document
from model.tables.faults import Faults, known, sentences
from model.tables.units import DAYS, Unit

FILE = "focus.toml"
VEHICLE_UNITS = ("vehicle", "vehicles", "car", "cars")  # of goods that count as vehicles, where no world says so
OUTSIDE = "outside"  # the zone in which countries are that do not rule on exports
INSIDE = "inside"  # the exporters' zone of a world without exporters, in which nobody is
LAST_TIER = 6
STATE_STOCK = "state_stock"  # the role of lines that hold a stock and make nothing
MOST_CODES = 3  # that a sentence names
Word = Annotated[str, Field(min_length=1)]
CountryCode = Annotated[Word, known("country")]
GoodCode = Annotated[Word, known("good")]
FirmCode = Annotated[Word, known("firm")]
TierNumber = Annotated[str, Field(pattern=r"^[0-6]$")]
IndustryName = Annotated[Word, known("industry")]
RoleName = Annotated[Word, known("role")]
SixWords = Annotated[tuple[Word, ...], Field(min_length=6, max_length=6)]
DaysOfStock = Annotated[int | float, Field(gt=0, le=bounds.MOST_DAYS), DAYS]


class FocusPart(BaseModel):
    """A part of what a world says of itself; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)


class Money(FocusPart):
    """The currency of all amounts in the tables: code, name, sign, and how many decimals an amount in words has."""

    code: Word = "units"
    """The code of the currency, as in units of outcomes."""
    name: Word = "units of money"
    """What it is called in sentences."""
    sign: str = ""
    """Its sign."""
    decimals: Annotated[int, Field(ge=0, le=3), Unit("digits")] = 0
    """How many decimals an amount in words has."""


class Story(FocusPart):
    """The industry whose stop is the story; its lines build vehicles where their goods are counted in these units."""

    industry: IndustryName
    """The industry whose stop is the story."""
    units: tuple[Word, ...] = VEHICLE_UNITS
    """Units of goods that count as vehicles."""


class Stock(FocusPart):
    """The role whose stock is held against the length of a stop, and what its lines are called."""

    role: RoleName
    """The role whose stock is held against the length of a stop."""
    makers: Word
    """What its lines are called."""


class Phrase(FocusPart):
    """A phrase in names of lines, and what is written where there is little room."""

    long: Word
    """A phrase in names of lines."""
    short: Word
    """What is written where there is little room."""


class TierOfStock(FocusPart):
    """Lines of a role whose cover is shown together; a lever sets their stock, from least to most days."""

    key: Word
    """The name of its lever."""
    role: RoleName
    """The role whose lines are meant."""
    chart: Word
    """What a chart calls them."""
    makers: Word
    """What sentences call them."""
    least: DaysOfStock
    """The lowest value of its lever."""
    most: DaysOfStock
    """The highest."""
    step: DaysOfStock
    """By how much the lever moves."""


class Output(FocusPart):
    """An industry whose output is shown, under a name."""

    industry: IndustryName
    """An industry whose output is shown."""
    chart: Word
    """What the chart calls it."""


class Release(FocusPart):
    """The state stock that a lever opens: firm and good, and what the good is called."""

    firm: FirmCode
    """The firm that keeps the state stock which a lever opens."""
    good: GoodCode
    """What is released."""
    words: Word
    """What it is called."""


class BoardColumns(FocusPart):
    """The columns of the picture of the chain: the first four tiers, the story's industry, all others; and in short."""

    stages: SixWords
    """What the six columns of the picture of the chain are called: the first four tiers, the industry of the story, all
    others."""
    short: SixWords | None = None
    """The same where there is little room."""


class WorldFocus(FocusPart):
    """What a world says that it is about; what is left out follows from its tables."""

    home: CountryCode | None = None
    """The country whose losses are the story."""
    adjective: str = ""
    """What is of this country, such as German."""
    neighbour: CountryCode | None = None
    """The country that is reported beside it; it has a government, too. What its firms traded, held and opened is told
    only where the world says who it is."""
    neighbour_queue: str = ""
    """What the lever of the neighbour's place in the queue is called."""
    exporters: tuple[CountryCode, ...] = ()
    """Countries whose authority rules on exports, each with a queue of its own."""
    third_countries: tuple[CountryCode, ...] = ()
    """Countries through which goods may pass on; all but the exporters if it is left out."""
    story: Story | None = None
    """The industry whose stop is the story."""
    money: Money = Money()
    """The currency of all amounts in the tables."""
    stock: Stock | None = None
    """Whose stock is held against the length of a stop."""
    tiers: Mapping[TierNumber, Word] = {}
    """What the tiers are called, by number: all that have lines, or none."""
    phrases: Annotated[tuple[Phrase, ...], Field(alias="phrase")] = ()
    """Phrases in names of lines, and what is written where there is little room."""
    tiers_of_stock: Annotated[tuple[TierOfStock, ...], Field(alias="tier_of_stock")] = ()
    """Lines whose cover the page of `watch` shows together, each with a lever."""
    outputs: Annotated[tuple[Output, ...], Field(alias="output")] = ()
    """Industries whose output is shown."""
    release: Release | None = None
    """The state stock that a lever opens."""
    board: BoardColumns | None = None
    """What the columns of the picture of the chain are called."""
    labels: Mapping[GoodCode, Word] = {}
    """What marks of goods on the picture are called, by code."""
    examples: Mapping[str, Word] = {}
    """Codes that help texts show as examples."""

    @cached_property
    def text(self) -> str:
        """All of it as one text, by which what follows from it is kept."""
        return self.model_dump_json()


def read_focus(folder: Path, names: Mapping[str, Any], faults: list[str]) -> WorldFocus:
    """Read what a world says that it is about; nothing without a file. What is wrong in it is added to the faults.

    names: kind (country, good, firm, role, industry) -> the names of that kind in the tables.
    """
    path = folder / FILE
    if not path.exists():
        return WorldFocus()
    try:
        return WorldFocus.model_validate(read_document(path), context=names)
    except Faults as found:
        faults += found.sentences
    except ValidationError as error:
        faults += sentences(error, FILE, "", WorldFocus)
    return WorldFocus()


def complete_focus(said: WorldFocus, tables: Any) -> WorldFocus:
    """What a world says, with home, exporters and story from its tables where it does not say them.

    It is done once, as the tables are read, so that no setting of a run changes what is reported. tables: `Tables`.
    """
    exporters = said.exporters or exporters_of(tables)
    home = said.home or home_of(tables, exporters)
    story = said.story or story_of(tables, home)
    whole = said.model_copy(update={"home": home, "exporters": exporters, "story": story})
    whole.__dict__.pop("text", None)  # of what was said before
    return whole


def tier_faults(said: WorldFocus, tables: Any) -> list[str]:
    """Complain of tiers with lines and without a name, where a world names others: nothing would be told of them.

    State stocks and buyers abroad at the end of the chain are told of without their tier. tables: `Tables`.
    """
    unnamed: dict[int, list[str]] = defaultdict(list)
    for line in tables.firms:
        abroad = line.tier == LAST_TIER and line.country != said.home
        if said.tiers and str(line.tier) not in said.tiers and line.role != STATE_STOCK and not abroad:
            unnamed[line.tier].append(line.line)
    return [
        f"{FILE}: tiers: found no name for tier {tier}, in which firms.csv has {', '.join(codes[:MOST_CODES])}"
        f'{" and others" if len(codes) > MOST_CODES else ""}; write {tier} = "NAME" below [tiers], or give these '
        "lines a tier that has a name"
        for tier, codes in sorted(unnamed.items())
    ]


def zones_of(countries: Iterable[Any]) -> tuple[str, ...]:
    """The price zones of a world, in the order of the table; the last is that of all who do not rule on exports."""
    inside = tuple(dict.fromkeys(country.zone for country in countries if country.zone != OUTSIDE))
    return (*(inside or (INSIDE,)), OUTSIDE)


def exporters_in(tables: Any) -> tuple[str, ...]:
    """The countries whose authority rules on exports, as a world says or as follows from its tables."""
    return (tables.focus or complete_focus(WorldFocus(), tables)).exporters


def exporters_of(tables: Any) -> tuple[str, ...]:
    """The countries of the zone that is not outside in which a firm is."""
    busy = {line.country for line in tables.firms}
    return tuple(each.country for each in tables.countries if each.zone != OUTSIDE and each.country in busy)


def story_of(tables: Any, home: str | None) -> Story | None:
    """The first industry at home that builds vehicles, else the one that adds most value to what it sells to users."""
    units = {good.good: good.unit.casefold() for good in tables.goods}
    added: defaultdict[str, float] = defaultdict(float)
    for line in tables.firms:
        if line.country == home:
            if units.get(line.good) in VEHICLE_UNITS:
                return Story(industry=line.industry)
            added[line.industry] += line.demand_per_year * line.value_added_jpy_mn
    most = max(added, key=lambda name: added[name], default=None)
    return Story(industry=most) if most is not None and added[most] > 0.0 else None


def home_of(tables: Any, exporters: tuple[str, ...]) -> str | None:
    """The country outside the exporters that adds most value to what it sells to the final market.

    Of equals it is the first in the table; an exporter only where no firm is elsewhere; None without a country.
    """
    added: defaultdict[str, float] = defaultdict(float)
    for line in tables.firms:
        added[line.country] += line.demand_per_year * line.value_added_jpy_mn
    codes = [country.country for country in tables.countries]
    here = [code for code in codes if code in added and code not in exporters]
    here = here or [code for code in codes if code in added] or codes
    return max(here, key=lambda code: added.get(code, 0.0), default=None)
