"""What a world is about: its home country, whose losses are reported, what its tiers are called, what it builds.

These are the names of the base case; a world without them is about its first country.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables

TIERS = {1: "Separation and trade", 2: "Metal and alloy", 3: "Magnets", 4: "Motors and parts", 5: "Industries"}
INDUSTRY_TIER = 5  # the tier of lines that sell to the final market
TIERED = "magnet_maker"  # a world with firms in this role has the tiers above; another has its own
HOME, NEIGHBOUR, EXPORTER = "JP", "KR", "CN"
HOME_ADJECTIVE = "Japanese"
REPORTED = (HOME, NEIGHBOUR)  # countries whose losses are reported, where both are in the world
MOST_REPORTED, MOST_PANELS = 6, 2  # countries reported elsewhere; countries with a panel of their own in a figure
INSIDE = "china"  # the zone of spot prices in which exporters are
VEHICLES = "cars"  # the industry whose units are vehicles
VEHICLE_UNITS = frozenset({"vehicle", "vehicles", "car", "cars"})
SHORT_PHRASES = (
    ("heat-resistant magnets", "heat-resistant"),
    ("(hot-deformed, no Dy or Tb)", "(hot-deformed)"),
    ("GM Korea, KGM and Renault Korea", "GM Korea and others"),
    ("Japanese-owned finishing in the Philippines", "Philippine finishing"),
)  # phrases in names of lines, and what a figure with little room writes instead


@cache
def country_name(code: str) -> str:
    """What the base case calls a country; the code of one that it does not know."""
    return {country.country: country.name for country in read_tables(DATA).countries}.get(code, code)


def home_name() -> str:
    """What the base case calls the country that outcomes of a batch are about."""
    return country_name(HOME)


@dataclass(frozen=True)
class Focus:
    """What a world is about. It follows from the texts of its tables alone, so that all runs of a batch share it.

    home: the country of the story; reported: countries whose losses are reported, home first; names: country code ->
    name; tiers: number -> name; vehicles: rows of the lines that build vehicles; inside: the name of the zone in which
    spot prices are those of the exporters, None where no country is in it.
    """

    home: str
    reported: tuple[str, ...]
    names: dict[str, str]
    tiers: dict[int, str]
    vehicles: tuple[int, ...]
    inside: str | None

    @property
    def panels(self) -> tuple[str, ...]:
        """The countries that have a panel of their own in a figure."""
        return self.reported[:MOST_PANELS]

    def name(self, country: str) -> str:
        """What a country is called."""
        return self.names.get(country, country)


def focus_of(tables: Tables) -> Focus:
    """What a world is about; computed once for tables of the same texts."""
    tiers = tuple(line.tier for line in tables.firms)
    found: Focus = tables.structure.get_or_compute(("focus", tiers), lambda: find_focus(tables))
    return found


def find_focus(tables: Tables) -> Focus:
    """Derive what a world is about: its home is the usual one, or the first country in which a firm is."""
    reported = reported_countries(tables)
    units = {good.good: good.unit.casefold() for good in tables.goods}
    return Focus(
        home=reported[0] if reported else HOME,
        reported=tuple(reported),
        names={country.country: country.name for country in tables.countries},
        tiers=tiers_of({line.tier for line in tables.firms}, [line.role for line in tables.firms]),
        vehicles=tuple(
            row for row, line in enumerate(tables.firms)
            if line.industry == VEHICLES and units.get(line.good) in VEHICLE_UNITS
        ),
        inside=next((country.name for country in tables.countries if country.zone == INSIDE), None),
    )  # fmt: skip


def reported_countries(tables: Tables) -> list[str]:
    """The countries whose losses are reported: the usual ones, or those of the tables in which a firm is."""
    busy = {line.country for line in tables.firms}
    codes = [country.country for country in tables.countries]
    here = [code for code in codes if code in busy] or codes
    usual = [code for code in REPORTED if code in here]
    if len(usual) == len(REPORTED):
        return usual
    return [*usual, *(code for code in here if code not in REPORTED)][:MOST_REPORTED]


def tiers_of(tiers: set[int], roles: Sequence[str]) -> dict[int, str]:
    """The names of tiers: by what is made there, else by number; a single tier is called Lines."""
    if TIERED in roles:
        return TIERS
    return {tier: f"Tier {tier}" for tier in sorted(tiers)} if len(tiers) > 1 else dict.fromkeys(tiers, "Lines")
