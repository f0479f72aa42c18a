"""What a seat knows: its own books, suppliers' promises, public news, customs figures a month old."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp
from typing import Any

import numpy as np

from model.cascade import explain, worst_link
from model.causes import paper_root
from model.dates import in_words
from model.metrics import CURTAILED_BELOW, RECOVERED_FROM
from model.scenario.events import Event
from runs.browser.game.match import TURN_DAYS, Match
from runs.browser.game.rulings import rulings_told
from runs.browser.game.seat_charts import MOST_DAYS, cover_so_far, curve_of_stops, exporters_profit
from runs.browser.parts.board import SHORT_NAMES
from runs.browser.parts.card import RECENT_DAYS
from runs.simulation.record import Record
from runs.simulation.watched_run import CURTAILED, JPY_MN_IN_A_BILLION, STOPPED

CUSTOMS_DELAY_DAYS, CUSTOMS_DAYS = 30, 30
CUSTOMS_GOODS = ("dytb", "alloy", "magnet_heavy", "magnet_light")
MOST_SUPPLIERS = 5
ENOUGH_LANDED = 0.8  # of what a line plans to use; where less has landed it is told
Figures = dict[str, tuple[float, str, float]]


def own_figures(match: Match, day: int | None = None) -> Figures:
    """A seat's own numbers after so many days (default: today): name -> (value, unit, what counts as a large change).

    What no record keeps is left out of days that have passed.
    """
    today = match.stage.day
    day = today if day is None else day
    if match.seat.is_line:
        return figures_of_line(match, day)
    if match.seat.code.startswith("government"):
        return figures_of_government(match, day)
    state, flows = match.stage.world.state, match.stage.world.flows
    out = {"Exporters earn a day": (recent_profit(match, day) / JPY_MN_IN_A_BILLION, "¥bn", 0.2)}
    if day == today:
        waiting, overdue = float(state.review_files.sum() + state.ripe_files.sum()), float(state.ripe_files.sum())
        out |= {"Applications waiting": (waiting, "", 50.0), "Overdue applications": (overdue, "", 20.0)}
        out["Ruled on today"] = (float(flows.granted.sum() + flows.denied.sum()), "", 20.0)
    elif day > 0:
        papers = match.reel.recorder.record().licences
        out["Applications waiting"] = (match.reel.tallies.waiting[day - 1], "", 50.0)
        out["Ruled on today"] = (float(papers["granted"][day - 1].sum() + papers["denied"][day - 1].sum()), "", 20.0)
    return out


def column(match: Match, table: str, name: str, day: int) -> Any:
    """A column of the world's state as it was after so many days."""
    if day > 0:
        return getattr(match.reel.recorder.record(), table)[name][day - 1]
    return getattr(match.stage.world.state, name)


def figures_of_government(match: Match, day: int) -> Figures:
    """The stocks of a state, those whom they serve, and the lines at home."""
    stage, person = match.stage, match.stage.people[match.seat.code]
    out: Figures = {}
    for stock, row in person.stocks.items():
        good = stage.register.tables.goods[stage.world.network.good_of[row]].name
        out[f"State stock of {good}"] = (float(column(match, "lines", "finished", day)[row]), "t", 20.0)
        served = cover_so_far(match, person._served[stock])
        cover = float(served[day - 1]) if day > 0 else min(MOST_DAYS, person.cover_of_served(stock))
        out[f"{good} with those you serve"] = (cover, "days", 15.0)
    stops = curve_of_stops(match)["data"]
    out["Lines stopped in Japan"] = (float(stops[day - 1]) if day > 0 else 0.0, "", 1.0)
    return out


def figures_of_line(match: Match, day: int) -> Figures:
    """The books of a line."""
    stage, seat, net = match.stage, match.seat, match.stage.world.network
    row = stage.register.row(seat.code)
    zone = int(net.zone_of[net.country_of[row]])
    base = max(1e-9, float(net.baseline[row]))
    recent = {name: match.reel.recorder.record().lines[name][:day] for name in ("output", "profit")}
    stock, plans, prices = (
        column(match, table, name, day)
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
        column(match, "links", "backlog", day)[mine].sum() + column(match, "lines", "market_backlog", day)[row]
    )
    out["Owed to customers"] = (owed / base, "days of output", 3.0)
    large = 0.15 * base * float(net.value_added[row]) + 1.0
    out["Profit a day"] = (recent_mean(recent["profit"], row, 0.0), "¥mn", large)
    return out


def recent_mean(column: Any, row: int, otherwise: float) -> float:
    """The mean of the last two weeks of a line's column."""
    return float(column[-RECENT_DAYS:, row].mean()) if len(column) else otherwise


def recent_profit(match: Match, day: int) -> float:
    """What China's exporters earned a day, on average of the two weeks before a day, in million JPY."""
    profit = exporters_profit(match)[:day][-RECENT_DAYS:]
    return float(profit.mean()) if len(profit) else 0.0


def moved_most(before: Figures, after: Figures) -> list[dict[str, Any]]:
    """The three numbers that moved most, each measured by what counts as a large change of it."""
    both = [(name, before[name][0], after[name][0], after[name][1], after[name][2]) for name in after if name in before]
    both.sort(key=lambda each: -abs(each[2] - each[1]) / each[4])
    return [{"name": name, "from": round(a, 1), "to": round(b, 1), "unit": unit} for name, a, b, unit, _ in both[:3]]


def why_so(match: Match) -> str:
    """What lies behind the last turn, in a sentence or two; that all was quiet only where all was quiet."""
    told = rulings_told(match)
    why = reason_of_line(match) if match.seat.is_line else newest_stop(match)
    why = why or latest_news(match)
    if why or not told:
        told.append(why or nothing_announced(match))
    return " ".join(told)


def reason_of_line(match: Match) -> str:
    """Why the seat's own line stood or was short in the last turn, or what it is running short of; empty if not."""
    row, record = match.stage.register.row(match.seat.code), match.reel.record()
    day = began(match, row)
    if day < 0:
        return shortest_delivery(match, record)
    net, run = match.stage.world.network, float(match.stage.world.policy.run[row])
    if record.lines["binding"][day, row] < 0 and run < CURTAILED_BELOW:
        made = 100.0 * float(record.lines["output"][-1, row]) / max(1e-9, float(net.baseline[row]))
        return f"Your line makes {made:.0f} % of normal: by order it runs at {100 * run:.0f} % of its capacity at most."
    again = "" if match.reel.state[row] >= CURTAILED else " By the end of the two weeks it ran above half again."
    return explain(record, row, day) + again


def began(match: Match, row: int) -> int:
    """The day on which a line's newest stop began, else its newest days below half, if any of it fell into the last
    turn; -1 otherwise."""
    since, first, stop = match.stage.day - TURN_DAYS, -1, -1
    for begin, last, state in reversed(match.reel.spells.get(row, [])):
        if state < CURTAILED:
            continue
        if last < (since if first < 0 else first - 1):
            break
        first = begin
        stop = begin if state == STOPPED else stop
    return stop if stop >= 0 else first


def shortest_delivery(match: Match, record: Record) -> str:
    """Of which input least has landed in the last turn, and why; empty where enough of all has."""
    stage, net = match.stage, match.stage.world.network
    row, worst = stage.register.row(match.seat.code), None
    for n in range(net.first_need[row], net.first_need[row + 1]):
        plan = float(stage.world.state.plan[n])
        landed = float(record.needs["landed"][-TURN_DAYS:, n].mean())
        if plan > 0.0 and (worst is None or landed / plan < worst[1]):
            worst = (n, landed / plan)
    if worst is None or worst[1] > ENOUGH_LANDED:
        return ""
    good = stage.register.tables.goods[net.need_good[worst[0]]].name
    share = f"Only {100 * worst[1]:.0f} % of the {good} that you plan to use has landed"
    link, first, last = worst_link(record, worst[0], stage.day - 1)
    if link < 0:
        return share + "."
    supplier = stage.register.tables.firms[int(net.supplier[link])].name
    root = paper_root(record, link, first, last)
    if root:
        return f"{share}: most is missing from {supplier}, whose {root[1]}."
    ordered, shipped = (float(record.links[name][first:last, link].sum()) for name in ("ordered", "shipped"))
    if shipped >= RECOVERED_FROM * ordered:
        return f"{share}: no more was ordered; {supplier} ships what you order."
    return f"{share}: {supplier} ships less than you order."


def newest_stop(match: Match) -> str:
    """The first stop of a line in Japan or South Korea within the last turn, back to its root; empty without one.

    Stops are in every paper; firms only read of their own.
    """
    since, home = match.stage.day - TURN_DAYS, match.reel.home
    new = {
        row: min(begin for begin, _, state in spells if state == STOPPED and begin >= since)
        for row, spells in match.reel.spells.items()
        if home[row] and any(state == STOPPED and begin >= since for begin, _, state in spells)
    }
    if not new:
        return ""
    day, row = min((day, row) for row, day in new.items())
    more = f" {len(new) - 1} more stopped in these two weeks." if len(new) > 1 else ""
    return explain(match.reel.record(), row, day) + more


def latest_news(match: Match) -> str:
    """What was announced first on the newest day with news in the last turn; empty where nothing was."""
    told = announced(match, match.stage.today - timedelta(days=TURN_DAYS))
    newest = [shock.note for shock in told if shock.date == told[-1].date]
    return f"{newest[0]}." if newest else ""


def nothing_announced(match: Match) -> str:
    """How the last turn was where nothing was announced: quiet, or what stood and what changed most."""
    stands, below = (int(np.sum(match.reel.state == state)) for state in (STOPPED, CURTAILED))
    since = match.stage.day - TURN_DAYS
    some = sum(
        any(last >= since and state >= CURTAILED for _, last, state in spells) for spells in match.reel.spells.values()
    )
    changed = changed_most(match)
    if not some and not changed:
        return "A quiet fortnight: nothing was announced, and nothing stopped."
    words = ["nothing stopped"]
    if stands or below:
        words = [counted(stands, "stands still", "stand still")] if stands else []
        words += [counted(below, "runs below half", "run below half")] if below else []
    elif some:
        words = [f"{counted(some, 'was', 'were')} below half for a while"]
    told = f"Nothing was announced; {' and '.join(words)}."
    return f"{told} {changed}" if changed else told


def counted(lines: int, one: str, many: str) -> str:
    """So many lines and what they do.

    >>> counted(1, "stands still", "stand still"), counted(9, "stands still", "stand still")
    ('1 line stands still', '9 lines stand still')
    """
    return f"1 line {one}" if lines == 1 else f"{lines} lines {many}"


def changed_most(match: Match) -> str:
    """The seat's own number that changed most in the last turn, in a sentence; empty where none changed much."""
    before, after = own_figures(match, max(1, match.stage.day - TURN_DAYS)), own_figures(match)
    large = [name for name in after if name in before and abs(after[name][0] - before[name][0]) >= after[name][2]]
    if not large:
        return ""
    (most,) = moved_most({name: before[name] for name in large}, after)[:1]
    first, last = (f"{number:,.0f}" if abs(number) >= 100 else f"{number:g}" for number in (most["from"], most["to"]))
    return f"What changed most for you: {most['name']}, from {first} to {last} {most['unit']}".strip() + "."


def announced(match: Match, since: date) -> list[Event]:
    """What was announced from a day on and before today; what was in force at the start is no news."""
    stage = match.stage
    return [shock for shock in stage.shocks if max(since, stage.start + timedelta(days=1)) <= shock.date < stage.today]


def public_news(match: Match) -> list[tuple[str, list[str]]]:
    """What everybody could read, newest day first: (date, notices); what was in force at the start is no news."""
    told = dict[date, list[str]]()
    for shock in announced(match, match.stage.start):
        if shock.note not in told.setdefault(shock.date, []):
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
