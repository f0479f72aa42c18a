"""What a world is about: its home country, whose losses are reported, what its tiers are called, what it builds.

A world says so in `focus.toml` beside its tables; what it leaves out follows from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from model.tables.faults import Faults
from model.tables.focus_file import OUTSIDE, Money, TierOfStock, WorldFocus, complete_focus, read_focus
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables
from runs.simulation.money_units import MoneyUnit

INDUSTRY_TIER = 5  # the tier of lines that sell to the final market
MOST_REPORTED, MOST_PANELS, MOST_OUTPUTS = 6, 2, 7  # countries reported, countries with a panel; industries shown

MOST_STOCK_DAYS = 240  # that a lever of a page sets, where no world says so


@cache
def base_case() -> WorldFocus:
    """What the base case says that it is about. Raise Faults where its file cannot be read."""
    faults: list[str] = []
    said = read_focus(DATA, {}, faults)
    if faults:
        raise Faults(faults)
    return said


@cache
def country_name(code: str) -> str:
    """What the base case calls a country; the code of one that it does not know."""
    return {country.country: country.name for country in read_tables(DATA).countries}.get(code, code)


def base_home() -> str:
    """The home country of the base case."""
    return base_case().home or ""


def base_exporters() -> str:
    """What the base case calls its exporters' countries."""
    return " and ".join(map(country_name, base_case().exporters))


@dataclass(frozen=True)
class Focus:
    """What a world is about. It follows from the texts of its tables and of its focus file alone, so that all runs of
    a batch share it.

    home: the country of the story; neighbour: the other one that is reported, None where all are; exporters: countries
    whose authority rules; reported: countries whose losses are reported, home first; names: country code -> name;
    tiers: number -> name, `named_tiers` where the world names them; story: the industry whose stop is the story, None
    without one; stock_role, stock_makers: whose stock is held against the length of a stop, None without people;
    vehicles: rows of the story's lines that build vehicles; inside: what the zones with the spot prices of exporters
    are called, empty where no country is in one; tiers_of_stock: those whose cover a page shows; outputs: industries at
    home whose output it shows, as their name there and in the tables; money: their currency; said: what the world says
    of itself.
    """

    home: str
    neighbour: str | None
    exporters: tuple[str, ...]
    reported: tuple[str, ...]
    names: dict[str, str]
    tiers: dict[int, str]
    named_tiers: bool
    story: str | None
    stock_role: str | None
    stock_makers: str
    vehicles: tuple[int, ...]
    inside: tuple[str, ...]
    tiers_of_stock: tuple[TierOfStock, ...]
    outputs: tuple[tuple[str, str], ...]
    money: Money
    said: WorldFocus

    @property
    def panels(self) -> tuple[str, ...]:
        """The countries that have a panel of their own in a figure."""
        return self.reported[:MOST_PANELS]

    @property
    def money_sign(self) -> str:
        """What stands before an amount: the sign of the currency, or its code."""
        return self.money.sign or f"{self.money.code} "

    def money_in(self, unit: MoneyUnit) -> str:
        """A unit of the currency where there is little room, such as $mn; one without a sign as mn XYZ."""
        return f"{self.money.sign}{unit.short}" if self.money.sign else f"{unit.short} {self.money.code}"

    @property
    def governments(self) -> tuple[str, ...]:
        """The countries that have a government of their own: home and its neighbour."""
        return (self.home,) if self.neighbour is None else (self.home, self.neighbour)

    def name(self, country: str) -> str:
        """What a country is called."""
        return self.names.get(country, country)

    @property
    def home_name(self) -> str:
        """What the home country is called."""
        return self.name(self.home)

    @property
    def reported_names(self) -> str:
        """The countries of the story in words: home, and its neighbour where there is one."""
        return " and ".join(self.name(code) for code in self.governments)

    @property
    def exporters_name(self) -> str:
        """What the exporters' countries are called; empty where nobody rules on exports."""
        return " and ".join(map(self.name, self.exporters))

    def at_home(self, makers: str) -> str:
        """Makers of the home country, in words."""
        return f"{self.said.adjective} {makers}" if self.said.adjective else f"{makers} in {self.home_name}"


def focus_of(tables: Tables) -> Focus:
    """What a world is about; computed once for tables of the same texts."""
    if tables.focus is None:
        by_hand: Focus = tables.cache.get_or_compute(
            "focus", lambda: find_focus(tables, complete_focus(WorldFocus(), tables))
        )
        return by_hand
    said, tiers = tables.focus, tuple(line.tier for line in tables.firms)
    key = ("focus", tiers, said.text)
    found: Focus = tables.structure.get_or_compute(key, lambda: find_focus(tables, said))
    return found


def find_focus(tables: Tables, said: WorldFocus) -> Focus:
    """Derive what a world is about from what it says and from the texts of its tables."""
    reported, stock = reported_countries(tables, said), stock_role_of(tables, said)
    return Focus(
        home=said.home or (reported[0] if reported else ""),
        neighbour=said.neighbour,
        exporters=said.exporters,
        reported=tuple(reported),
        names={country.country: country.name for country in tables.countries},
        tiers=tiers_of({line.tier for line in tables.firms}, said),
        named_tiers=bool(said.tiers),
        story=said.story.industry if said.story else None,
        stock_role=stock,
        stock_makers=said.stock.makers if said.stock else makers_of(stock or "maker", tables),
        vehicles=tuple(vehicle_rows(tables, said)),
        inside=tuple(zone_names(tables)),
        tiers_of_stock=said.tiers_of_stock or tuple(tiers_with_stock(tables, said)),
        outputs=tuple(shown_outputs(tables, said)),
        money=said.money,
        said=said,
    )


def zone_names(tables: Tables) -> list[str]:
    """What each zone of exporters is called: by the countries in it."""
    zones: dict[str, list[str]] = {}
    for country in tables.countries:
        if country.zone != OUTSIDE:
            zones.setdefault(country.zone, []).append(country.name)
    return [" and ".join(names) for names in zones.values()]


def makers_of(role: str, tables: Tables | None = None) -> str:
    """What lines of a role are called, as the world says or after the role.

    >>> makers_of("magnet_maker"), makers_of("industry")
    ('magnet makers', 'industries')
    """
    said = next((own.makers for own in (tables.roles if tables else ()) if own.role == role), "")
    if said:
        return said
    words = role.replace("_", " ")
    return f"{words.removesuffix('y')}ies" if words.endswith("y") else f"{words}s"


def tiers_with_stock(tables: Tables, said: WorldFocus) -> list[TierOfStock]:
    """The roles at home that hold stock of inputs, for a world that does not say whose cover is shown."""
    buyers = {need.line for need in tables.needs}
    roles = dict.fromkeys(line.role for line in tables.firms if line.country == said.home and line.line in buyers)
    names = {role: "All lines" if role == "none" else makers_of(role, tables).capitalize() for role in roles}
    return [
        TierOfStock(key=f"cover_{role}", role=role, chart=name, makers=name, least=1, most=MOST_STOCK_DAYS, step=1)
        for role, name in names.items()
    ]


def shown_outputs(tables: Tables, said: WorldFocus) -> list[tuple[str, str]]:
    """The industries whose output a page shows: as the world says, else the first few at home that sell to users."""
    if said.outputs:
        return [(output.chart, output.industry) for output in said.outputs]
    sells = (line.industry for line in tables.firms if line.country == said.home and line.demand_per_year > 0.0)
    return [(name.capitalize(), name) for name in list(dict.fromkeys(sells))[:MOST_OUTPUTS]]


def reported_countries(tables: Tables, said: WorldFocus) -> list[str]:
    """The countries whose losses are reported: home and its neighbour, or home and all others in which a firm is."""
    busy = {line.country for line in tables.firms}
    codes = [country.country for country in tables.countries]
    here = [code for code in codes if code in busy] or codes
    if said.neighbour is not None:
        return [code for code in (said.home, said.neighbour) if code is not None]
    first = [code for code in (said.home,) if code is not None]
    return [*first, *(code for code in here if code not in first)][:MOST_REPORTED]


def stock_role_of(tables: Tables, said: WorldFocus) -> str | None:
    """The role whose stock counts: as the world says, else that of the first tier at home with people and inputs."""
    if said.stock is not None:
        return said.stock.role
    buyers, kinds = {need.line for need in tables.needs}, tables.minds_of_roles
    mine = [
        line
        for line in tables.firms
        if line.country == said.home and line.line in buyers and kinds[line.role] != "none"
    ]
    return min(mine, key=lambda line: line.tier).role if mine else None


def vehicle_rows(tables: Tables, said: WorldFocus) -> list[int]:
    """The rows of the lines of the story's industry that build vehicles."""
    if said.story is None:
        return []
    units = {good.good: good.unit.casefold() for good in tables.goods}
    return [
        row for row, line in enumerate(tables.firms)
        if line.industry == said.story.industry and units.get(line.good) in said.story.units
    ]  # fmt: skip


def tiers_of(tiers: set[int], said: WorldFocus) -> dict[int, str]:
    """The names of tiers with lines: as the world says, else by number; a single tier is called Lines."""
    if said.tiers:
        return {int(number): name for number, name in said.tiers.items() if int(number) in tiers}
    return {tier: f"Tier {tier}" for tier in sorted(tiers)} if len(tiers) > 1 else dict.fromkeys(tiers, "Lines")
