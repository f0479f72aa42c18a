"""The controls of a seat that no file describes: those for which there is something to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from runs.game.game_file import ControlEntry
from runs.game.office_controls import projects
from runs.game.seat_controls import Control, unopened_sources
from runs.game.seats import make_control
from runs.simulation.focus import focus_of
from runs.simulation.stage import Stage

MOST_COUNTRIES = 3  # that a seat has levers of its own for, the largest buyers
RELEASED_AT_MOST = 2.0  # times what those whom a state stock serves use a day
STEPS_OF_RELEASE = 30  # from nothing to the most


def controls_of(stage: Stage, code: str) -> tuple[Control, ...]:
    """The controls of a line or an office: those for which there is something to decide."""
    person = stage.people[code]
    if isinstance(person, LicensingAuthority):
        return tuple(map(make_control, entries_of_authority(stage, person)))
    entries = entries_of_government if isinstance(person, Government) else entries_of_line
    return tuple(map(make_control, entries(stage, person)))


def entries_of_line(stage: Stage, line: Any) -> Iterator[ControlEntry]:
    """What a line can decide about its inputs, its pace and its customers."""
    if line.needs:
        yield ControlEntry(use="hold")
    yield ControlEntry(use="run")
    if line.needs:
        yield ControlEntry(use="bid")
    if any(choice for choice, _ in unopened_sources(stage, line)):
        yield ControlEntry(use="source")
    if any(share == 0.0 for good in line.needs for share in line.suppliers(good).values()):
        yield ControlEntry(use="spread")
    named = focus_of(stage.register.tables)
    for country in buyers_abroad(line):
        label = f"Orders taken from {named.name(country)}"
        yield ControlEntry(use="orders_taken", of=country, label=label, hint="of what they order")
    if len(line.customers) > 1:
        yield ControlEntry(use="first")
    if line.needs:
        yield ControlEntry(use="thrift")


def buyers_abroad(line: Any) -> list[str]:
    """The other countries in which a line has most customers."""
    homes = Counter(map(line.home_of, line.customers))
    del homes[line.country]
    return [country for country, _ in homes.most_common(MOST_COUNTRIES)]


def entries_of_authority(stage: Stage, office: LicensingAuthority) -> Iterator[ControlEntry]:
    """What a licensing authority can decide about the countries that apply most, about its work, and about buyers."""
    named, countries = focus_of(stage.register.tables), applicants(stage, office)
    yield from (ControlEntry(use="cap", of=country, label=named.name(country)) for country in countries)
    yield from (ControlEntry(use="queue", of=country, label=named.name(country)) for country in countries)
    yield from (ControlEntry(use="tempo"), ControlEntry(use="inspect"))


def applicants(stage: Stage, office: LicensingAuthority) -> list[str]:
    """The countries from which most buyers apply at an office in quiet times."""
    net, firms = stage.world.network, stage.register.firms["country"].to_numpy()
    links = np.flatnonzero(net.licence_of >= 0)
    links = links[(firms[net.supplier[links]] == office.country) & (net.contract_share[links] > 0.0)]
    homes = Counter(map(str, firms[net.line_of[net.need_of[links]]]))
    del homes[office.country]
    return [country for country, _ in homes.most_common(MOST_COUNTRIES)]


def entries_of_government(stage: Stage, ministry: Government) -> Iterator[ControlEntry]:
    """What a government can decide about its stocks, and about second sources for its firms."""
    goods = stage.register.tables.goods
    for stock, row in ministry.stocks.items():
        good = goods[stage.world.network.good_of[row]]
        most = RELEASED_AT_MOST * ministry.use_of_served(stock)
        if most > 0.0:
            step = round_step(most / STEPS_OF_RELEASE)
            label, most = f"Release {good.name}", step * STEPS_OF_RELEASE
            yield ControlEntry(use="release", of=stock, label=label, most=most, step=step, unit=good.unit)
        if len(ministry.served(stock)) > 1:
            yield ControlEntry(use="serve_first", of=stock, label=f"Serve first with {good.name}")
    if any(line for line, _ in projects(stage, ministry)):
        yield ControlEntry(use="project")
    yield ControlEntry(use="pay")


def round_step(step: float) -> float:
    """A step of 1, 2 or 5 and a power of ten that is no smaller.

    >>> round_step(0.034), round_step(7.0), round_step(1.0)
    (0.05, 10.0, 1.0)
    """
    power = float(10.0 ** np.floor(np.log10(step)))
    return next(round(digit * power, 12) for digit in (1.0, 2.0, 5.0, 10.0) if digit * power >= step * (1.0 - 1e-9))
