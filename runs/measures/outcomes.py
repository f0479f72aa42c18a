"""What a run came to: who stopped and when, what was not made, and what that cost, as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.metrics import (
    CURTAILED_BELOW,
    STOPPED_BELOW,
    bullwhip,
    concentration,
    days_survived,
    days_to_recover,
    fill_rate,
    first_day,
    fulfilment,
    output_lost,
    value_added_lost,
)
from model.tables.tables import text_columns
from runs.measures.focus import HOME as HOME
from runs.measures.focus import VEHICLES as VEHICLES
from runs.measures.focus import Focus, focus_of
from runs.simulation.record import Record

Array = NDArray[Any]

JPY_MN_PER_BN = 1_000.0
JPY_BN_PER_TN = 1_000.0
STILL = 1e-4  # variance of a series around 1 (a swing of one in a hundred) below which it counts as unchanging


def outcomes(record: Record) -> dict[str, Any]:
    """What happened in one run, as plain numbers with units in their names; None where nothing can be said.

    Days are counted from the shock (from the start in a scenario without one), sums run from the shock to the end.
    """
    return {name: found for part in PARTS for name, found in part(record).items()}


def identity(record: Record) -> dict[str, Any]:
    """Which run this is."""
    name = None if record.scenario is None else record.scenario.name
    return {"scenario": name, "seed": record.seed, "start": str(record.start), "days": record.days,
            "shock_day": record.shock_day}  # fmt: skip


def focus(record: Record) -> Focus:
    """What the world of a run is about."""
    return focus_of(record.register.tables)


def vehicle_lines(record: Record) -> Array:
    """Which lines build vehicles, F."""
    found = np.zeros(record.lines["output"].shape[1], bool)
    found[list(focus(record).vehicles)] = True
    return found


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
    found.setflags(write=False)  # others read the same
    return found


def stops(record: Record) -> dict[str, Any]:
    """When lines stopped first, how many stopped and for how long, and how long they survived and took to recover."""
    output, usual, after = record.lines["output"], record.lines["usual"], after_shock(record)
    share = fulfilment(output, usual)
    still, slow = share < STOPPED_BELOW, share < CURTAILED_BELOW
    first = first_day(still, after)
    survive, recover = days_survived(first, after), days_to_recover(share, first)
    told: dict[str, Any] = {"first_stop_day": earliest(first, after), "lines_stopped": int(np.sum(first >= 0))}
    told["most_lines_stopped_at_once"] = int(still[after:].sum(axis=1).max(initial=0))
    told["most_lines_below_half_at_once"] = int(slow[after:].sum(axis=1).max(initial=0))
    tier, country = column(record, "tier"), column(record, "country")
    for code in focus(record).shown:
        here = country == code
        told[f"first_stop_day_{code}"] = earliest(first[here], after)
        told[f"lines_stopped_{code}"] = int(np.sum(first[here] >= 0))
        told[f"stop_days_{code}"] = int(still[after:, here].sum())
        told[f"curtailed_days_{code}"] = int(slow[after:, here].sum())
        for number in focus(record).tiers:
            told[f"first_stop_day_tier_{number}_{code}"] = earliest(first[here & (tier == number)], after)
        told[f"time_to_survive_days_{code}"] = middle(survive[here & (first >= 0)])
        told[f"time_to_recover_days_{code}"] = middle(recover[here & (first >= 0)])
        told[f"lines_not_recovered_{code}"] = int(np.sum(np.isinf(recover[here])))
    return told


def losses(record: Record) -> dict[str, Any]:
    """What was not made of what is usual, in vehicles and in value added, by country and industry."""
    net, after = record.network, after_shock(record)
    units = output_lost(record.lines["output"], record.lines["usual"], after)
    value = value_added_lost(record.lines["output"], record.lines["usual"], net.value_added, after)
    value = value.sum(axis=0) / JPY_MN_PER_BN
    country, industry = column(record, "country"), column(record, "industry")
    cars = vehicle_lines(record)
    told: dict[str, Any] = {"vehicles_not_built": plain(units[cars].sum())} if cars.any() else {}
    for code in focus(record).shown:
        here = country == code
        lost = float(value[here].sum())
        if cars.any():
            told[f"vehicles_not_built_{code}"] = plain(units[here & cars].sum())
        told[f"value_added_lost_jpy_bn_{code}"] = plain(lost)
        told[f"gdp_share_lost_pct_{code}"] = plain(100.0 * lost / gdp(record, code))
        for name in industries(record, code):
            key = f"value_added_lost_jpy_bn_{code}_{name.replace(' ', '_')}"
            told[key] = plain(value[here & (industry == name)].sum())
    return told


def gdp(record: Record, code: str) -> float:
    """Gross domestic product of a country in a year, in billion JPY; not a number where nobody knows it."""
    found = [country.gdp_jpy_tn for country in record.register.tables.countries if country.country == code]
    return found[0] * JPY_BN_PER_TN if found and found[0] > 0.0 else math.nan


def industries(record: Record, code: str) -> list[str]:
    """The industries of a country that add value, in the order of the table."""
    mine = (column(record, "country") == code) & (record.network.value_added > 0.0)
    return list(dict.fromkeys(str(name) for name in column(record, "industry")[mine]))


def flow_of_orders(record: Record) -> dict[str, Any]:
    """How well tiers at home were served, and how much their orders swung against the demand that they met."""
    after = after_shock(record)
    shipped, ordered = (record.links[name][after:].sum(axis=0) for name in ("shipped", "ordered"))
    told: dict[str, Any] = {}
    home = focus(record).home
    for number in focus(record).tiers:
        lines = (column(record, "tier") == number) & (column(record, "country") == home)
        value = value_to_buyers(record, lines)
        rate = plain(fill_rate(shipped * value, ordered * value)) if value.any() else None
        told[f"fill_rate_tier_{number}_{home}"] = rate
        told[f"bullwhip_tier_{number}_{home}"] = swing(record, lines) if value.any() else None
    return told


def value_to_buyers(record: Record, lines: Array) -> Array:
    """What a unit on each link is worth at base prices where some lines are the buyers, else 0, L."""
    net = record.network
    return np.where(lines[net.line_of], net.base_price[net.need_good], 0.0)[net.need_of]


def orders_placed(record: Record, lines: Array) -> Array:
    """What some lines order in all, day by day, as a multiple of what they order at rest, at base prices."""
    net, value = record.network, value_to_buyers(record, lines)
    rest = (net.baseline[net.line_of] * net.per_unit * net.dependence)[net.need_of] * net.contract_share
    return multiple(worth(record.links["ordered"], value), float(rest @ value))


def demand_received(record: Record, lines: Array) -> Array:
    """What customers and the market ask of some lines, day by day, as a multiple of the same at rest."""
    net = record.network
    value = np.where(lines, net.base_price[net.good_of], 0.0)
    waiting = worth(record.lines["market_backlog"], value)
    final = worth(record.lines["sold"], value) + worth(record.lines["lost"], value) + np.diff(waiting, prepend=0.0)
    if record.anonymous is not None:
        final += record.anonymous.asked @ value
    sold = np.append(value, 0.0)[np.minimum(net.supplier, len(value))]  # what nameless suppliers sell is not of these
    return multiple(worth(record.links["ordered"], sold) + final, float(net.baseline @ value))


def worth(amounts: Array, value: Array) -> Array:
    """What the amounts of each day are worth together, days; columns whose units are worth nothing are not read."""
    some = np.flatnonzero(value)
    return np.asarray(amounts[:, some] @ value[some])


def swing(record: Record, lines: Array) -> float | None:
    """The bullwhip ratio of some lines from the shock on; None where the demand that they met did not change."""
    after = after_shock(record)
    received = demand_received(record, lines)[after:]
    moved = len(received) > 0 and np.var(received) > STILL
    return plain(bullwhip(orders_placed(record, lines)[after:], received)) if moved else None


def licences(record: Record) -> dict[str, Any]:
    """The licence funnel from the shock to the end: applications filed, granted, refused, and what waits."""
    after = after_shock(record)
    told: dict[str, Any] = {
        f"applications_{ours}": plain(record.licences[theirs][after:].sum())
        for ours, theirs in (("filed", "filed"), ("granted", "granted"), ("refused", "denied"))
    }
    waiting = record.licences["waiting"].sum(axis=1)
    told["most_waiting_for_licence_t"] = plain(waiting[after:].max(initial=0.0))
    told["waiting_for_licence_at_end_t"] = plain(waiting[-1]) if len(waiting) else 0.0
    return told


def controlled_goods(record: Record) -> list[int]:
    """Rows of the goods that some rule of the scenario names or takes for what it names, as bought at rest."""
    net = record.network
    used = net.link_of[net.contract_share[net.link_of] > 0.0]
    return sorted({int(good) for good in net.need_good[net.need_of[used]]})


def sources(record: Record) -> dict[str, Any]:
    """How concentrated home's sources of each controlled good were before and after the shock (Herfindahl index)."""
    net, after = record.network, after_shock(record)
    home = focus(record).home
    mine = column(record, "country")[net.line_of[net.need_of]] == home
    told = {}
    for good in controlled_goods(record):
        links = mine & (net.need_good[net.need_of] == good)
        code = record.register.tables.goods[good].good
        for when, days in (("before", slice(0, after)), ("after", slice(after, None))):
            shipped = record.links["shipped"][days][:, links].sum(axis=0)
            by_supplier = np.bincount(net.supplier[links], shipped, minlength=len(net.good_of))
            told[f"source_concentration_{code}_{home}_{when}"] = plain(concentration(by_supplier))
    return told


def peaks(record: Record) -> dict[str, Any]:
    """The worst moments: fewest vehicles, least cover of magnet makers, highest spot prices outside China."""
    after = after_shock(record)
    home = focus(record).home
    cars = vehicle_lines(record) & (column(record, "country") == home)
    made = 100.0 * multiple(record.lines["output"][:, cars].sum(axis=1), float(record.network.baseline[cars].sum()))
    told = {f"lowest_vehicle_output_pct_{home}": plain(made[after:].min(initial=np.inf))} if cars.any() else {}
    if magnet_makers(record).any():
        least = cover_of_magnet_makers(record)[after:].min(initial=np.inf)
        told[f"shortest_cover_days_magnet_makers_{home}"] = plain(least)
    for good in controlled_goods(record):
        log = record.prices["spot_log"][after:, good, 1]
        contract = multiple(record.prices["contract"][after:, good], float(record.network.base_price[good]))
        code = record.register.tables.goods[good].good
        told[f"highest_spot_price_multiple_{code}"] = plain((contract * np.exp(log)).max(initial=0.0))
    return told


def nameless(record: Record) -> dict[str, Any]:
    """What happened to the nameless firms of a wide world: how many stood, and what they did not make; else nothing."""
    crowd, after = record.anonymous, after_shock(record)
    if crowd is None:
        return {}
    lost = float((crowd.added_at_rest - crowd.added[after:]).sum()) / JPY_MN_PER_BN
    return {
        "wide_lines": int(crowd.lines.sum()),
        "wide_lines_stopped": int(crowd.ever_stood.sum()),
        "wide_most_lines_stopped_at_once": int(crowd.standing[after:].sum(axis=1).max(initial=0)),
        "wide_most_lines_curtailed_at_once": int(crowd.curtailed[after:].sum(axis=1).max(initial=0)),
        "wide_value_added_lost_jpy_bn": plain(lost),
    }


def shortest_cover(record: Record) -> Array:
    """Days of cover of the input that each line has least of, days x F; endless for a line without inputs."""
    out = np.full(record.lines["output"].shape, np.inf)
    starts = record.network.first_need
    having = np.flatnonzero(np.diff(starts) > 0)
    if len(having):
        out[:, having] = np.minimum.reduceat(record.cover(), starts[having], axis=1)
    return out


def magnet_makers(record: Record) -> Array:
    """Which lines are magnet makers at home, F."""
    return np.asarray((column(record, "role") == "magnet_maker") & (column(record, "country") == focus(record).home))


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


def earliest(days: Array, after: int) -> int | None:
    """The earliest of some first days, counted from a day; None if nobody has one."""
    found = days[days >= 0]
    return int(found.min()) - after if len(found) else None


def middle(days: Array) -> float | None:
    """The median of some spans of days; None without any, or if half of them are endless."""
    return plain(np.median(days)) if len(days) else None


def plain(number: Any) -> float | None:
    """A number as JSON knows it: None for what is not a number or endless, and no negative nought."""
    value = float(number)
    return round(value, 9) + 0.0 if math.isfinite(value) else None


PARTS: tuple[Callable[[Record], dict[str, Any]], ...] = (
    identity, stops, losses, flow_of_orders, licences, sources, peaks, nameless,
)  # fmt: skip
