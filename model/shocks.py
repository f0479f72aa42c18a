"""Shocks strike and end: what is imposed on the world follows from all that are in force.

On one column several of a kind are in force at once: shares of capacity, of demand and of accepted orders multiply,
days on the way add, of quotas the smallest and of rules the strictest holds (model/regimes.py). When one ends the
others go on. What wears off is imposed anew on each of the days that this takes, from all that are in force then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import singledispatchmethod
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.network import output_at_rest
from model.regimes import Regimes
from model.register import Register
from model.scenario.event import Event
from model.scenario.events import (
    AuthorityShock,
    CapacityShock,
    DemandShock,
    LeadShock,
    NewsShock,
    QualifyShock,
    QuotaShock,
    ReleaseShock,
    WillingShock,
)
from model.scenario.ports import PortShock
from model.scenario.reach import rows_reached
from model.scenario.recovery import RecoveringEvent, whole_days
from model.scenario.regime_shock import RegimeShock
from model.state import Floats, World

Array = NDArray[Any]
Kind = TypeVar("Kind", bound=Event)


class Change(NamedTuple):
    """A shock that begins, wears off by a day, or ends on a date."""

    shock: Event
    step: Literal["begins", "eases", "ends"]
    on: date


def schedule(shocks: Iterable[Event], start: date) -> dict[int, list[Change]]:
    """What changes on which day of the run; day 0 is the start. What eases or ends on a day goes before what begins."""
    days: dict[int, list[Change]] = defaultdict(list)
    given = list(shocks)
    for shock in given:
        if shock.end is not None and shock.eases is not None:
            last = (shock.end - start).days
            for day in range((shock.eases - start).days, last):
                days[day].append(Change(shock, "eases", start + timedelta(days=day)))
            days[last].append(Change(shock, "ends", shock.end))
    for shock in given:
        days[(shock.date - start).days].append(Change(shock, "begins", shock.date))
    return dict(days)


class Imposed:
    """All shocks that are in force, in the order in which they began, and what they impose on a world."""

    def __init__(self, world: World, register: Register) -> None:
        self._register = register
        self._regimes = Regimes(register, world.network, world.conditions)
        self.in_force: list[Event] = []
        self._today = date.min

    def strike(self, change: Change, world: World, day: int) -> None:
        """Let a shock begin or end on a day; one of day -1 was in force before the world came to rest."""
        self._today = change.on
        if change.step == "begins":
            self.in_force.append(change.shock)
        elif change.step == "ends":
            place = next(i for i, shock in enumerate(self.in_force) if shock is change.shock)
            del self.in_force[place]
        self._settle(change.shock, change.step == "begins", world, day)

    def _of_kind(self, kind: type[Kind]) -> list[Kind]:
        return [shock for shock in self.in_force if isinstance(shock, kind)]

    def _combined(self, kind: type[RecoveringEvent], values: Array, combine: np.ufunc) -> Array:
        """What the shocks of a kind in force come to on each row, from values in normal times.

        Each has a number that is normal, such as 1 of a share: with it and without an end a shock restores what it
        reaches.
        """
        for shock in self._of_kind(kind):
            if isinstance(shock, PortShock) and shock.closed:
                continue
            rows, (_, normal) = rows_reached(shock, self._register.tables), shock.comes_back_to
            values[rows] = normal if shock.restores else combine(values[rows], self._numbers(shock, rows))
        return values

    def _numbers(self, shock: RecoveringEvent, rows: Array) -> Any:
        """The number of a shock today on the rows that it reaches: one for all, or one each where it strikes parts."""
        number = shock.number_on(self._today)
        if isinstance(shock, LeadShock | PortShock):
            return whole_days(number)
        if isinstance(shock, CapacityShock) and shock.parts:
            part = np.array([shock.part_of(self._register.code(int(row))) for row in rows])
            return 1.0 - part * (1.0 - number)
        return number

    @singledispatchmethod
    def _settle(self, shock: Event, begins: bool, world: World, day: int) -> None:
        """Compute anew what shocks of a kind impose, from all of them that are in force."""
        raise TypeError(f"nobody knows how a {type(shock).__name__} strikes")

    @_settle.register
    def _(self, shock: RegimeShock, begins: bool, world: World, day: int) -> None:
        (self._regimes.begin if begins else self._regimes.finish)(shock, world, day)

    @_settle.register
    def _(self, shock: CapacityShock, begins: bool, world: World, day: int) -> None:
        rows = rows_reached(shock, self._register.tables)
        whole = np.ones(len(world.network.baseline))
        times = self._combined(CapacityShock, whole, np.multiply)
        world.conditions.capacity_times[rows] = times[rows]

    @_settle.register
    def _(self, shock: DemandShock, begins: bool, world: World, day: int) -> None:
        con = world.conditions
        rows = rows_reached(shock, self._register.tables)
        whole = np.ones(len(con.demand_times))
        con.demand_times[rows] = self._combined(DemandShock, whole, np.multiply)[rows]
        con.usual[:] = np.minimum(output_at_rest(self._register, con.demand_times), usual_ceiling(world))

    @_settle.register
    def _(self, shock: LeadShock | PortShock, begins: bool, world: World, day: int) -> None:
        links = rows_reached(shock, self._register.tables)
        none = np.zeros(self._register.size("links"), np.int32)
        longer = self._combined(LeadShock, none.copy(), np.add) + self._combined(PortShock, none.copy(), np.add)
        wait = none
        for port in self._of_kind(PortShock):
            if port.closed:
                ways = rows_reached(port, self._register.tables)
                wait[ways] = np.maximum(wait[ways], port.wait_on(self._today))
        lead = self._register.column("links", "lead_days", np.int32)
        world.conditions.lead[links] = lead[links] + longer[links] + wait[links]

    @_settle.register
    def _(self, shock: NewsShock, begins: bool, world: World, day: int) -> None:
        for country, code in enumerate(each.country for each in self._register.tables.countries):
            if code in shock.countries:
                given = [each for each in self._of_kind(NewsShock) if code in each.countries]
                lasting = [each.level for each in given if each.end is None]
                passing = [each.level for each in given if each.end is not None]
                world.conditions.news[country] = max([*lasting[-1:], *passing], default=0.0)

    @_settle.register
    def _(self, shock: ReleaseShock, begins: bool, world: World, day: int) -> None:
        for row in rows_reached(shock, self._register.tables):
            line = self._register.tables.firms[row]
            given = [each for each in self._of_kind(ReleaseShock) if each.reaches(line)]
            lasting = [each.tonnes_per_day for each in given if each.end is None]
            passing = [each.tonnes_per_day for each in given if each.end is not None]
            world.conditions.release_order[row] = sum(lasting[-1:] + passing)

    @_settle.register
    def _(self, shock: AuthorityShock, begins: bool, world: World, day: int) -> None:
        con, codes = world.conditions, [each.country for each in self._register.tables.countries]
        con.review_capacity[:], con.inspect[:], con.stance[:], con.ceiling[:] = np.inf, 0.0, 1.0, np.inf
        homes = [codes[row] for row in world.network.office_country]
        for given in self._of_kind(AuthorityShock):  # the newest word that is in force holds
            here = [o for o, home in enumerate(homes) if given.is_about(home)]
            if given.review_capacity is not None:
                unlimited = given.review_capacity == "unlimited"
                con.review_capacity[here] = np.inf if unlimited else float(given.review_capacity)
            for code, weight in given.stance.items():
                con.stance[here, codes.index(code)] = weight
            if given.recent_use is not None:
                con.ceiling[here] = np.inf if given.recent_use is False else float(given.recent_use)
            if given.inspect is not None:
                con.inspect[here] = given.inspect

    @_settle.register
    def _(self, shock: WillingShock, begins: bool, world: World, day: int) -> None:
        links, accepted = rows_reached(shock, self._register.tables), world.conditions.accepted
        whole = np.ones(len(accepted))
        accepted[links] = self._combined(WillingShock, whole, np.multiply)[links]

    @_settle.register
    def _(self, shock: QuotaShock, begins: bool, world: World, day: int) -> None:
        quota = world.conditions.quota
        quota[rows_reached(shock, self._register.tables)] = np.inf
        for given in self._of_kind(QuotaShock):
            links = rows_reached(given, self._register.tables)
            quota[links] = np.minimum(quota[links], given.number_on(self._today))

    @_settle.register
    def _(self, shock: QualifyShock, begins: bool, world: World, day: int) -> None:
        for link in rows_reached(shock, self._register.tables):
            if world.state.clock[link] < 0.0:
                world.state.clock[link] = world.network.qualification_days[link]
            if shock.share is not None:
                world.policy.split[link] = shock.share


def usual_ceiling(world: World) -> Floats:
    """The most that a line can usually make, F; a state stock makes nothing."""
    net = world.network
    return np.where(net.state_stock == 1, 0.0, np.maximum(net.capacity, net.baseline))
