"""The outcomes of a run: who stopped and when, what was not made, and what that cost, as plain numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from model.metrics import (
    CURTAILED_BELOW,
    STOPPED_BELOW,
    concentration,
    days_survived,
    days_to_recover,
    fill_rate,
    first_day,
    fulfilment,
    output_lost,
    value_added_lost,
    week_lost,
)
from runs.measures.elsewhere import other_countries
from runs.measures.orders import swing, value_to_buyers
from runs.measures.quantities import (
    JPY_MN_PER_BN,
    after_shock,
    column,
    controlled_goods,
    cover_of_magnet_makers,
    focus,
    gdp,
    industries,
    json_number,
    magnet_makers,
    multiple,
    story_lines,
    vehicle_lines,
)
from runs.measures.suppliers import suppliers_loss
from runs.simulation.focus import makers_of
from runs.simulation.record import Array, Record

STORY_STOP = "first_stop_day_story"  # of lines of the industry whose stop is the story, in a country


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


def stops(record: Record) -> dict[str, Any]:
    """When lines stopped first, how many stopped and for how long, and how long they survived and took to recover."""
    output, usual, after = record.lines["output"], record.lines["usual"], after_shock(record)
    share = fulfilment(output, usual)
    still, slow = share < STOPPED_BELOW, share < CURTAILED_BELOW
    first = first_day(still, after)
    survive, recover = days_survived(first, after), days_to_recover(share, first)
    lost = days_survived(week_lost(share, after), after)
    result: dict[str, Any] = {"first_stop_day": earliest_day(first, after), "lines_stopped": int(np.sum(first >= 0))}
    result["most_lines_stopped_at_once"] = int(still[after:].sum(axis=1).max(initial=0))
    result["most_lines_below_half_at_once"] = int(slow[after:].sum(axis=1).max(initial=0))
    tier, country, cars = column(record, "tier"), column(record, "country"), vehicle_lines(record)
    for code in focus(record).reported:
        here = country == code
        result[f"first_stop_day_{code}"] = earliest_day(first[here], after)
        if (story := here & story_lines(record)).any():
            result[f"{STORY_STOP}_{code}"] = earliest_day(first[story], after)
        result[f"lines_stopped_{code}"] = int(np.sum(first[here] >= 0))
        result[f"stop_days_{code}"] = int(still[after:, here].sum())
        result[f"curtailed_days_{code}"] = int(slow[after:, here].sum())
        for number in focus(record).tiers:
            result[f"first_stop_day_tier_{number}_{code}"] = earliest_day(first[here & (tier == number)], after)
        if (here & cars).any():
            result[f"median_loss_day_vehicles_{code}"] = median_days(lost[here & cars])
        result[f"time_to_survive_days_{code}"] = median_days(survive[here & (first >= 0)])
        result[f"time_to_recover_days_{code}"] = median_days(recover[here & (first >= 0)])
        result[f"lines_not_recovered_{code}"] = int(np.sum(np.isinf(recover[here])))
    return result


def losses(record: Record) -> dict[str, Any]:
    """What was not made of what is usual, in vehicles and in value added, by country and industry.

    Value added is lost at the lines themselves and, with them, at their suppliers beyond the tables; the two are apart.
    """
    net, after = record.network, after_shock(record)
    units = output_lost(record.lines["output"], record.lines["usual"], after)
    value = value_added_lost(record.lines["output"], record.lines["usual"], net.value_added, after)
    value = value.sum(axis=0) / JPY_MN_PER_BN
    country, industry = column(record, "country"), column(record, "industry")
    cars = vehicle_lines(record)
    result: dict[str, Any] = {"vehicles_not_built": json_number(units[cars].sum())} if cars.any() else {}
    for code in focus(record).reported:
        here = country == code
        lost = float(value[here].sum())
        if cars.any():
            result[f"vehicles_not_built_{code}"] = json_number(units[here & cars].sum())
        result[f"value_added_lost_jpy_bn_{code}"] = json_number(lost)
        result[f"gdp_share_lost_pct_{code}"] = json_number(100.0 * lost / gdp(record, code))
        indirect = suppliers_loss(record, code)
        if indirect is not None:
            result[f"suppliers_value_added_lost_jpy_bn_{code}"] = json_number(indirect)
            both = 100.0 * (lost + indirect) / gdp(record, code)
            result[f"gdp_share_lost_with_suppliers_pct_{code}"] = json_number(both)
        for name in industries(record, code):
            key = f"value_added_lost_jpy_bn_{code}_{name.replace(' ', '_')}"
            result[key] = json_number(value[here & (industry == name)].sum())
    return result


def flow_of_orders(record: Record) -> dict[str, Any]:
    """How well tiers at home were served, and how much their orders swung against the demand that they met."""
    after = after_shock(record)
    shipped, ordered = (record.links[name][after:].sum(axis=0) for name in ("shipped", "ordered"))
    result: dict[str, Any] = {}
    home = focus(record).home
    for number in focus(record).tiers:
        lines = (column(record, "tier") == number) & (column(record, "country") == home)
        value = value_to_buyers(record, lines)
        rate = json_number(fill_rate(shipped * value, ordered * value)) if value.any() else None
        result[f"fill_rate_tier_{number}_{home}"] = rate
        result[f"bullwhip_tier_{number}_{home}"] = swing(record, lines) if value.any() else None
    return result


def licences(record: Record) -> dict[str, Any]:
    """The licence funnel from the shock to the end: applications filed, granted, refused, and what waits."""
    after = after_shock(record)
    result: dict[str, Any] = {
        f"applications_{ours}": json_number(record.licences[theirs][after:].sum())
        for ours, theirs in (("filed", "filed"), ("granted", "granted"), ("refused", "denied"))
    }
    waiting = record.licences["waiting"].sum(axis=1)
    result["most_waiting_for_licence_t"] = json_number(waiting[after:].max(initial=0.0))
    result["waiting_for_licence_at_end_t"] = json_number(waiting[-1]) if len(waiting) else 0.0
    return result


def sources(record: Record) -> dict[str, Any]:
    """How concentrated home's sources of each controlled good were before and after the shock (Herfindahl index)."""
    net, after = record.network, after_shock(record)
    home = focus(record).home
    mine = column(record, "country")[net.line_of[net.need_of]] == home
    result = {}
    for good in controlled_goods(record):
        links = mine & (net.need_good[net.need_of] == good)
        code = record.register.tables.goods[good].good
        for when, days in (("before", slice(0, after)), ("after", slice(after, None))):
            shipped = record.links["shipped"][days][:, links].sum(axis=0)
            by_supplier = np.bincount(net.supplier[links], shipped, minlength=len(net.good_of))
            result[f"source_concentration_{code}_{home}_{when}"] = json_number(concentration(by_supplier))
    return result


def peaks(record: Record) -> dict[str, Any]:
    """The worst moments: fewest vehicles, least cover of the stock's makers, highest spot prices abroad."""
    after = after_shock(record)
    home = focus(record).home
    cars = vehicle_lines(record) & (column(record, "country") == home)
    made = 100.0 * multiple(record.lines["output"][:, cars].sum(axis=1), float(record.network.baseline[cars].sum()))
    result = {f"lowest_vehicle_output_pct_{home}": json_number(made[after:].min(initial=np.inf))} if cars.any() else {}
    if magnet_makers(record).any():
        least = cover_of_magnet_makers(record)[after:].min(initial=np.inf)
        makers = makers_of(str(focus(record).stock_role)).replace(" ", "_")
        result[f"shortest_cover_days_{makers}_{home}"] = json_number(least)
    for good in controlled_goods(record):
        log = record.prices["spot_log"][after:, good, -1]
        contract = multiple(record.prices["contract"][after:, good], float(record.network.base_price[good]))
        code = record.register.tables.goods[good].good
        result[f"highest_spot_price_multiple_{code}"] = json_number((contract * np.exp(log)).max(initial=0.0))
    return result


def anonymous_firms(record: Record) -> dict[str, Any]:
    """Stops of anonymous firms and the value added that they did not make; empty in a world without any."""
    anonymous, after = record.anonymous, after_shock(record)
    if anonymous is None:
        return {}
    lost = float((anonymous.added_at_rest - anonymous.added[after:]).sum()) / JPY_MN_PER_BN
    return {
        "wide_lines": int(anonymous.lines.sum()),
        "wide_lines_stopped": int(anonymous.ever_stopped.sum()),
        "wide_most_lines_stopped_at_once": int(anonymous.stopped_lines[after:].sum(axis=1).max(initial=0)),
        "wide_most_lines_curtailed_at_once": int(anonymous.curtailed[after:].sum(axis=1).max(initial=0)),
        "wide_value_added_lost_jpy_bn": json_number(lost),
    }


def earliest_day(days: Array, after: int) -> int | None:
    """The earliest of some first days, counted from a day; None if there is none."""
    found = days[days >= 0]
    return int(found.min()) - after if len(found) else None


def median_days(days: Array) -> float | None:
    """The median of some spans of days; None without any, or if half of them are endless."""
    return json_number(np.median(days)) if len(days) else None


PARTS: tuple[Callable[[Record], dict[str, Any]], ...] = (
    identity, stops, losses, flow_of_orders, licences, sources, peaks, other_countries,
    anonymous_firms,
)  # fmt: skip
