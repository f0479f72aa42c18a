"""Quantities of a record that measures, figures and reports share: what it is about, columns of lines, cover, GDP."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.state import Network
from model.tables.rows import text_columns
from runs.simulation.focus import Focus, focus_of
from runs.simulation.money_units import choose_unit
from runs.simulation.record import Array, Record

JPY_MN_PER_BN = 1_000.0
JPY_BN_PER_TN = 1_000.0
LEAST_SHOWN_BN = 1e-4  # of an amount that is no whole number of billions: 0.1 million


def focus(record: Record) -> Focus:
    """What the world of a run is about."""
    return focus_of(record.register.tables)


def short_money(billions: float, about: Focus) -> str:
    """An amount in billions, or in millions or thousands where it is small, with the code of the currency."""
    money = about.money
    vanishes = billions >= LEAST_SHOWN_BN and round(billions, money.decimals) == 0.0
    if vanishes or (0.0 < billions < 1.0 and not about.named_tiers):
        unit = choose_unit([billions])
        return f"{billions / unit.billions:,.3g} {unit.short} {money.code}"
    return f"{billions:,.{money.decimals}f} bn {money.code}"


def after_shock(record: Record) -> int:
    """The day of the run from which things are counted."""
    return record.shock_day or 0


def column(record: Record, name: str) -> Array:
    """A column of the table of lines, F."""
    tables = record.register.tables
    cache = tables.structure if name in text_columns("firms") else tables.cache
    found: Array = cache.get_or_compute(
        ("column", name), lambda: np.array([line.__dict__[name] for line in tables.firms])
    )
    found.setflags(write=False)  # it is shared
    return found


def vehicle_lines(record: Record) -> Array:
    """Which lines build vehicles, F."""
    found = np.zeros(record.lines["output"].shape[1], bool)
    found[list(focus(record).vehicles)] = True
    return found


def story_lines(record: Record) -> Array:
    """Which lines are of the industry whose stop is the story, F; none in a world without a story."""
    story = focus(record).story
    return np.zeros(len(column(record, "industry")), bool) if story is None else column(record, "industry") == story


def magnet_makers(record: Record) -> Array:
    """Which lines are magnet makers at home, or of the role whose stock counts in a world without any, F."""
    about = focus(record)
    return np.asarray((column(record, "role") == about.stock_role) & (column(record, "country") == about.home))


def controlled_goods(record: Record) -> list[int]:
    """Rows of the goods that some rule of the scenario names or takes for what it names, as bought at rest."""
    net = record.network
    used = net.link_of[net.contract_share[net.link_of] > 0.0]
    return sorted({int(good) for good in net.need_good[net.need_of[used]]})


def industries(record: Record, code: str) -> list[str]:
    """The industries of a country that add value, in the order of the table."""
    mine = (column(record, "country") == code) & (record.network.value_added > 0.0)
    return list(dict.fromkeys(str(name) for name in column(record, "industry")[mine]))


def gdp(record: Record, code: str) -> float:
    """Gross domestic product of a country in a year, in billions; NaN where it is unknown."""
    found = [country.gdp_jpy_tn for country in record.register.tables.countries if country.country == code]
    return found[0] * JPY_BN_PER_TN if found and found[0] > 0.0 else math.nan


def shortest_cover(record: Record) -> Array:
    """Days of cover of the input that each line has least of, days x F; infinite for a line without inputs."""
    out = np.full(record.lines["output"].shape, np.inf)
    starts = record.network.first_need
    having = np.flatnonzero(np.diff(starts) > 0)
    if len(having):
        out[:, having] = np.minimum.reduceat(record.cover(), starts[having], axis=1)
    return out


def cover_of_magnet_makers(record: Record) -> Array:
    """Days of cover of the input that magnet makers at home have least of, averaged over makers, day by day."""
    makers = np.flatnonzero(magnet_makers(record))
    starts, stock, plan = record.network.first_need, record.needs["stock"], record.needs["plan"]
    least = np.full((record.days, len(makers)), np.inf)
    for place, line in enumerate(makers):
        for n in range(starts[line], starts[line + 1]):
            cover = np.full(record.days, np.inf)
            np.divide(stock[:, n], plan[:, n], out=cover, where=plan[:, n] > 0.0)
            np.minimum(least[:, place], cover, out=least[:, place])
    return np.asarray(least.mean(axis=1)) if len(makers) else np.full(record.days, np.inf)


def multiple(series: Array, rest: float) -> Array:
    """A series as a multiple of what it is at rest; 1 throughout where nothing flows at rest."""
    return np.asarray(series / rest) if rest > 0.0 else np.ones(len(series))


def json_number(number: Any) -> float | None:
    """A number as JSON can hold it: None for NaN and infinity, and no negative zero."""
    value = float(number)
    return round(value, 9) + 0.0 if math.isfinite(value) else None


def flow_at_rest(net: Network) -> Array:
    """What flows on each link in a day of the world at rest, L, in the good's unit."""
    flows: Array = (net.baseline[net.line_of] * net.per_unit * net.dependence)[net.need_of] * net.contract_share
    return flows


def used_at_rest(record: Record) -> Array:
    """What each need uses in a day of the world at rest, N, in the good's unit."""
    net = record.network
    use: Array = net.baseline[net.line_of] * net.per_unit * net.dependence
    return use
