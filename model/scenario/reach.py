"""Whom an event strikes: rows of named lines and links, and of the anonymous ones behind them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from datetime import date
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.scenario.event import Event, LineEvent, RouteEvent
from model.scenario.event_cells import ANY
from model.scenario.events import (
    AuthorityShock,
    CapacityShock,
    NewsShock,
    QualifyShock,
    QuotaShock,
    ReleaseShock,
    WillingShock,
)
from model.scenario.ports import PortShock, Way
from model.scenario.regime_shock import RegimeShock
from model.tables.anonymous_firms import AnonymousFirms, positions
from model.tables.faults import shown
from model.tables.focus_file import exporters_in
from model.tables.rows import Line
from model.tables.tables import Tables

Rows = NDArray[np.int64]
STRIKING = (LineEvent, ReleaseShock, RouteEvent, PortShock, QualifyShock)  # events that strike lines or links


def rows_reached(event: Event, tables: Tables) -> Rows:
    """The rows that an event strikes, of lines or of links, in rising order; none for news and the like."""
    named, behind = named_rows(event, tables)
    if tables.anonymous is None:
        return named
    return np.concatenate((named, behind + anonymous_rows(event, tables.anonymous, tables)))


def named_rows(event: Event, tables: Tables) -> tuple[Rows, int]:
    """The named rows that an event strikes, and how many rows their table has; found once for worlds of like words."""
    if tables.anonymous is not None or not isinstance(
        event, LineEvent | ReleaseShock | RouteEvent | PortShock | QualifyShock
    ):
        return search_rows(event, tables)
    found: tuple[Rows, int] = tables.structure.get_or_compute(words_of(event), lambda: search_rows(event, tables))
    return found


def words_of(event: Event) -> tuple[Any, ...]:
    """What an event says but for numbers and dates, which have no part in whom it strikes: its kind, and its words."""
    return type(event), *((field, said) for field, said in event if not isinstance(said, int | float | date))


def search_rows(event: Event, tables: Tables) -> tuple[Rows, int]:
    """The named rows that an event strikes, looked at one by one."""
    if isinstance(event, LineEvent | ReleaseShock):
        found = [i for i, line in enumerate(tables.firms) if event.reaches(line)]
        return np.array(found, np.int64), len(tables.firms)
    if isinstance(event, RouteEvent | PortShock | QualifyShock):
        lines = lines_by_code(tables)
        found = [i for i, link in enumerate(tables.links) if event.reaches(link, lines)]
        return np.array(found, np.int64), len(tables.links)
    return np.zeros(0, np.int64), 0


def lines_by_code(tables: Tables) -> Mapping[str, Line]:
    """The lines by their codes; anonymous lines that supply a named line are among them."""
    named = {line.line: line for line in tables.firms}
    if tables.anonymous is None:
        return named
    codes = list(dict.fromkeys(link.supplier for link in tables.links if link.supplier not in named))
    return ChainMap(named, anonymous_lines(tables.anonymous, codes))


def anonymous_lines(anonymous: AnonymousFirms, codes: list[str]) -> dict[str, Line]:
    """Some anonymous lines as rows of a table."""
    rows = anonymous.rows(codes)
    if not len(rows):
        return {}
    cells = {name: anonymous.column("lines", name)[rows].tolist() for name in ("good", "country", "capacity_per_year")}
    return {
        code: Line(
            line=code, firm=code, name=code, country=anonymous.countries[country], tier=0, role="none",
            good=anonymous.goods[good], demand_per_year=0.0, capacity_per_year=capacity, finished_days=0.0, houses=1,
            military_share=0.0, value_added_jpy_mn=0.0, industry=anonymous.goods[good],
        )
        for code, good, country, capacity in zip(codes, *cells.values(), strict=True)
    }  # fmt: skip


@singledispatch
def anonymous_rows(event: Event, anonymous: AnonymousFirms, tables: Tables) -> Rows:
    """The rows of anonymous lines, or of their links, that an event strikes: none, unless said otherwise below.

    State stocks and second sources are named, so that no release and no qualification reaches anonymous firms.
    """
    return np.zeros(0, np.int64)


@anonymous_rows.register
def _(event: LineEvent, anonymous: AnonymousFirms, tables: Tables) -> Rows:
    fits = np.ones(anonymous.counts["lines"], bool)
    for codes in (event.lines, event.firms):
        if codes:
            fits &= picked(anonymous.rows(codes), len(fits))
    if event.countries:
        fits &= among(anonymous.countries, event.countries)[anonymous.column("lines", "country")]
    if event.goods:
        fits &= among(anonymous.goods, event.goods)[anonymous.column("lines", "good")]
    return np.flatnonzero(fits)


@anonymous_rows.register
def _(event: RouteEvent, anonymous: AnonymousFirms, tables: Tables) -> Rows:
    if isinstance(event, RegimeShock) and at_home(anonymous, tables):
        return np.zeros(0, np.int64)
    return np.flatnonzero(links_along(event, anonymous, tables, abroad=isinstance(event, RegimeShock)))


@anonymous_rows.register
def _(event: PortShock, anonymous: AnonymousFirms, tables: Tables) -> Rows:
    return np.flatnonzero(np.any([links_along(way, anonymous, tables) for way in event.ways], axis=0))


def links_along(
    route: RouteEvent | Way, anonymous: AnonymousFirms, tables: Tables, abroad: bool = False
) -> NDArray[np.bool_]:
    """Which anonymous links lead along a route; only those that cross a border, if it is about what goes `abroad`."""
    need, seller = anonymous.column("links", "n"), anonymous.column("links", "s")
    buyer = anonymous.column("needs", "f")[need]
    homes = [line.country for line in tables.firms]
    codes = list(dict.fromkeys((*homes, *anonymous.countries)))
    country = positions(anonymous.countries, codes)[anonymous.column("lines", "country")]
    makers = np.concatenate((positions(homes, codes), country))
    fits = among(anonymous.goods, route.goods)[anonymous.column("needs", "good")][need]
    fits &= among(codes, route.destination)[country[buyer]] & among(codes, route.origin)[makers[seller]]
    if abroad:
        fits &= makers[seller] != country[buyer]
    if isinstance(route, RegimeShock | QuotaShock | Way) and route.entities:
        fits &= picked(anonymous.rows(route.entities), len(country))[buyer]
    if isinstance(route, RegimeShock | WillingShock | QuotaShock | Way) and route.suppliers:
        named = [line.line in route.suppliers or line.firm in route.suppliers for line in tables.firms]
        sells = np.concatenate((named, picked(anonymous.rows(route.suppliers), len(country))))
        fits &= sells[seller]
    return fits


def at_home(anonymous: AnonymousFirms, tables: Tables) -> bool:
    """Whether nothing that anonymous firms buy crosses a border."""
    sellers = {line.country for line, taken in zip(tables.firms, anonymous.bought, strict=True) if taken}
    return len({*anonymous.countries, *sellers}) == 1


def among(words: Sequence[str], wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which words are wanted; all of them if any will do."""
    return np.array([ANY in wanted or word in wanted for word in words], bool)


def picked(rows: Rows, count: int) -> NDArray[np.bool_]:
    """A mask of `count` rows that is true at `rows`."""
    flags = np.zeros(count, bool)
    flags[rows] = True
    return flags


def authority_faults(parts: Sequence[tuple[tuple[str, str], Any]], tables: Tables) -> list[str]:
    """Complain of orders to authorities that there are not: those of exporters and of origins of rules there are.

    parts: the events of a scenario, each with its file and its place in it.
    """
    rulers = {*exporters_in(tables)}
    for _, part in parts:
        if isinstance(part, RegimeShock):
            rulers.update(part.origin)
    return [
        f"{file}: {place}, authorities: found {code}, where nobody rules on exports; name "
        f"{' or '.join(sorted(rulers)) or 'exporters in focus.toml'}, or leave it out for all"
        for (file, place), part in parts
        if isinstance(part, AuthorityShock)
        for code in part.authorities
        if code not in rulers and ANY not in rulers
    ]


def reach_faults(event: Event, tables: Tables, file: str, place: str) -> list[str]:
    """Complain of an event that strikes nothing in this world, and of pairs that are no dormant link."""
    wrong = []
    named = isinstance(event, NewsShock | AuthorityShock) or (isinstance(event, QualifyShock) and event.links)
    if not named and not len(rows_reached(event, tables)):
        wrong.append(f"{file}: {place}: found nothing in this world that it strikes; widen what it names")
    if isinstance(event, CapacityShock):
        struck = {line.line for line in tables.firms if event.reaches(line)}
        strays = [line for line, _ in event.parts if line not in struck]
        wrong += [f"{file}: {place}, parts: found {line}, which it does not strike; name it above" for line in strays]
    if isinstance(event, PortShock) and tables.anonymous is None:
        lines = lines_by_code(tables)
        for number, way in enumerate(event.ways, 1):
            if not any(way.reaches(link, lines) for link in tables.links):
                wrong.append(f"{file}: {place}, ways {number}: found no link that leads along here; widen it")
    if isinstance(event, QualifyShock):
        dormant = {(link.supplier, link.line): link.qualification_days > 0 for link in tables.links}
        for pair in event.links:
            if not dormant.get(pair, False):
                state = "is qualified already" if pair in dormant else "is no link of this world"
                wrong.append(f"{file}: {place}, links: found {shown(list(pair))}, which {state}; name a dormant link")
    return wrong
