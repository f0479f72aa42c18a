"""What a seat knows: its own books, suppliers' promises, public news, customs figures a month old."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp
from typing import Any

import numpy as np

from model.cascade import explain, first_stops, worst_beginning, worst_link
from model.causes import paper_root
from model.dates import in_words
from runs.browser.board import SHORT_NAMES
from runs.browser.card import RECENT_DAYS
from runs.browser.ledger import MOST_DAYS, exporters_profit
from runs.browser.match import TURN_DAYS, Match
from runs.browser.reel import CURTAILED, JPY_MN_IN_A_BILLION, STOPPED
from runs.record import Record

CUSTOMS_DELAY_DAYS, CUSTOMS_DAYS = 30, 30
CUSTOMS_GOODS = ("dytb", "alloy", "magnet_heavy", "magnet_light")
MOST_SUPPLIERS = 5
Figures = dict[str, tuple[float, str, float]]


def own_figures(match: Match) -> Figures:
    """A seat's own numbers: name -> (value, unit, what counts as a large change)."""
    stage, seat = match.stage, match.seat
    if seat.is_line:
        return figures_of_line(match)
    person = stage.people[seat.code]
    if seat.code.startswith("government"):
        out = {}
        for stock, row in person.stocks.items():
            good = stage.register.tables.goods[stage.world.network.good_of[row]].name
            out[f"State stock of {good}"] = (person.stock(stock), "t", 20.0)
            out[f"{good} with those you serve"] = (
                min(MOST_DAYS, person.cover_of_served(stock)),
                "days",
                15.0,
            )
        out["Lines stopped in Japan"] = (float(np.sum((match.reel.state == STOPPED) & match.reel.japan)), "", 1.0)
        return out
    state, flows = stage.world.state, stage.world.flows
    return {
        "Applications waiting": (float(state.review_files.sum() + state.ripe_files.sum()), "", 50.0),
        "Overdue applications": (float(state.ripe_files.sum()), "", 20.0),
        "Exporters earn a day": (recent_profit(match) / JPY_MN_IN_A_BILLION, "¥bn", 0.2),
        "Ruled on today": (float(flows.granted.sum() + flows.denied.sum()), "", 20.0),
    }


def figures_of_line(match: Match) -> Figures:
    """The books of a line."""
    stage, seat, net = match.stage, match.seat, match.stage.world.network
    row, state = stage.register.row(seat.code), stage.world.state
    base = max(1e-9, float(net.baseline[row]))
    recent = match.reel.recorder.record().lines
    out: Figures = {"Output": (100.0 * recent_mean(recent["output"], row, base) / base, "% of normal", 8.0)}
    for n in range(net.first_need[row], net.first_need[row + 1]):
        good = stage.register.tables.goods[net.need_good[n]].name
        plan = float(state.plan[n])
        if plan > 0.0:
            out[f"Stock of {good}"] = (float(state.stock[n]) / plan, "days", 8.0)
            out[f"Price of {good}"] = (
                100.0 * (exp(float(state.spot_log[net.need_good[n], 1])) - 1.0),
                "% over contract",
                20.0,
            )
    mine = net.out[net.first_out[row] : net.first_out[row + 1]]
    owed = float(state.backlog[mine].sum() + state.market_backlog[row]) / base
    out["Owed to customers"] = (owed, "days of output", 3.0)
    out["Profit a day"] = (
        recent_mean(recent["profit"], row, 0.0),
        "¥mn",
        0.15 * base * float(net.value_added[row]) + 1.0,
    )
    return out


def recent_mean(column: Any, row: int, otherwise: float) -> float:
    """The mean of the last two weeks of a line's column."""
    return float(column[-RECENT_DAYS:, row].mean()) if len(column) else otherwise


def recent_profit(match: Match) -> float:
    """What China's exporters earn a day, on average of the last two weeks, in million JPY."""
    profit = exporters_profit(match)[-RECENT_DAYS:]
    return float(profit.mean()) if len(profit) else 0.0


def moved_most(before: Figures, after: Figures) -> list[dict[str, Any]]:
    """The three numbers that moved most, each measured by what counts as a large change of it."""
    both = [(name, before[name][0], after[name][0], after[name][1], after[name][2]) for name in after if name in before]
    both.sort(key=lambda each: -abs(each[2] - each[1]) / each[4])
    return [{"name": name, "from": round(a, 1), "to": round(b, 1), "unit": unit} for name, a, b, unit, _ in both[:3]]


def why_so(match: Match) -> str:
    """One sentence on what lies behind the last turn."""
    stage, record = match.stage, match.reel.record()
    if not match.seat.is_line:
        return newest_stop(match, record) or latest_news(match)
    row = stage.register.row(match.seat.code)
    if match.reel.state[row] >= CURTAILED:
        return explain(record, row, worst_beginning(record, row))
    net, day = stage.world.network, stage.day - 1
    worst = None
    for n in range(net.first_need[row], net.first_need[row + 1]):
        plan = float(stage.world.state.plan[n])
        landed = float(record.needs["landed"][-TURN_DAYS:, n].mean())
        if plan > 0.0 and (worst is None or landed / plan < worst[1]):
            worst = (n, landed / plan)
    if worst is None or worst[1] > 0.8:
        return latest_news(match)
    good = stage.register.tables.goods[net.need_good[worst[0]]].name
    link, first, last = worst_link(record, worst[0], day)
    share = f"Only {100 * worst[1]:.0f} % of the {good} that you use has landed"
    if link < 0:
        return share + "."
    supplier = stage.register.tables.firms[int(net.supplier[link])].name
    root = paper_root(record, link, first, last)
    return (
        f"{share}: it is {supplier} that ships least, whose {root[1]}."
        if root
        else f"{share}: {supplier} ships less than agreed."
    )


def newest_stop(match: Match, record: Record) -> str:
    """The first stop of a line in Japan or South Korea within the last turn, back to its root; empty without one.

    Stops are in every paper; firms only read of their own.
    """
    home = match.reel.home
    new = [(day, row) for row, day in first_stops(record) if day >= match.stage.day - TURN_DAYS and home[row]]
    if not new:
        return ""
    day, row = min(new)
    more = f" {len(new) - 1} more stopped in these two weeks." if len(new) > 1 else ""
    return explain(record, row, day) + more


def latest_news(match: Match) -> str:
    """What was announced within the last turn, or that nothing was."""
    since = match.stage.today - timedelta(days=TURN_DAYS)
    told = [shock.note for shock in match.stage.shocks if since <= shock.date < match.stage.today]
    return told[-1] + "." if told else "A quiet fortnight: nothing was announced, and nothing stopped."


def public_news(match: Match) -> list[tuple[str, list[str]]]:
    """What everybody could read, newest day first: (date, notices); what was in force at the start is no news."""
    today, told = match.stage.today, dict[date, list[str]]()
    for shock in match.stage.shocks:
        if match.stage.start < shock.date < today and shock.note not in told.setdefault(shock.date, []):
            told[shock.date].append(shock.note)
    return [(f"{in_words(day, '%b')}", told[day]) for day in sorted(told, reverse=True)]


def promises(match: Match) -> list[dict[str, Any]]:
    """What suppliers promise: days of travel, what came of late, and whether they may be used."""
    if not match.seat.is_line:
        return []
    stage, person = match.stage, match.stage.people[match.seat.code]
    names = {line.line: SHORT_NAMES.get(line.firm, line.name) for line in stage.register.tables.firms}
    goods = {good.good: good.name for good in stage.register.tables.goods}
    out = []
    for good in person.needs:
        agreed = person.suppliers(good)
        for supplier in sorted(agreed, key=lambda s: -agreed[s]):
            clock = float(stage.world.state.clock[person._circle.links[good][supplier]])
            if agreed[supplier] > 0.0 or clock >= 0.0:
                state = (
                    f"usable in {clock:.0f} days"
                    if clock > 0.0
                    else f"{100 * person.fill_rate(good, supplier):.0f} % of orders came"
                )
                out.append(
                    {
                        "good": goods[good],
                        "name": names[supplier],
                        "share": round(100 * agreed[supplier]),
                        "lead": person.lead(good, supplier),
                        "state": state,
                    }
                )
    return out[: 2 * MOST_SUPPLIERS]


def customs(match: Match) -> list[dict[str, Any]]:
    """Exports from China to Japan in the month that ended a month ago, as a share of a quiet month."""
    stage, net = match.stage, match.stage.world.network
    end = stage.day - CUSTOMS_DELAY_DAYS
    shipped = match.reel.recorder.record().links["shipped"]
    firms, links = stage.register.firms, stage.register.links
    routes = (firms.loc[links["supplier"], "country"].to_numpy() == "CN") & (
        firms.loc[links["line"], "country"].to_numpy() == "JP"
    )
    rest = net.contract_share * (net.baseline[net.line_of] * net.per_unit * net.dependence)[net.need_of]
    out = []
    for good in CUSTOMS_GOODS:
        mine = routes & (links["good"] == good).to_numpy()
        quiet = float(rest[mine].sum()) * CUSTOMS_DAYS
        if end >= CUSTOMS_DAYS and quiet > 0.0:
            name = next(g.name for g in stage.register.tables.goods if g.good == good)
            out.append(
                {
                    "good": name,
                    "share": round(100 * float(shipped[end - CUSTOMS_DAYS : end, mine].sum()) / quiet),
                }
            )
    return out


def customs_month(match: Match) -> str:
    """The month that the customs figures are about."""
    last = match.stage.start + timedelta(days=match.stage.day - CUSTOMS_DELAY_DAYS)
    return f"the month to {in_words(last, '%B')}"
