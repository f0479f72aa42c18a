"""What a world is about: whose losses are told, what its tiers are called, and whether it builds vehicles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.tables.tables import Tables

TIERS = {1: "Separation and trade", 2: "Metal and alloy", 3: "Magnets", 4: "Motors and parts", 5: "Industries"}
TIERED = "magnet_maker"  # a world with such firms has the tiers above; another has its own
HOME, NEIGHBOUR = "JP", "KR"
SHOWN = (HOME, NEIGHBOUR)  # countries whose losses are told, where both are in the world
MOST_SHOWN, MOST_PANELS = 6, 2  # countries whose losses are told elsewhere; and those that have a panel in a figure
INSIDE = "china"  # the zone of spot prices in which exporters are
VEHICLES = "cars"  # the industry whose units are vehicles
VEHICLE_UNITS = frozenset({"vehicle", "vehicles", "car", "cars"})


@dataclass(frozen=True)
class Focus:
    """What a world is about, by its words alone, so that all runs of a batch tell the same.

    home: the country of the story; shown: the countries whose losses are told, home first; names: what countries are
    called; tiers: what tiers are called; vehicles: rows of the lines that build vehicles; inside: what the zone is
    called in which spot prices are those of the exporters, where anybody is in it.
    """

    home: str
    shown: tuple[str, ...]
    names: dict[str, str]
    tiers: dict[int, str]
    vehicles: tuple[int, ...]
    inside: str | None

    @property
    def panels(self) -> tuple[str, ...]:
        """The countries that have a panel of their own in a figure."""
        return self.shown[:MOST_PANELS]

    def name(self, country: str) -> str:
        """What a country is called."""
        return self.names.get(country, country)


def focus_of(tables: Tables) -> Focus:
    """What a world is about; found once."""
    tiers = tuple(line.tier for line in tables.firms)
    found: Focus = tables.structure.get_or_compute(("focus", tiers), lambda: find_focus(tables))
    return found


def find_focus(tables: Tables) -> Focus:
    """Find what a world is about: its home is the one that is usual, or the first country in which somebody is."""
    busy = {line.country for line in tables.firms}
    codes = [country.country for country in tables.countries]
    here = [code for code in codes if code in busy] or codes
    usual = [code for code in SHOWN if code in here]
    shown = usual if len(usual) == len(SHOWN) else [*usual, *(code for code in here if code not in SHOWN)][:MOST_SHOWN]
    units = {good.good: good.unit.casefold() for good in tables.goods}
    return Focus(
        home=shown[0] if shown else HOME,
        shown=tuple(shown),
        names={country.country: country.name for country in tables.countries},
        tiers=tiers_of({line.tier for line in tables.firms}, [line.role for line in tables.firms]),
        vehicles=tuple(
            row for row, line in enumerate(tables.firms)
            if line.industry == VEHICLES and units.get(line.good) in VEHICLE_UNITS
        ),
        inside=next((country.name for country in tables.countries if country.zone == INSIDE), None),
    )  # fmt: skip


def tiers_of(tiers: set[int], roles: Sequence[str]) -> dict[int, str]:
    """What tiers are called: by what is made there, or by number, or not at all where there is but one."""
    if TIERED in roles:
        return TIERS
    return {tier: f"Tier {tier}" for tier in sorted(tiers)} if len(tiers) > 1 else dict.fromkeys(tiers, "Lines")
