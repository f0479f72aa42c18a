"""What a record says about trade: exports by month, good and destination, as customs count them."""

from __future__ import annotations

import numpy as np

from runs.measures.history import DAYS_PER_MONTH, MAGNETS, MONTH_OF_2024, NEXT_TO_NOTHING, OXIDE, RARE_EARTHS
from runs.measures.quantities import column, flow_at_rest, focus, vehicle_lines
from runs.simulation.record import Array, Record


def traded_links(record: Record, goods: tuple[str, ...], to: str = "*") -> Array:
    """Which links carry goods from the exporters to a country, or to all abroad ("*"), L."""
    exporters, links = tuple(focus(record).exporters), record.register.links_as_texts

    def find() -> Array:
        fits = ~np.isin(links.destination, exporters) if to == "*" else (links.destination == to)
        return np.asarray(fits & np.isin(links.origin, exporters) & np.isin(links.good, goods))

    found: Array = record.register.tables.structure.get_or_compute(("traded links", exporters, goods, to), find)
    return found


def trade(record: Record, goods: tuple[str, ...], to: str = "*", shipped: str = "shipped") -> Array:
    """Tonnes of goods that leave China for a country, or for all ("*"), day by day."""
    return np.asarray(record.links[shipped][:, traded_links(record, goods, to)].sum(axis=1))


def before(record: Record, series: Array) -> float:
    """The daily mean before the story begins."""
    return float(series[: record.shock_day or 0].mean())


def day_of(record: Record, text: str) -> int:
    """The number of a date."""
    return int((np.datetime64(text, "D") - np.datetime64(record.start, "D")).astype(int))


def over_month(record: Record, series: Array, month: str) -> float:
    """What flowed in a month over what flows in a normal one."""
    inside = record.dates.astype("datetime64[M]") == np.datetime64(month)
    return float(series[inside].sum()) / (before(record, series) * DAYS_PER_MONTH)


def over_2025(record: Record, series: Array) -> float:
    """What flowed in 2025 over a normal year; days of January that are not simulated count as normal."""
    inside = record.dates.astype("datetime64[Y]") == np.datetime64("2025")
    normal = before(record, series)
    return float(series[inside].sum() + (365 - inside.sum()) * normal) / (365 * normal)


def of_2025(record: Record) -> slice:
    """The days from the shock to the end of 2025."""
    return slice(record.shock_day, day_of(record, "2026-01-01"))


def car_lines(record: Record, country: str) -> Array:
    """Rows of the car lines of a country."""
    return np.flatnonzero(vehicle_lines(record) & (column(record, "country") == country))


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
    return 100.0 * (over_2025(record, trade(record, (OXIDE,), country)) - 1.0)


def oxide_pause(record: Record) -> tuple[int, int]:
    """The longest time in which a week's oxide exports are next to nothing: first day, day after."""
    series = trade(record, (OXIDE,))
    week = np.convolve(series, np.ones(7) / 7, mode="same")
    low = week < NEXT_TO_NOTHING * before(record, series)
    best = (0, 0)
    start: int | None = None
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
    opened = oxide_pause(record)[1]
    codes = [str(code) for code in record.register.countries["country"] if code not in focus(record).exporters]
    got = np.array([trade(record, (OXIDE,), code)[opened : opened + 60].sum() for code in codes])
    return float((got > NEXT_TO_NOTHING * got.sum()).sum())


def oxide_delivered(record: Record, day: str) -> float:
    """Fact 14: oxide from China that lands at Japanese magnet makers in the week around a day after the ban, over rest.

    What lands was shipped as many days before as the link takes.
    """
    links, firms = record.register.links, record.register.firms
    mine = (
        traded_links(record, (OXIDE,), focus(record).home)
        & (firms.loc[links["line"], "role"] == "magnet_maker").to_numpy()
    )
    middle, landed = (record.shock_day or 0) + int(day), np.zeros(record.days)
    for link in np.flatnonzero(mine):
        lead = int(links["lead_days"].iloc[link])
        landed[lead:] += record.links["shipped"][: record.days - lead, link]
    return float(landed[middle - 3 : middle + 4].mean()) / float(flow_at_rest(record.network)[mine].sum())


def rare_earths_change(record: Record, days: str) -> float:
    """Fact 15: rare earths from China to Japan in the first days after the ban, change in percent."""
    series, zero = trade(record, RARE_EARTHS, focus(record).home), record.shock_day or 0
    return 100.0 * (float(series[zero : zero + int(days)].mean()) / before(record, series) - 1.0)


def oxide_to_japan(record: Record, days: str) -> float:
    """Fact 15: oxide from China to Japan in the days after the ban, in percent of normal."""
    series, zero = trade(record, (OXIDE,), focus(record).home), record.shock_day or 0
    return 100.0 * float(series[zero : zero + int(days)].mean()) / before(record, series)


def magnets_in_quarter(record: Record, _: str) -> float:
    """Fact 15: magnet exports in the first 90 days of the story over those of the world at rest.

    The weeks before the story are no measure: the first general licences freed many files at once in December.
    """
    mine, zero = traded_links(record, MAGNETS), record.shock_day or 0
    shipped = record.links["shipped"][zero : zero + 90, mine].sum(axis=1)
    return float(shipped.mean()) / float(flow_at_rest(record.network)[mine].sum())


def share_from_china(record: Record, _: str) -> float:
    """Fact 22: the part of Japan's rare earths that China ships, last 90 days, in percent of before."""
    links, country = record.register.links, record.register.firms["country"]
    mine = (country[links["line"]] == focus(record).home).to_numpy() & np.isin(links["good"].to_numpy(), RARE_EARTHS)
    abroad = (country[links["supplier"]] != focus(record).home).to_numpy()
    everything = record.links["shipped"][:, mine & abroad].sum(axis=1)
    china = trade(record, RARE_EARTHS, focus(record).home)
    share = china[-90:].sum() / everything[-90:].sum()
    return 100.0 * float(share) / (before(record, china) / before(record, everything))


def oxide_per_magnet(record: Record, _: str) -> float:
    """Fact 22: oxide used for a tonne of heavy magnets in Japan in the last 90 days, in percent of before."""
    needs, firms = record.register.needs, record.register.firms
    line = firms.loc[needs["line"]]
    mine = ((line["country"] == focus(record).home) & (line["role"] == "magnet_maker")).to_numpy()
    mine = mine & (needs["good"] == OXIDE).to_numpy()
    used = record.needs["used"][:, mine].sum(axis=1)
    made = record.lines["output"][:, record.network.line_of[mine]].sum(axis=1)
    return 100.0 * float(used[-90:].sum() / made[-90:].sum()) / (before(record, used) / before(record, made))
