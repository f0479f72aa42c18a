"""What can be taken out of a world: each line, each good x destination that an authority rules on, each country.

Out is meant as a scenario says it: a line has no capacity, no licence is granted for a good to a destination, nothing
is accepted of what is ordered abroad of a country's lines. What lies on floors and what is at sea is not touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.scenario.event import Event
from model.scenario.event_cells import ANY
from model.scenario.events import CapacityShock, QuotaShock
from model.scenario.regime_shock import RegimeShock
from model.tables.line_names import tell_lines_apart
from model.tables.rows import Line, Link
from model.tables.tables import Tables
from runs.simulation.focus import focus_of

SOURCE = "hypothetical"
Kind = Literal["line", "licence", "country"]
KINDS: tuple[Kind, ...] = ("line", "licence", "country")


@dataclass(frozen=True)
class Candidate:
    """What is taken out: a line by its code, all exports of a country, or the licences of a good to a destination.

    origins: the countries whose lines are struck, empty for a single line; good, destination: of licences, else "".
    """

    kind: Kind
    code: str
    name: str
    origins: tuple[str, ...] = ()
    good: str = ""
    destination: str = ""

    def strikes(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether nothing, or less, is shipped on a link when this is out."""
        if self.kind == "line":
            return link.supplier == self.code
        supplier, client = lines.get(link.supplier), lines[link.line]
        if supplier is None or supplier.country not in self.origins or supplier.country == client.country:
            return False
        return self.kind == "country" or (link.good == self.good and client.country == self.destination)

    def takes_out(self, line: Line) -> bool:
        """Whether a line is struck itself, so that it is none of the others whose loss is counted."""
        return line.line == self.code if self.kind == "line" else line.country in self.origins

    def event(self, tables: Tables, first: date, days: int) -> Event:
        """The dated event of a scenario by which this is out for so many days."""
        when: dict[str, Any] = {"date": first, "until": days, "note": f"{self.name}: out", "source": SOURCE}
        if self.kind == "line":
            return CapacityShock(kind="capacity", lines=(self.code,), times=0.0, **when)
        if self.kind == "country":
            abroad = tuple(each.country for each in tables.countries if each.country not in self.origins)
            return QuotaShock(kind="quota", origin=self.origins, destination=abroad, goods=(ANY,), share=0.0, **when)
        return RegimeShock(kind="regime", origin=self.origins, destination=(self.destination,), goods=(self.good,),
                           rule="ban", **when)  # fmt: skip


def candidates_in(tables: Tables) -> tuple[Candidate, ...]:
    """All that can be taken out of a world, in the order of its tables: lines, then licences, then countries."""
    lines = [Candidate("line", line.line, line.name) for line in tell_lines_apart(tables).firms]
    return (*lines, *licences_in(tables), *supplying_countries(tables))


def licences_in(tables: Tables) -> list[Candidate]:
    """The goods x destinations on which the authority of the exporters' countries can rule, and in which they trade."""
    exporters, names = focus_of(tables).exporters, focus_of(tables).names
    traded = {(good, there) for good, here, there in trade_across_borders(tables) if here in exporters}
    return [
        Candidate("licence", f"{good.good}>{country.country}",
                  f"Licences: {good.name} to {names[country.country]}", exporters, good.good, country.country)
        for good in tables.goods if good.controlled > 0.0
        for country in tables.countries if (good.good, country.country) in traded and country.country not in exporters
    ]  # fmt: skip


def supplying_countries(tables: Tables) -> list[Candidate]:
    """The countries of which lines elsewhere buy."""
    sellers = {here for _, here, _ in trade_across_borders(tables)}
    return [
        Candidate("country", country.country, f"All exports of {country.name}", (country.country,))
        for country in tables.countries if country.country in sellers
    ]  # fmt: skip


def trade_across_borders(tables: Tables) -> set[tuple[str, str, str]]:
    """The good, origin and destination of each flow between named lines of two countries, in use at rest."""
    lines = lines_by_code(tables)
    used = [link for link in tables.links if link.share > 0.0 and link.supplier in lines]
    flows = {(link.good, lines[link.supplier].country, lines[link.line].country) for link in used}
    return {(good, here, there) for good, here, there in flows if here != there}


def customers_of(candidate: Candidate, tables: Tables) -> NDArray[np.bool_]:
    """Which named lines buy of what is taken out at rest, directly or of one another, F; none that is struck itself."""
    lines, used = lines_by_code(tables), [link for link in tables.links if link.share > 0.0]
    buyers: dict[str, set[str]] = {}
    for link in used:
        buyers.setdefault(link.supplier, set()).add(link.line)
    found: set[str] = set()
    new = {link.line for link in used if candidate.strikes(link, lines)}
    while new:
        found |= new
        new = {buyer for code in new for buyer in buyers.get(code, ())} - found
    return np.array([line.line in found and not candidate.takes_out(line) for line in tables.firms], bool)


def lines_by_code(tables: Tables) -> dict[str, Line]:
    """The named lines by their codes."""
    return {line.line: line for line in tables.firms}


def reservation(candidates: Sequence[Candidate], last: date) -> list[Event]:
    """A rule after the last day that names all licences among the candidates; it never holds.

    Luck is drawn for each link that some rule of a scenario names. A run in which a ban is tried and the run that it is
    held against must draw for the same links, or they would differ by luck.
    """
    licences = [each for each in candidates if each.kind == "licence"]
    if not licences:
        return []
    return [
        RegimeShock(
            kind="regime",
            origin=licences[0].origins,
            destination=tuple(dict.fromkeys(each.destination for each in licences)),
            goods=tuple(dict.fromkeys(each.good for each in licences)),
            rule="free",
            date=last,
            note="none",
            source=SOURCE,
        )
    ]
