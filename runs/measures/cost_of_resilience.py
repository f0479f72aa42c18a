"""Cost of resilience: stocks of lines and of the state for a normal year, second sources, redesign."""

from __future__ import annotations

import numpy as np

from model.network import DAYS_PER_YEAR
from runs.measures.quantities import JPY_MN_PER_BN, column, focus
from runs.simulation.record import Array, Record

PRECAUTION = "cost_of_precaution_jpy_bn"


def cost_of_resilience(record: Record) -> dict[str, float]:
    """Cost of resilience in the home country, in billions, whoever pays it: four parts, and their sum last.

    A stock costs its holding rate at base prices for a normal year, also where a crisis draws it down. A second
    source and a redesign cost the share of a year's normal use that minds.csv says, as far as the run completes them.
    """
    costs = {
        "stocks_a_year": cost_of_stocks(record),
        "state_stock_a_year": cost_of_state_stock(record),
        "second_sources": cost_of_second_sources(record),
        "redesign": cost_of_redesign(record),
    }
    home = focus(record).home
    result = {f"cost_of_{name}_jpy_bn_{home}": round(cost / JPY_MN_PER_BN, 9) for name, cost in costs.items()}
    return result | {f"{PRECAUTION}_{home}": round(sum(costs.values()) / JPY_MN_PER_BN, 9)}


def lines_at_home(record: Record) -> Array:
    """Which lines are in the home country, F."""
    return np.asarray(column(record, "country") == focus(record).home)


def cost_of_stocks(record: Record) -> float:
    """What lines pay to hold their normal cover for a year, in millions."""
    net = record.network
    years = net.normal_cover / DAYS_PER_YEAR
    return float((years * worth_of_a_year(record)) @ net.holding_rate[net.line_of]) * DAYS_PER_YEAR


def cost_of_state_stock(record: Record) -> float:
    """What the state pays to hold its stocks of the first day for a year, in millions."""
    net = record.network
    held = (record.lines["finished"][0] + record.lines["released"][0]) * net.state_stock * lines_at_home(record)
    return float((held * net.base_price[net.good_of]) @ net.holding_rate) * DAYS_PER_YEAR


def worth_of_a_year(record: Record) -> Array:
    """What a year's use of each need at rest is worth at base prices, in millions, N; nothing abroad."""
    net = record.network
    use = net.baseline[net.line_of] * net.per_unit * net.dependence * lines_at_home(record)[net.line_of]
    return np.asarray(use * net.base_price[net.need_good] * DAYS_PER_YEAR)


def cost_of_second_sources(record: Record) -> float:
    """What it cost to qualify second sources, as far as their clocks have run down, in millions."""
    net = record.network
    begun, asked = (record.projects > 0.0).sum(axis=0), net.qualification_days[net.dormant]
    share = np.zeros(len(net.need_of))
    share[net.dormant] = begun / asked
    whole = (net.qualification_cost[net.line_of] * worth_of_a_year(record))[net.need_of]
    return float(share @ whole)


def cost_of_redesign(record: Record) -> float:
    """What it cost to make the same from less, as far as use per unit of output has fallen, in millions."""
    net = record.network
    room = 1.0 - net.thrift_least
    able = np.flatnonzero((room > 0.0) & lines_at_home(record)[net.line_of])
    come = (1.0 - least_use(record, able)) / room[able]
    return float(come @ (net.thrift_cost[net.line_of] * worth_of_a_year(record))[able])


def least_use(record: Record, needs: Array) -> Array:
    """The least that some needs used per unit of output, as a multiple of the normal.

    Days on which the floor was emptied do not count: what was missing then was replaced, not saved.
    """
    net = record.network
    normal = record.lines["output"][:, net.line_of[needs]] * (net.per_unit * net.dependence)[needs]
    share = np.ones(normal.shape)
    known = (normal > 0.0) & (record.needs["stock"][:, needs] > 0.0)
    np.divide(record.needs["used"][:, needs], normal, out=share, where=known)
    return np.asarray(np.minimum(1.0, share.min(axis=0, initial=1.0)))
