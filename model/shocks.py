"""Shocks strike: dated edits of what is imposed on the world."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import singledispatch
from typing import Any

import numpy as np

from model.compiled import refer
from model.events import (
    ANY,
    AuthorityShock,
    CapacityShock,
    DemandShock,
    Event,
    LeadShock,
    NewsShock,
    QualifyShock,
    RegimeShock,
    ReleaseShock,
    WillingShock,
)
from model.licensing import refile, void
from model.reach import named_rows, rows_reached
from model.register import Register
from model.state import BAN, LONGEST_REVIEW, RULES, Rows, World
from model.tables import Tables

BEFORE_THE_FIRST_DAY = -1


def diary(shocks: Iterable[Event], start: date) -> dict[int, list[Event]]:
    """Which shocks strike on which day of the run; day 0 is the start."""
    days: dict[int, list[Event]] = defaultdict(list)
    for shock in shocks:
        days[(shock.date - start).days].append(shock)
    return dict(days)


def licensed_links(shocks: Iterable[Event], register: Register) -> Rows:
    """The links, in rising order, that some regime of the scenario names or mistakes for what it names."""
    found: set[int] = set()
    for shock in shocks:
        if isinstance(shock, RegimeShock):
            found.update(rows_reached(shock, register.tables).tolist(), look_alikes(shock, register))
    return np.array(sorted(found), np.uint32)


def look_alikes(shock: RegimeShock, register: Register) -> tuple[int, ...]:
    """Links on the routes of a regime whose goods it does not name but customs cannot tell from those it names.

    All of them are named links: what a crowd makes looks like nothing that is controlled.
    """
    alike = frozenset(good.good for good in register.tables.goods if good.looks_alike > 0)
    tables = register.tables
    if tables.crowd is not None:
        return search_look_alikes(shock, alike - set(shock.goods), tables)
    found: tuple[int, ...] = tables.words.once(
        ("look-alikes", shock, alike), lambda: search_look_alikes(shock, alike - set(shock.goods), tables)
    )
    return found


def search_look_alikes(shock: RegimeShock, goods: Collection[str], tables: Tables) -> tuple[int, ...]:
    """Links on the routes of a regime on which some goods travel, whatever goods it names."""
    routes = named_rows(shock.model_copy(update={"goods": (ANY,)}), tables)[0]
    return tuple(row for row in routes.tolist() if tables.links[row].good in goods)


@singledispatch
def strike(shock: Event, world: World, register: Register, day: int) -> None:
    """Carry out a shock on a day; a shock of day -1 was in force before the world came to rest."""
    raise TypeError(f"nobody knows how a {type(shock).__name__} strikes")


@strike.register
def _(shock: RegimeShock, world: World, register: Register, day: int) -> None:
    alike = {good.good: good.looks_alike for good in register.tables.goods}
    office = refer(world)
    for link in rows_reached(shock, register.tables):
        k = int(world.network.licence_of[link])
        if impose(world, shock, k, float(world.network.controlled[k])) and day != BEFORE_THE_FIRST_DAY:
            rules_change(office, world, k, day)
        world.conditions.mistaken[k] = 0
    if shock.end_use == "military":
        return
    for link in look_alikes(shock, register):
        k = int(world.network.licence_of[link])
        if world.conditions.mistaken[k] == 1 or world.conditions.named[k] == 0.0:
            share = shock.over_compliance * alike[register.tables.links[link].good]
            if impose(world, shock, k, share) and day != BEFORE_THE_FIRST_DAY:
                rules_change(office, world, k, day)
            world.conditions.mistaken[k] = 1


def impose(world: World, shock: RegimeShock, k: int, share: float) -> bool:
    """Put one licence row under a regime, which names `share` of its flow; say if rule or review days are new."""
    con = world.conditions
    con.named[k] = share
    if shock.end_use == "military":
        con.military_ban[k] = 1.0 if shock.rule == "ban" else 0.0
        return False
    before = (con.rule[k], con.review_days[k])
    con.rule[k] = RULES[shock.rule]
    con.review_days[k] = LONGEST_REVIEW if shock.rule == "watch" else shock.review_days or 0
    if shock.end_use == "civil" and con.rule[k] == BAN:
        buyer = world.network.line_of[world.network.need_of[world.network.link_of[k]]]
        con.named[k] = share * (1.0 - world.network.military[buyer])
    con.grant_share[k] = shock.grant_share
    con.refuse_share[k] = shock.refuse_share
    if shock.end_use == "any" and shock.rule != "ban":
        con.military_ban[k] = 0.0
    return bool(before != (con.rule[k], con.review_days[k]))


def rules_change(office: Any, world: World, k: int, day: int) -> None:
    """What waits under an old rule is void under a ban, or begins anew; else it keeps its place in the queue."""
    if world.conditions.rule[k] == BAN:
        void(office, k)
    else:
        refile(office, k, day)


@strike.register
def _(shock: CapacityShock, world: World, register: Register, day: int) -> None:
    world.conditions.capacity_times[rows_reached(shock, register.tables)] = shock.times


@strike.register
def _(shock: DemandShock, world: World, register: Register, day: int) -> None:
    world.conditions.demand_times[rows_reached(shock, register.tables)] = shock.times


@strike.register
def _(shock: LeadShock, world: World, register: Register, day: int) -> None:
    links = rows_reached(shock, register.tables)
    world.conditions.lead[links] = register.column("links", "lead_days", np.int32)[links] + shock.extra_days


@strike.register
def _(shock: NewsShock, world: World, register: Register, day: int) -> None:
    for country, code in enumerate(each.country for each in register.tables.countries):
        if code in shock.countries:
            world.conditions.news[country] = shock.level


@strike.register
def _(shock: ReleaseShock, world: World, register: Register, day: int) -> None:
    world.conditions.release_order[rows_reached(shock, register.tables)] = shock.tonnes_per_day


@strike.register
def _(shock: AuthorityShock, world: World, register: Register, day: int) -> None:
    con = world.conditions
    if shock.review_capacity is not None:
        unlimited = shock.review_capacity == "unlimited"
        con.review_capacity[0] = np.inf if unlimited else float(shock.review_capacity)
    for country, code in enumerate(each.country for each in register.tables.countries):
        con.stance[country] = shock.stance.get(code, con.stance[country])
    if shock.recent_use is not None:
        con.ceiling[:] = np.inf if shock.recent_use is False else float(shock.recent_use)
    if shock.inspect is not None:
        con.inspect[0] = shock.inspect


@strike.register
def _(shock: WillingShock, world: World, register: Register, day: int) -> None:
    world.conditions.accepted[rows_reached(shock, register.tables)] = shock.share


@strike.register
def _(shock: QualifyShock, world: World, register: Register, day: int) -> None:
    for link in rows_reached(shock, register.tables):
        if world.state.clock[link] < 0.0:
            world.state.clock[link] = world.network.qualification_days[link]
        if shock.share is not None:
            world.policy.split[link] = shock.share


def longest_delay(shocks: Iterable[Event]) -> int:
    """By how many days more than normal goods may come to travel in a scenario."""
    return max((shock.extra_days for shock in shocks if isinstance(shock, LeadShock)), default=0)
