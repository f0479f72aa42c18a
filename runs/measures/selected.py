"""What an exercise measures in a run: names such as `first_stop[industry=cars,country=JP]` explained."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np

from model.metrics import RECOVERED_FROM, bullwhip, day_of_worth, first_day, output_lost, stopped, value_added_lost
from model.scenario.row_picks import IN_BRACKETS, read_picks
from model.tables.faults import Faults, unknown
from runs.measures.handover import missing_output
from runs.measures.orders import demand_received, orders_placed
from runs.measures.outcomes import outcomes
from runs.measures.quantities import JPY_MN_PER_BN, after_shock, column, focus, multiple
from runs.simulation.record import Array, Record

WEEK_DAYS = 7
GRAMMAR = re.compile(rf"(?P<name>\w+)(?:\[(?P<where>{IN_BRACKETS})\])?", re.DOTALL)
LINE_COLUMNS = ("line", "firm", "country", "tier", "role", "good", "industry")


def measure(record: Record, words: str) -> float:
    """Measure one thing in a run, or take it from the run's outcomes; not a number where it never happened.

    words: `name[column=value|value,...]`, the columns being those of lines. Raise Faults for an unknown name.
    """
    parts = GRAMMAR.fullmatch(words.strip())
    if parts is None:
        raise Faults([f"a measure must be name[column=value,...], got '{words}'"])
    if parts["name"] in MEASURES:
        return MEASURES[parts["name"]](record, lines_where(record, parts["where"] or ""))
    known = outcomes(record)
    if parts["name"] not in known:
        raise Faults([unknown(parts["name"], "measure", {*MEASURES, *known})])
    value = known[parts["name"]]
    return math.nan if value is None else float(value)


def lines_where(record: Record, where: str) -> Array:
    """The lines that fit all of `column=value|value` pairs, F, true or false; raise Faults if none does."""
    chosen = np.ones(len(record.network.good_of), dtype=bool)
    for name, words in read_picks(where).items():
        if name not in LINE_COLUMNS:
            raise Faults([unknown(name, "column of lines", LINE_COLUMNS)])
        chosen &= np.isin(column(record, name).astype(str), words)
    if not chosen.any():
        raise Faults([f"found no line where {where}; widen it"])
    return chosen


def stops_of(record: Record, lines: Array) -> Array:
    """Which of some lines were stopped on which day after the shock, days x lines."""
    after = after_shock(record)
    return stopped(record.lines["output"][after:, lines], record.lines["usual"][after:, lines])


def first_stop(record: Record, lines: Array) -> float:
    """Days from the shock to the first stop of any of the lines."""
    days = first_day(stops_of(record, lines))
    return float(days[days >= 0].min()) if (days >= 0).any() else math.nan


def half_stopped(record: Record, lines: Array) -> float:
    """Days from the shock until half of the lines have stopped at least once: the median of their first stops."""
    days = first_day(stops_of(record, lines)).astype(float)
    middle = float(np.median(np.where(days >= 0.0, days, np.inf)))
    return middle if math.isfinite(middle) else math.nan


def half_hit(record: Record, lines: Array) -> float:
    """Days from the shock until half of the lines have lost a week's worth of output for want of inputs."""
    after = after_shock(record)
    days = day_of_worth(missing_output(record), after)[lines]
    middle = float(np.median(np.where(days >= 0, days, np.inf)))
    return middle - after if math.isfinite(middle) else math.nan


def last_stop(record: Record, lines: Array) -> float:
    """Days from the shock to the last day on which any of the lines was stopped."""
    days = np.flatnonzero(stops_of(record, lines).any(axis=1))
    return float(days[-1]) if len(days) else math.nan


def last_short_week(record: Record, lines: Array) -> float:
    """Days from the shock to the end of the last week in which the lines together made less than 95 % of the usual."""
    after = after_shock(record)
    made, usual = (by_week(record.lines[name][after:, lines].sum(axis=1)) for name in ("output", "usual"))
    weeks = np.flatnonzero(made < RECOVERED_FROM * usual)
    return float(weeks[-1] + WEEK_DAYS - 1) if len(weeks) else math.nan


def lines_stopped(record: Record, lines: Array) -> float:
    """How many of the lines were stopped at least once."""
    return float(stops_of(record, lines).any(axis=0).sum())


def stop_days(record: Record, lines: Array) -> float:
    """Days on which the lines were stopped, added up."""
    return float(stops_of(record, lines).sum())


def units_lost(record: Record, lines: Array) -> float:
    """Output missing against normal output, in the units of the good."""
    return float(output_lost(record.lines["output"], record.lines["usual"], after_shock(record))[lines].sum())


def days_lost(record: Record, lines: Array) -> float:
    """Days of normal output that the lines together did not make; none for lines from which nothing is wanted."""
    normal = float(record.network.baseline[lines].sum())
    return units_lost(record, lines) / normal if normal > 0.0 else 0.0


def value_lost(record: Record, lines: Array) -> float:
    """Value added that was not earned, in billions."""
    net, after = record.network, after_shock(record)
    lost = value_added_lost(record.lines["output"], record.lines["usual"], net.value_added, after)
    return float(lost[:, lines].sum()) / JPY_MN_PER_BN


def profit(record: Record, lines: Array) -> float:
    """What the lines earn after the shock, in billions; inputs that lie unused at the end are not spent.

    The books of the day count materials as spent when they land: a firm that lives off its stock looks rich.
    """
    net, after = record.network, after_shock(record)
    worth = np.where(lines[net.line_of], net.base_price[net.need_good], 0.0)
    stocks = record.needs["stock"]
    earned = record.lines["profit"][after:, lines].sum() + (stocks[-1] - stocks[after]) @ worth
    return float(earned) / JPY_MN_PER_BN


def contribution(record: Record, lines: Array) -> float:
    """What the lines earn after the shock towards wages, capital and profit, in billions.

    It is `profit` less what a unit takes of goods that are not in the tables (price less value added less the inputs
    in the tables at base prices, if more than nothing): a car that is not built costs its value added, not its price.
    Wages and capital are paid whether a line runs or not, so what the books charge for a standing line is not charged
    a second time. Value added as price less what is bought for it: *System of National Accounts 2008*, 6.8.
    """
    net, after = record.network, after_shock(record)
    bought = np.bincount(net.line_of, net.per_unit * net.dependence * net.base_price[net.need_good], len(lines))
    others = np.maximum(0.0, net.base_price[net.good_of] - net.value_added - bought)
    output, want = record.lines["output"][after:, lines], record.lines["want"][after:, lines]
    standing = (want - output).sum(axis=0) @ (net.standing_share * net.value_added)[lines]
    return profit(record, lines) + float(standing - output.sum(axis=0) @ others[lines]) / JPY_MN_PER_BN


def dealers_profit(record: Record, lines: Array) -> float:
    """What dealers earn after the shock, in billions: their books, and the usual margin on what they ship and sell.

    The books buy and sell the same good at the same price; the margin is `re_export_gain` of minds.csv.
    """
    margin = record.register.trait_of_mind("neighbour", "re_export_gain")
    return profit(record, lines) + margin * sales(record, lines)


def sales(record: Record, lines: Array) -> float:
    """What the lines ship and sell after the shock, at base prices, in billions."""
    net, after = record.network, after_shock(record)
    worth = np.where(lines, net.base_price[net.good_of], 0.0)
    shipped = record.links["shipped"][after:].sum(axis=0) @ worth[net.supplier]
    return float(shipped + record.lines["sold"][after:].sum(axis=0) @ worth) / JPY_MN_PER_BN


def sales_abroad(record: Record, lines: Array) -> float:
    """What the lines ship to other countries after the shock, at base prices, in billions."""
    net, after = record.network, after_shock(record)
    abroad = net.country_of[net.supplier] != net.country_of[net.line_of[net.need_of]]
    mine = lines[net.supplier] & abroad
    worth = np.where(mine, net.base_price[net.good_of[net.supplier]], 0.0)
    return float((record.links["shipped"][after:] @ worth).sum()) / JPY_MN_PER_BN


def sales_to_japan(record: Record, lines: Array) -> float:
    """What the lines ship to the home country after the shock, at base prices, in billions."""
    net, after = record.network, after_shock(record)
    home = (column(record, "country") == focus(record).home)[net.line_of[net.need_of]]
    worth = np.where(lines[net.supplier] & home, net.base_price[net.good_of[net.supplier]], 0.0)
    return float((record.links["shipped"][after:] @ worth).sum()) / JPY_MN_PER_BN


def peak_orders(record: Record, lines: Array) -> float:
    """The highest week of orders that the lines place, as a multiple of a quiet week."""
    return float(by_week(orders_placed(record, lines)[after_shock(record) :]).max())


def peak_demand(record: Record, lines: Array) -> float:
    """The highest week of orders that the lines receive, as a multiple of a quiet week."""
    return float(by_week(demand_received(record, lines)[after_shock(record) :]).max())


def lowest_demand(record: Record, lines: Array) -> float:
    """The lowest week of orders that the lines receive, in per cent of a quiet week."""
    return 100.0 * float(by_week(demand_received(record, lines)[after_shock(record) :]).min())


def amplification(record: Record, lines: Array) -> float:
    """The bullwhip ratio: variance of orders placed over variance of demand received."""
    after = after_shock(record)
    return bullwhip(orders_placed(record, lines)[after:], demand_received(record, lines)[after:])


def lowest_output(record: Record, lines: Array) -> float:
    """The lowest week of output, in per cent of a quiet week."""
    made = record.lines["output"][after_shock(record) :, lines].sum(axis=1)
    return 100.0 * float(by_week(multiple(made, float(record.network.baseline[lines].sum()))).min())


def served(record: Record, lines: Array) -> float:
    """What suppliers shipped to the lines, as per cent of what they ship in a quiet time, at base prices."""
    net, after = record.network, after_shock(record)
    worth = np.where(lines[net.line_of], net.base_price[net.need_good], 0.0)[net.need_of]
    rest = (net.baseline[net.line_of] * net.per_unit * net.dependence)[net.need_of] * net.contract_share
    shipped = record.links["shipped"][after:] @ worth
    return 100.0 * float(shipped.mean()) / float(rest @ worth)


def by_week(series: Array) -> Array:
    """The mean of each seven days in a row."""
    return np.convolve(series, np.ones(WEEK_DAYS) / WEEK_DAYS, mode="valid")


MEASURES: dict[str, Callable[[Record, Array], float]] = {
    each.__name__: each
    for each in (
        first_stop,
        half_stopped,
        half_hit,
        last_stop,
        last_short_week,
        lines_stopped,
        stop_days,
        units_lost,
        days_lost,
        value_lost,
        profit,
        contribution,
        dealers_profit,
        sales,
        sales_abroad,
        sales_to_japan,
        peak_orders,
        peak_demand,
        lowest_demand,
        amplification,
        lowest_output,
        served,
    )
}
