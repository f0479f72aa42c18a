"""Stylised facts: what was observed, and the same measured on a record."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.metrics import first_day, fulfilment, stopped, time_to_recover
from runs.record import Record

Array = NDArray[Any]

FACTS = Path(__file__).parent.parent / "model" / "data" / "facts.csv"
MAGNETS = ("magnet_heavy", "magnet_light")
RARE_EARTHS = ("ndpr", "dytb", "yttrium", "alloy")
MONTH = 365 / 12
AT_ZERO = 0.05  # of normal: what still counts as nothing
MONTH_OF_2024 = 58_148 / 12 / 5_089  # A21: 57,392 t in 2025 is 1.3 % under 2024; the first quarter had 5,089 a month
EUROPEANS = ("EUL", "EUS")


@dataclass(frozen=True)
class StylisedFact:
    """One observed number, with the range in which a model's number counts as right."""

    fact: str
    episode: str
    what: str
    unit: str
    target: float | None
    low: float | None
    high: float | None
    tuned_on: str
    ids: str
    measure: str
    argument: str

    def holds(self, value: float) -> bool | None:
        """Whether a value is within the tolerance; None where nothing was observed within our horizon."""
        if self.low is None or self.high is None:
            return None
        return bool(math.isfinite(value) and self.low - 1e-9 <= value <= self.high + 1e-9)


def stylised_facts(path: Path = FACTS) -> list[StylisedFact]:
    """Read the facts, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            StylisedFact(**{**row, **{name: float(row[name]) if row[name] else None for name in NUMBERS}})
            for row in csv.DictReader(file)
        ]


NUMBERS = ("target", "low", "high")


def measured(fact: StylisedFact, record: Record) -> float:
    """What a record says about a fact; not a number where it says nothing, such as the day of a stop that never was."""
    return float(MEASURES[fact.measure](record, fact.argument))


# where and when


def column(record: Record, name: str) -> Array:
    """A column of the lines, F."""
    return record.register.firms[name].to_numpy()


def trade(record: Record, goods: tuple[str, ...], to: str = "*", shipped: str = "shipped") -> Array:
    """Tonnes of goods that leave China for a country, or for all ("*"), day by day."""
    links, country = record.register.links, record.register.firms["country"]
    origin, destination = country[links["supplier"]].to_numpy(), country[links["line"]].to_numpy()
    fits = (destination != "CN") if to == "*" else (destination == to)
    mine = fits & (origin == "CN") & np.isin(links["good"].to_numpy(), goods)
    return np.asarray(record.links[shipped][:, mine].sum(axis=1))


def before(record: Record, series: Array) -> float:
    """The daily mean before the story begins."""
    return float(series[: record.shock_day or 0].mean())


def day_of(record: Record, text: str) -> int:
    """The number of a date."""
    return int((np.datetime64(text, "D") - np.datetime64(record.start, "D")).astype(int))


def over_month(record: Record, series: Array, month: str) -> float:
    """What flowed in a month over what flows in a normal one."""
    inside = record.dates.astype("datetime64[M]") == np.datetime64(month)
    return float(series[inside].sum()) / (before(record, series) * MONTH)


def over_2025(record: Record, series: Array) -> float:
    """What flowed in 2025 over a normal year; the first days of January, if not simulated, count as normal."""
    inside = record.dates.astype("datetime64[Y]") == np.datetime64("2025")
    normal = before(record, series)
    return float(series[inside].sum() + (365 - inside.sum()) * normal) / (365 * normal)


def of_2025(record: Record) -> slice:
    """The days from the shock to the end of 2025."""
    return slice(record.shock_day, day_of(record, "2026-01-01"))


def car_lines(record: Record, country: str) -> Array:
    """Rows of the car lines of a country."""
    return np.flatnonzero((column(record, "industry") == "cars") & (column(record, "country") == country))


# trade


def magnets_to(record: Record, argument: str) -> float:
    """Facts 1, 2, 13 and 27: magnets to a country in a month over a normal month."""
    country, month = argument.split()
    return over_month(record, trade(record, MAGNETS, country), month)


def magnets_of_2025(record: Record, _: str) -> float:
    """Fact 4: magnet exports of 2025 against 2024, in percent."""
    return 100.0 * (over_2025(record, trade(record, MAGNETS)) / MONTH_OF_2024 - 1.0)


def oxide_of_2025(record: Record, country: str) -> float:
    """Fact 4: oxide to a country in 2025 against a normal year, in percent."""
    return 100.0 * (over_2025(record, trade(record, ("dytb",), country)) - 1.0)


def oxide_pause(record: Record) -> tuple[int, int]:
    """The longest time after the shock in which a week's oxide exports are next to nothing: first day, day after."""
    series = trade(record, ("dytb",))
    week = np.convolve(series, np.ones(7) / 7, mode="same")
    low = week < AT_ZERO * before(record, series)
    best = (0, 0)
    start = None
    for day in range(record.shock_day or 0, len(low) + 1):
        if day < len(low) and low[day]:
            start = day if start is None else start
        elif start is not None:
            best = max(best, (start, day), key=lambda pair: pair[1] - pair[0])
            start = None
    return best


def oxide_days_at_zero(record: Record, _: str) -> float:
    """Fact 3: days on which next to no oxide leaves China."""
    first, last = oxide_pause(record)
    return last - first


def oxide_destinations(record: Record, _: str) -> float:
    """Fact 3: countries that get over a twentieth of the oxide in the first two months after the pause."""
    _, opened = oxide_pause(record)
    codes = [str(code) for code in record.register.countries["country"] if code != "CN"]
    got = np.array([trade(record, ("dytb",), code)[opened : opened + 60].sum() for code in codes])
    return float((got > AT_ZERO * got.sum()).sum())


def oxide_delivered(record: Record, day: str) -> float:
    """Fact 14: oxide that lands at Japanese magnet makers in the week around a day after the ban, over normal."""
    needs, firms = record.register.needs, record.register.firms
    line = firms.loc[needs["line"]]
    mine = ((line["role"] == "magnet_maker") & (line["country"] == "JP")).to_numpy()
    series = record.needs["landed"][:, mine & (needs["good"] == "dytb").to_numpy()].sum(axis=1)
    middle = (record.shock_day or 0) + int(day)
    return float(series[middle - 3 : middle + 4].mean()) / before(record, series)


def rare_earths_change(record: Record, days: str) -> float:
    """Fact 15: rare earths from China to Japan in the first days after the ban, change in percent."""
    series, zero = trade(record, RARE_EARTHS, "JP"), record.shock_day or 0
    return 100.0 * (float(series[zero : zero + int(days)].mean()) / before(record, series) - 1.0)


def oxide_to_japan(record: Record, days: str) -> float:
    """Fact 15: oxide from China to Japan in the days after the ban, in percent of normal."""
    series, zero = trade(record, ("dytb",), "JP"), record.shock_day or 0
    return 100.0 * float(series[zero : zero + int(days)].mean()) / before(record, series)


def magnets_in_quarter(record: Record, _: str) -> float:
    """Fact 15: magnet exports in the first 90 days of the story over normal."""
    series, zero = trade(record, MAGNETS), record.shock_day or 0
    return float(series[zero : zero + 90].mean()) / before(record, series)


def share_from_china(record: Record, _: str) -> float:
    """Fact 22: the part of Japan's rare earths that China ships, in the last 90 days, in percent of before."""
    links, country = record.register.links, record.register.firms["country"]
    mine = (country[links["line"]] == "JP").to_numpy() & np.isin(links["good"].to_numpy(), RARE_EARTHS)
    abroad = (country[links["supplier"]] != "JP").to_numpy()
    everything = record.links["shipped"][:, mine & abroad].sum(axis=1)
    china = trade(record, RARE_EARTHS, "JP")
    share = china[-90:].sum() / everything[-90:].sum()
    return 100.0 * float(share) / (before(record, china) / before(record, everything))


def oxide_per_magnet(record: Record, _: str) -> float:
    """Fact 22: oxide used for a tonne of heavy magnets in Japan in the last 90 days, in percent of before."""
    needs, firms = record.register.needs, record.register.firms
    line = firms.loc[needs["line"]]
    mine = ((line["country"] == "JP") & (line["role"] == "magnet_maker")).to_numpy()
    mine = mine & (needs["good"] == "dytb").to_numpy()
    used = record.needs["used"][:, mine].sum(axis=1)
    made = record.lines["output"][:, record.network.line_of[mine]].sum(axis=1)
    return 100.0 * float(used[-90:].sum() / made[-90:].sum()) / (before(record, used) / before(record, made))


# lines


def stops_of_cars(record: Record, country: str) -> tuple[Array, Array]:
    """Car lines of a country, and the first day of 2025 on which each stops (-1: never)."""
    rows, days = car_lines(record, country), of_2025(record)
    flags = stopped(record.lines["output"][: days.stop, rows], record.lines["want"][: days.stop, rows])
    return rows, first_day(flags, days.start)


def first_stop(record: Record, country: str = "JP") -> tuple[int, int] | None:
    """The line that stops first and the day; None if none does."""
    rows, days = stops_of_cars(record, country)
    if not (days >= 0).any():
        return None
    place = int(np.argmin(np.where(days >= 0, days, record.days)))
    return int(rows[place]), int(days[place])


def first_car_stop(record: Record, country: str) -> float:
    """Fact 5: days from the shock to the first stop of a car line."""
    found = first_stop(record, country)
    return math.nan if found is None else found[1] - (record.shock_day or 0)


def first_stop_is(record: Record, firm: str) -> float:
    """Fact 5: 1 where the line that stops first is this maker's."""
    found = first_stop(record)
    return float(found is not None and column(record, "firm")[found[0]] == firm)


def bound_by(record: Record, row: int, day: int) -> str:
    """The good that held a line back on a day."""
    need = int(record.lines["binding"][day, row])
    return str(record.register.needs["good"].iloc[need]) if need >= 0 else ""


def first_stop_for(record: Record, good: str) -> float:
    """Fact 5: 1 where the first stop is for want of this good."""
    found = first_stop(record)
    return float(found is not None and bound_by(record, *found) == good)


def makers_stopped(record: Record, country: str) -> float:
    """Fact 5: car makers of a country with a stopped line in 2025."""
    rows, days = stops_of_cars(record, country)
    return float(len(set(column(record, "firm")[rows[days >= 0]])))


def stops_for(record: Record, good: str) -> float:
    """Fact 5: Japanese car lines whose first stop of 2025 is for want of this good."""
    rows, days = stops_of_cars(record, "JP")
    return float(sum(bound_by(record, int(row), int(day)) == good for row, day in zip(rows, days, strict=True) if day >= 0))


def length_of_first_stop(record: Record, country: str) -> float:
    """Fact 6: days from the first stop until the line makes 95 % again for a week."""
    found = first_stop(record, country)
    if found is None:
        return math.nan
    output, want = record.lines["output"][:, found[0] : found[0] + 1], record.lines["want"][:, found[0] : found[0] + 1]
    return float(time_to_recover(output, want, record.shock_day or 0)[0])


def lost_share(record: Record, rows: Array, days: slice) -> float:
    """Output missing against the baseline over some days, each line by its worth, in percent."""
    price = record.network.base_price[record.network.good_of[rows]]
    normal = (record.network.baseline[rows] * price).sum() * len(record.dates[days])
    return 100.0 * (1.0 - float((record.lines["output"][days][:, rows] * price).sum()) / normal)


def loss_in_europe_over_japan(record: Record, _: str) -> float:
    """Fact 7: output lost by European buyers of magnets less output of cars lost in Japan until August, in points."""
    days = slice(record.shock_day, day_of(record, "2025-09-01"))
    europe = np.flatnonzero(np.isin(column(record, "line"), EUROPEANS))
    return lost_share(record, europe, days) - lost_share(record, car_lines(record, "JP"), days)


def worst_month_of_cars(record: Record, country: str) -> float:
    """Facts 8 and 27: car output lost in the worst month from the shock to the end of 2025, in percent."""
    days = of_2025(record)
    rows, months = car_lines(record, country), record.dates[days].astype("datetime64[M]")
    normal = float(record.network.baseline[rows].sum())
    made = record.lines["output"][days][:, rows].sum(axis=1)
    return max(100.0 * (1.0 - float(made[months == month].mean()) / normal) for month in np.unique(months))


def shortages_rise(record: Record, _: str) -> float:
    """Fact 10: European companies whose lines lack inputs, September over August 2025."""
    rows = np.flatnonzero(np.isin(column(record, "line"), EUROPEANS))
    short = 1.0 - fulfilment(record.lines["output"][:, rows], record.lines["want"][:, rows])
    companies = (short * record.network.houses[rows]).sum(axis=1)
    months = record.dates.astype("datetime64[M]")
    august, september = (float(companies[months == np.datetime64(m)].mean()) for m in ("2025-08", "2025-09"))
    return september / august if august > 0.0 else (math.inf if september > 0.0 else math.nan)


def distributors_dry(record: Record, _: str) -> float:
    """Fact 12: months from the shock until the stock of small magnet distributors is next to nothing."""
    needs, firms = record.register.needs, record.register.firms
    mine = (firms.loc[needs["line"], "firm"] == "SAN").to_numpy()
    stock, zero = record.needs["stock"][:, mine].sum(axis=1), record.shock_day or 0
    dry = np.flatnonzero(stock[zero:] < AT_ZERO * before(record, stock))
    return float(dry[0]) / MONTH if len(dry) else math.nan


# licences


def licence_rows(record: Record, who: str) -> Array:
    """Rows of licensed links for goods on the list whose buyer is this firm or in this country."""
    links = record.register.links.iloc[record.network.link_of]
    buyers = record.register.firms.loc[links["line"]]
    listed = ~links["good"].isin(["magnet_light"]).to_numpy()
    return np.flatnonzero(((buyers["firm"] == who) | (buyers["country"] == who)).to_numpy() & listed)


def funnel(record: Record, argument: str) -> tuple[float, float, float]:
    """Applications filed, granted and refused from the shock to a date, of one buyer or country."""
    who, text = argument.split()
    rows, days = licence_rows(record, who), slice(record.shock_day, day_of(record, text))
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
    """Fact 11: days from application to licence, the median of what was granted from June (2) or December (1) on.

    Each link's papers are taken to be ruled on in the order in which they came. General licences are those of the
    three makers that got them on 2 December 2025.
    """
    general = np.isin(record.register.firms.loc[record.register.links.iloc[record.network.link_of]["supplier"], "firm"], GENERAL)
    first, last = ("2026-01-01", "2026-03-01") if rule == "1" else ("2025-06-01", "2025-12-01")
    rows = np.flatnonzero(general) if rule == "1" else np.arange(len(general))
    waits, weights = [], []
    for row in rows:
        filed = np.cumsum(record.licences["filed_amount"][:, row])
        ruled = np.cumsum(record.licences["granted_amount"][:, row])
        days = np.arange(day_of(record, first), min(day_of(record, last), record.days))
        days = days[record.licences["granted"][days, row] > 0.0]
        waits.append(days - np.searchsorted(filed, ruled[days] - 1e-9))
        weights.append(record.licences["granted"][days, row])
    return weighted_median(np.concatenate(waits), np.concatenate(weights))


GENERAL = ("JLM", "YUN", "SHH")


def weighted_median(values: Array, weights: Array) -> float:
    """The value that half of the weight lies under."""
    if not len(values):
        return math.nan
    order = np.argsort(values)
    heavy = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(heavy, heavy[-1] / 2)])


# prices


def good_and_day(record: Record, argument: str) -> tuple[int, int]:
    """Rows of a good and of a day after the shock."""
    good, days = argument.split()
    return list(record.register.goods["good"]).index(good), (record.shock_day or 0) + int(days)


def contract_multiple(record: Record, argument: str) -> float:
    """Fact 18: the contract price of a good, over that at rest."""
    good, day = good_and_day(record, argument)
    return float(record.prices["contract"][day, good] / record.network.base_price[good])


def spot_multiple(record: Record, argument: str) -> float:
    """Facts 18 and 19: the spot price of a good outside China, over the price at rest."""
    good, day = good_and_day(record, argument)
    return contract_multiple(record, argument) * math.exp(float(record.prices["spot_log"][day, good, 1]))


MEASURES: dict[str, Callable[[Record, str], float]] = {
    measure.__name__: measure
    for measure in (
        magnets_to, magnets_of_2025, oxide_of_2025, oxide_days_at_zero, oxide_destinations, oxide_delivered,
        rare_earths_change, oxide_to_japan, magnets_in_quarter, share_from_china, oxide_per_magnet, first_car_stop,
        first_stop_is, first_stop_for, makers_stopped, stops_for, length_of_first_stop, loss_in_europe_over_japan,
        worst_month_of_cars, shortages_rise, distributors_dry, approved, pending, days_to_licence, contract_multiple,
        spot_multiple,
    )
}  # fmt: skip
