"""What a record says about lines, licences and prices: stops, shortages, the funnel, multiples."""

from __future__ import annotations

import math

import numpy as np

from model.metrics import first_day, fulfilment, stopped, time_to_recover
from runs.measures.history import (
    DAYS_PER_MONTH,
    DISTRIBUTORS,
    EUROPEANS,
    GENERAL_LICENSED,
    LIGHT_MAGNETS,
    NEXT_TO_NOTHING,
)
from runs.measures.quantities import column, focus
from runs.measures.trade import before, car_lines, day_of, of_2025
from runs.simulation.record import Array, Record

# lines


def stops_of_cars(record: Record, country: str) -> tuple[Array, Array]:
    """Car lines of a country, and the first day of 2025 on which each stops (-1: never)."""
    rows, days = car_lines(record, country), of_2025(record)
    flags = stopped(record.lines["output"][: days.stop, rows], record.lines["usual"][: days.stop, rows])
    return rows, first_day(flags, days.start)


def first_stop_of_cars(record: Record, country: str = "") -> tuple[int, int] | None:
    """The line that stops first, at home or in another country, and the day; None if none does."""
    rows, days = stops_of_cars(record, country or focus(record).home)
    if not (days >= 0).any():
        return None
    place = int(np.argmin(np.where(days >= 0, days, record.days)))
    return int(rows[place]), int(days[place])


def first_car_stop(record: Record, country: str) -> float:
    """Fact 5: days from the shock to the first stop of a car line."""
    found = first_stop_of_cars(record, country)
    return math.nan if found is None else found[1] - (record.shock_day or 0)


def first_stop_is(record: Record, firm: str) -> float:
    """Fact 5: 1 where the line that stops first is this maker's."""
    found = first_stop_of_cars(record)
    return float(found is not None and column(record, "firm")[found[0]] == firm)


def binding_good(record: Record, row: int, day: int) -> str:
    """The good that held a line back on a day."""
    need = int(record.lines["binding"][day, row])
    return record.register.tables.needs[need].good if need >= 0 else ""


def first_stop_for(record: Record, goods: str) -> float:
    """Fact 5: 1 where the first stop is for want of one of these goods, with blanks between them."""
    found = first_stop_of_cars(record)
    return float(found is not None and binding_good(record, *found) in goods.split())


def makers_stopped(record: Record, country: str) -> float:
    """Fact 5: car makers of a country with a stopped line in 2025."""
    rows, days = stops_of_cars(record, country)
    return float(len(set(column(record, "firm")[rows[days >= 0]])))


def stops_for(record: Record, good: str) -> float:
    """Fact 5: Japanese car lines whose first stop of 2025 is for want of this good."""
    rows, days = stops_of_cars(record, focus(record).home)
    return float(
        sum(binding_good(record, int(row), int(day)) == good for row, day in zip(rows, days, strict=True) if day >= 0)
    )


def length_of_first_stop(record: Record, country: str) -> float:
    """Fact 6: days from the first stop until the line makes 95 % again for a week."""
    found = first_stop_of_cars(record, country)
    if found is None:
        return math.nan
    output, usual = (
        record.lines["output"][:, found[0] : found[0] + 1],
        record.lines["usual"][:, found[0] : found[0] + 1],
    )
    return float(time_to_recover(output, usual, record.shock_day or 0)[0])


def lost_share(record: Record, rows: Array, days: slice) -> float:
    """Output missing against the baseline over some days, each line by its worth, in percent."""
    price = record.network.base_price[record.network.good_of[rows]]
    normal = float((record.network.baseline[rows] * price).sum()) * len(record.dates[days])
    return 100.0 * (1.0 - float((record.lines["output"][days][:, rows] * price).sum()) / normal)


def loss_in_europe_over_japan(record: Record, _: str) -> float:
    """Fact 7: output lost by European buyers of magnets less cars lost in Japan until August, in points."""
    days = slice(record.shock_day, day_of(record, "2025-09-01"))
    europe = np.flatnonzero(np.isin(column(record, "firm"), EUROPEANS))
    return lost_share(record, europe, days) - lost_share(record, car_lines(record, focus(record).home), days)


def worst_month_of_cars(record: Record, country: str) -> float:
    """Facts 8 and 27: car output lost in the worst month from the shock to the end of 2025, in percent."""
    days = of_2025(record)
    rows, months = car_lines(record, country), record.dates[days].astype("datetime64[M]")
    normal = float(record.network.baseline[rows].sum())
    made = record.lines["output"][days][:, rows].sum(axis=1)
    return max(100.0 * (1.0 - float(made[months == month].mean()) / normal) for month in np.unique(months))


def shortages_rise(record: Record, _: str) -> float:
    """Fact 10: European companies whose lines lack inputs, September over August 2025."""
    rows = np.flatnonzero(np.isin(column(record, "firm"), EUROPEANS))
    short = np.maximum(0.0, 1.0 - fulfilment(record.lines["output"][:, rows], record.lines["usual"][:, rows]))
    companies = (short * record.network.houses[rows]).sum(axis=1)
    months = record.dates.astype("datetime64[M]")
    august, september = (float(companies[months == np.datetime64(m)].mean()) for m in ("2025-08", "2025-09"))
    return september / august if august > 0.0 else (math.inf if september > 0.0 else math.nan)


def distributors_dry(record: Record, _: str) -> float:
    """Fact 12: months from the shock until the stock of small magnet distributors is next to nothing."""
    mine = (column(record, "firm") == DISTRIBUTORS)[record.network.line_of]
    stock, zero = record.needs["stock"][:, mine].sum(axis=1), record.shock_day or 0
    dry = np.flatnonzero(stock[zero:] < NEXT_TO_NOTHING * before(record, stock))
    return float(dry[0]) / DAYS_PER_MONTH if len(dry) else math.nan


# licences


def licensed_link_rows(record: Record, who: str) -> Array:
    """Rows of licensed links for goods on the list whose buyer is this firm or in this country."""
    links, licensed = record.register.links_as_texts, record.network.link_of
    wanted = ((links.buyer == who) | (links.destination == who)) & (links.good != LIGHT_MAGNETS)
    return np.flatnonzero(wanted[licensed])


def funnel(record: Record, argument: str) -> tuple[float, float, float]:
    """Applications filed, granted and refused from the shock to a date, of one buyer or country."""
    who, text = argument.split()
    rows, days = licensed_link_rows(record, who), slice(record.shock_day, day_of(record, text))
    filed, granted, denied = (float(record.licences[n][days][:, rows].sum()) for n in ("filed", "granted", "denied"))
    return filed, granted, denied


def approved(record: Record, argument: str) -> float:
    """Fact 9: applications approved by a date, in percent of those filed."""
    filed, granted, _ = funnel(record, argument)
    return 100.0 * granted / filed if filed > 0.0 else math.nan


def pending(record: Record, argument: str) -> float:
    """Fact 9: applications that wait on a date, in percent of those filed."""
    filed, granted, denied = funnel(record, argument)
    return 100.0 * (filed - granted - denied) / filed if filed > 0.0 else math.nan


def days_to_licence(record: Record, rule: str) -> float:
    """Fact 11: days from application to licence, median of what was granted from June (2) or in 2026 (1).

    Each link's papers are taken to be ruled on in the order in which they came. General licences are
    those of the three makers that got them on 2 December 2025.
    """
    general = np.isin(record.register.links_as_texts.seller[record.network.link_of], GENERAL_LICENSED)
    first, last = ("2026-01-01", "2026-03-01") if rule == "1" else ("2025-06-01", "2025-12-01")
    rows = np.flatnonzero(general) if rule == "1" else np.arange(len(general))
    inside = np.arange(day_of(record, first), min(day_of(record, last), record.days))
    filed, ruled = (record.licences[name][:, rows].cumsum(axis=0).T for name in ("filed_amount", "granted_amount"))
    granted = record.licences["granted"][inside][:, rows].T
    waits, weights = [], []
    for files, rulings, grants in zip(filed, ruled, granted, strict=True):
        days = inside[grants > 0.0]
        waits.append(days - np.searchsorted(files, rulings[days] - 1e-9))
        weights.append(grants[grants > 0.0])
    return weighted_median(np.concatenate(waits), np.concatenate(weights))


def weighted_median(values: Array, weights: Array) -> float:
    """The value that half of the weight lies under."""
    if not len(values):
        return math.nan
    order = np.argsort(values)
    heavy = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(heavy, heavy[-1] / 2)])


# prices


def good_and_day(record: Record, argument: str) -> tuple[int, int]:
    """The row of a good, and the day of the run, from an argument such as `dytb 90`: days after the shock."""
    good, days = argument.split()
    codes = [each.good for each in record.register.tables.goods]
    return codes.index(good), (record.shock_day or 0) + int(days)


def contract_multiple(record: Record, argument: str) -> float:
    """Fact 18: the contract price of a good, over that at rest."""
    good, day = good_and_day(record, argument)
    return float(record.prices["contract"][day, good] / record.network.base_price[good])


def spot_multiple(record: Record, argument: str) -> float:
    """Facts 18 and 19: the spot price of a good outside the exporters' zones, over the price at rest."""
    good, day = good_and_day(record, argument)
    return contract_multiple(record, argument) * math.exp(float(record.prices["spot_log"][day, good, -1]))
