"""What a seat knows: its own books, suppliers' promises, public news, customs figures a month old."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.dates import in_words
from model.scenario.event import Event
from runs.game.game_file import GAME
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match
from runs.game.seat_charts import SHOWN_COVER_DAYS, cover_so_far, curve_of_stops, exporters, exporters_profit
from runs.simulation.money_units import MILLION, choose_unit
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION

CUSTOMS_DELAY_DAYS, CUSTOMS_DAYS = 30, 30
MOST_SUPPLIERS = 5
MOST_GOODS_AT_CUSTOMS = 4
Array = NDArray[Any]
Figures = dict[str, tuple[float, str, float]]


def own_figures(match: Match, day: int | None = None) -> Figures:
    """A seat's own numbers after so many days (default: today): name -> (value, unit, what counts as a large change).

    What no record keeps is missing for earlier days.
    """
    today = match.stage.day
    day = today if day is None else day
    if match.seat.is_line:
        return figures_of_line(match, day)
    if match.seat.code.startswith("government"):
        return figures_of_government(match, day)
    state, flows = match.stage.world.state, match.stage.world.flows
    out: Figures = {}
    if day > 0:
        unit = choose_unit([added_a_day(match, exporters(match))])
        earned = recent_profit(match, day) / JPY_MN_IN_A_BILLION / unit.billions
        out["Exporters earn a day"] = (earned, match.about.money_in(unit), 0.2 / unit.billions)
    if day == today:
        waiting, overdue = float(state.review_files.sum() + state.ripe_files.sum()), float(state.ripe_files.sum())
        out |= {"Applications waiting": (waiting, "", 50.0), "Overdue applications": (overdue, "", 20.0)}
        out["Ruled on today"] = (float(flows.granted.sum() + flows.denied.sum()), "", 20.0)
    elif day > 0:
        papers = match.watched_run.recorder.record().licences
        out["Applications waiting"] = (match.watched_run.tallies.waiting[day - 1], "", 50.0)
        out["Ruled on today"] = (float(papers["granted"][day - 1].sum() + papers["denied"][day - 1].sum()), "", 20.0)
    return out


def state_after(match: Match, table: str, name: str, day: int) -> Any:
    """A column of the world's state as it was after so many days."""
    if day > 0:
        return getattr(match.watched_run.recorder.record(), table)[name][day - 1]
    return getattr(match.stage.world.state, name)


def figures_of_government(match: Match, day: int) -> Figures:
    """The figures of a ministry: its stocks, the cover of the lines they serve, and the stops at home."""
    stage, person = match.stage, match.stage.people[match.seat.code]
    out: Figures = {}
    for stock, row in person.stocks.items():
        kind = stage.register.tables.goods[stage.world.network.good_of[row]]
        good, held = kind.name, float(state_after(match, "lines", "finished", day)[row])
        out[f"State stock of {good}"] = (held, kind.unit, 20.0)
        served = cover_so_far(match, person._served[stock])
        cover = float(served[day - 1]) if day > 0 else min(SHOWN_COVER_DAYS, person.cover_of_served(stock))
        out[f"{good} with those you serve"] = (cover, "days", 15.0)
    stops = curve_of_stops(match)["data"]
    out[f"Lines stopped in {match.about.name(person.country)}"] = (float(stops[day - 1]) if day > 0 else 0.0, "", 1.0)
    return out


def figures_of_line(match: Match, day: int) -> Figures:
    """The figures of a line: output, stocks, prices, debts to customers, profit."""
    stage, seat, net = match.stage, match.seat, match.stage.world.network
    row = stage.register.row(seat.code)
    zone = int(net.zone_of[net.country_of[row]])
    base = max(1e-9, float(net.baseline[row]))
    recent = {name: match.watched_run.recorder.record().lines[name][:day] for name in ("output", "profit")}
    stock, plans, prices = (
        state_after(match, table, name, day)
        for table, name in (("needs", "stock"), ("needs", "plan"), ("prices", "spot_log"))
    )
    out: Figures = {"Output": (100.0 * recent_mean(recent["output"], row, base) / base, "% of normal", 8.0)}
    for n in range(net.first_need[row], net.first_need[row + 1]):
        good, plan = stage.register.tables.goods[net.need_good[n]].name, float(plans[n])
        if plan > 0.0:
            out[f"Stock of {good}"] = (float(stock[n]) / plan, "days", 8.0)
            over = 100.0 * (exp(float(prices[net.need_good[n], zone])) - 1.0)
            out[f"Price of {good}"] = (over, "% over contract", 20.0)
    mine = net.out[net.first_out[row] : net.first_out[row + 1]]
    owed = float(
        state_after(match, "links", "backlog", day)[mine].sum()
        + state_after(match, "lines", "market_backlog", day)[row]
    )
    out["Owed to customers"] = (owed / base, "days of output", 3.0)
    if day > 0:  # before the first day nothing has been earned
        unit = choose_unit([added_a_day(match, [row])], MILLION)
        earned = recent_mean(recent["profit"], row, 0.0) / JPY_MN_IN_A_BILLION / unit.billions
        large = 0.15 * added_a_day(match, [row]) / unit.billions + 1.0
        out["Profit a day"] = (earned, match.about.money_in(unit), large)
    return out


def added_a_day(match: Match, rows: list[int]) -> float:
    """The value that some lines add a day at rest, in billions: it says in what unit their profits are told."""
    net = match.stage.world.network
    return float((net.baseline[rows] * net.value_added[rows]).sum()) / JPY_MN_IN_A_BILLION


def recent_mean(column: Any, row: int, otherwise: float) -> float:
    """The mean of the last two weeks of a line's column."""
    return float(column[-TURN_DAYS:, row].mean()) if len(column) else otherwise


def recent_profit(match: Match, day: int) -> float:
    """What the exporters earned a day, on average of the two weeks before a day, in millions."""
    profit = exporters_profit(match)[:day][-TURN_DAYS:]
    return float(profit.mean()) if len(profit) else 0.0


def announced(match: Match, since: date) -> list[Event]:
    """What was announced from a day on and before today; what was in force at the start is left out."""
    stage = match.stage
    return [shock for shock in stage.shocks if max(since, stage.start + timedelta(days=1)) <= shock.date < stage.today]


def public_news(match: Match) -> list[tuple[str, list[str]]]:
    """What everybody could read, newest day first: (date, notices); what was in force at the start is left out."""
    notices = dict[date, list[str]]()
    for shock in announced(match, match.stage.start):
        if shock.note not in notices.setdefault(shock.date, []):
            notices[shock.date].append(shock.note)
    return [(in_words(day), notices[day]) for day in sorted(notices, reverse=True)]


def promises(match: Match) -> list[dict[str, Any]]:
    """What suppliers promise: days of travel, what came of late, and whether they may be used."""
    if not match.seat.is_line:
        return []
    stage, person = match.stage, match.stage.people[match.seat.code]
    names = {line.line: line.short or line.name for line in stage.register.tables.firms}
    goods = {good.good: good.name for good in stage.register.tables.goods}
    out = []
    for good in person.needs:
        agreed = person.suppliers(good)
        for supplier in sorted(agreed, key=lambda s: -agreed[s]):
            clock = float(stage.world.state.clock[person._partners.links[good][supplier]])
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
    """Exports to the home country in the month that ended a month ago, as a share of a quiet month."""
    stage, net = match.stage, match.stage.world.network
    end = stage.day - CUSTOMS_DELAY_DAYS
    if end < CUSTOMS_DAYS:
        return []
    shipped = match.watched_run.recorder.record().links["shipped"][end - CUSTOMS_DAYS : end]
    countries = np.array([line.country for line in stage.register.tables.firms])
    routes = np.isin(countries[net.supplier], match.about.exporters)
    routes &= countries[net.line_of[net.need_of]] == match.about.home
    rest = net.contract_share * (net.baseline[net.line_of] * net.per_unit * net.dependence)[net.need_of]
    goods, sent = stage.register.tables.goods, net.need_good[net.need_of]
    quiet = np.bincount(sent[routes], rest[routes], len(goods)) * CUSTOMS_DAYS
    arrived = np.bincount(sent[routes], shipped[:, routes].sum(axis=0), len(goods))
    return [
        {"good": goods[place].name, "share": round(100 * float(arrived[place] / quiet[place]))}
        for place in goods_at_customs(match, quiet)
        if quiet[place] > 0.0
    ]


def goods_at_customs(match: Match, quiet: Array) -> list[int]:
    """The goods of which customs tells: those that the file of the game names, in another world the dearest trade."""
    if match.world.plan.world is None:
        goods = [good.good for good in match.stage.register.tables.goods]
        return [goods.index(good) for good in GAME.customs]
    worth = quiet * match.world.opening["contract"]
    return [int(place) for place in np.argsort(-worth, kind="stable")[:MOST_GOODS_AT_CUSTOMS]]


def customs_month(match: Match) -> str:
    """The month that the customs figures are about."""
    last = match.stage.start + timedelta(days=match.stage.day - CUSTOMS_DELAY_DAYS)
    return f"the month to {in_words(last)}"
