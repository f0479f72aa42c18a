"""The charts of a seat: its figures day by day, and a forecast of what happens if nothing is done."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.metrics import STOPPED_BELOW, stopped
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match
from runs.simulation.money_units import choose_unit
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION, STOPPED

NEVER_DAYS = 365.0  # a stock that lasts longer is said not to run out within a year
SHOWN_COVER_DAYS = 999.0  # of cover at most, for a line that plans next to nothing
SETTLING_DAYS = 7  # over which what is made or earned a day is smoothed
Array = NDArray[Any]


def curves(match: Match) -> list[dict[str, Any]]:
    """A seat's own curves: name, unit, value today, all days so far, normal value, change a day, a note."""
    if match.seat.is_line:
        return [curve_of_output(match), *(curve_of_need(match, n) for n in planned_needs(match))]
    if match.seat.code.startswith("government"):
        return [*(curve_of_served(match, stock) for stock in seated_person(match).stocks), curve_of_stops(match)]
    return curves_of_office(match)


def curve(
    name: str,
    unit: str,
    value: float,
    past: Array,
    normal: float | None = None,
    slope: float = 0.0,
) -> dict[str, Any]:
    """A curve as the page draws it, without a note; slope: change a day."""
    return {
        "name": name,
        "unit": unit,
        "value": round(value, 1),
        "data": [round(float(each), 1) for each in past],
        "normal": normal,
        "slope": round(slope, 3),
        "note": "",
    }


def seated_person(match: Match) -> Any:
    """The person of the model in whose seat the player is."""
    return match.stage.people[match.seat.code]


def good_of(match: Match, n: int) -> str:
    """The name of the good of a need."""
    return str(match.stage.register.tables.goods[match.stage.world.network.need_good[n]].name)


def planned_needs(match: Match) -> list[int]:
    """The needs of a seat's line with a plan above zero."""
    row, net = match.stage.register.row(match.seat.code), match.stage.world.network
    mine = range(int(net.first_need[row]), int(net.first_need[row + 1]))
    return [n for n in mine if match.stage.world.state.plan[n] > 0.0]


def curve_of_output(match: Match) -> dict[str, Any]:
    """What the seat's line makes, in percent of normal."""
    row, net = match.stage.register.row(match.seat.code), match.stage.world.network
    base = max(1e-9, float(net.baseline[row]))
    past = 100.0 * match.watched_run.recorder.record().lines["output"][:, row] / base
    return curve("Output", "% of normal", float(past[-1]) if len(past) else 100.0, past, 100.0)


def curve_of_need(match: Match, n: int) -> dict[str, Any]:
    """Days of an input on the floor."""
    stage, net, state = match.stage, match.stage.world.network, match.stage.world.state
    plan = float(state.plan[n])
    rows = net.licence_of[net.first_link[n] : net.first_link[n + 1]]
    waiting = float(state.waiting[rows[rows >= 0]].sum()) / plan
    note = f"normal {net.normal_cover[n]:.0f}; on order {float(state.on_order[n]) / plan:.0f} days"
    if waiting >= 1.0:
        note += f", {waiting:.0f} of them at the licence office"
    return curve(
        good_of(match, n),
        "days left",
        float(stage.world.state.stock[n]) / plan,
        cover_so_far(match, np.array([n])),
        float(net.normal_cover[n]),
        -drain(match, np.array([n])),
    ) | {"note": note}


def curve_of_served(match: Match, stock: str) -> dict[str, Any]:
    """Days of cover of the lines that a state stock serves, and what is left in the stock."""
    who, net = seated_person(match), match.stage.world.network
    rows = who._served[stock]
    good = match.stage.register.tables.goods[net.good_of[who.stocks[stock]]].name
    normal = float((net.normal_cover[rows] * match.stage.world.state.plan[rows]).sum())
    plan = max(1e-9, who.use_of_served(stock))
    return curve(
        f"{good} with those you serve",
        "days left",
        min(SHOWN_COVER_DAYS, who.cover_of_served(stock)),
        cover_so_far(match, rows),
        round(normal / plan),
        -drain(match, rows),
    ) | {"note": f"{who.stock(stock):.0f} t in your stock, {who.stock(stock) / plan:.0f} days of what they use"}


def curve_of_stops(match: Match) -> dict[str, Any]:
    """Lines in the country of the seat that have stopped."""
    lines = match.watched_run.recorder.record().lines
    country = seated_person(match).country
    past = (stopped(lines["output"], lines["usual"]) & lines_in(match, country)).sum(axis=1)
    return curve(f"Lines stopped in {match.about.name(country)}", "", float(past[-1]) if len(past) else 0.0, past)


def lines_in(match: Match, country: str) -> Array:
    """Which lines are in a country."""
    return np.asarray(match.stage.register.firms["country"] == country)


def curves_of_office(match: Match) -> list[dict[str, Any]]:
    """The queue of the licensing authority and the earnings of the exporters."""
    waiting = np.array(match.watched_run.tallies.waiting)
    files = match.stage.world.state.ripe_files
    profit = smooth(exporters_profit(match) / JPY_MN_IN_A_BILLION)
    unit = choose_unit(profit)
    earned = profit / unit.billions
    return [
        curve("Applications waiting", "", float(waiting[-1]) if len(waiting) else 0.0, waiting)
        | {"note": f"{float(files.sum()):.0f} of them overdue"},
        curve(
            "Exporters earn a day",
            match.about.money_in(unit),
            float(earned[-1]) if len(earned) else 0.0,
            earned,
        ),
    ]


def exporters_profit(match: Match) -> Array:
    """What the exporters earned on each day, in millions."""
    return np.asarray(match.watched_run.recorder.record().lines["profit"][:, exporters(match)].sum(axis=1))


def exporters(match: Match) -> list[int]:
    """The lines that export under licence: over all of them an authority rules that is of their country."""
    ruled = [seated_person(match).country] if match.seat.is_authority else match.about.exporters
    tables = match.stage.register.tables
    minds = tables.minds_of_roles
    return [row for row, line in enumerate(tables.firms) if minds[line.role] == "processor" and line.country in ruled]


def smooth(days: Array) -> Array:
    """The mean of each day and those just before it."""
    sums = np.cumsum(np.concatenate([[0.0], days]))
    first = np.maximum(0, np.arange(len(days)) - SETTLING_DAYS + 1)
    return np.asarray((sums[1:] - sums[first]) / (np.arange(len(days)) - first + 1))


def cover_so_far(match: Match, rows: Array) -> Array:
    """Days of cover of some needs together on each day so far."""
    needs = match.watched_run.recorder.record().needs
    plan = needs["plan"][:, rows].sum(axis=1)
    out = np.full(len(plan), SHOWN_COVER_DAYS)
    np.divide(needs["stock"][:, rows].sum(axis=1), plan, out=out, where=plan > 0.0)
    return np.asarray(np.minimum(out, SHOWN_COVER_DAYS))


def drain(match: Match, rows: Array) -> float:
    """Days of cover that some needs together lose a day at the pace of the last turn; negative while they grow."""
    landed = match.watched_run.recorder.record().needs["landed"][-TURN_DAYS:, rows].sum(axis=1)
    plan = float(match.stage.world.state.plan[rows].sum())
    return 1.0 - float(landed.mean()) / plan if len(landed) and plan > 0.0 else 0.0


def runs_out(match: Match, rows: Array) -> float:
    """Days until some needs together are used up at the pace of the last turn; infinite if they are not."""
    plan, loss = float(match.stage.world.state.plan[rows].sum()), drain(match, rows)
    stock = float(match.stage.world.state.stock[rows].sum())
    days = stock / (plan * loss) if plan * loss > 1e-9 else np.inf
    return days if days < NEVER_DAYS else float("inf")


def forecast(match: Match) -> str:
    """What happens if nothing is done: the days until the line is stopped at today's pace."""
    if match.seat.is_line:
        return forecast_of_line(match)
    if match.seat.code.startswith("government"):
        return forecast_of_served(match)
    world, office = match.stage.world, match.stage.people[match.seat.code].office
    waiting = float(world.state.ripe_files[world.network.office_of == office].sum())
    speed = float(world.conditions.review_capacity[office] * world.policy.tempo[office])
    if waiting < 0.5:
        return "If you do nothing: every application is ruled on in its time."
    overdue = f"If you do nothing: {waiting:.0f} application{' is' if waiting < 1.5 else 's are'} overdue"
    if speed <= 0.0:
        return f"{overdue}, and nobody works on them."
    days = waiting / speed
    return f"{overdue}, {days:.0f} day{'' if 0.5 <= days < 1.5 else 's'} of work."


def forecast_of_line(match: Match) -> str:
    """The days until the seat's own line is stopped if deliveries stay as they are."""
    row = match.stage.register.row(match.seat.code)
    if match.stage.world.policy.run[row] < STOPPED_BELOW:
        return "If you do nothing: your line is stopped, for that is your order."
    if match.watched_run.state[row] == STOPPED:
        return "Your line has stopped. It runs again when inputs land."
    soonest, which = min(((runs_out(match, np.array([n])), n) for n in planned_needs(match)), default=(np.inf, -1))
    if not np.isfinite(soonest):
        return "If you do nothing: at today's pace no stock runs out within a year."
    what, lands = good_of(match, which), 1.0 - drain(match, np.array([which]))
    then = "your line stops" if lands < STOPPED_BELOW else f"your line falls to the {100 * lands:.0f} % that lands"
    when = f"runs out in {soonest:.0f} days" if soonest >= 1.0 else "is used up"
    return f"If you do nothing: at today's pace your stock of {what} {when}, and {then}."


def forecast_of_served(match: Match) -> str:
    """The days until the lines that the state stocks serve have nothing left."""
    who, words = seated_person(match), []
    for stock in who.stocks:
        rows = who._served[stock]
        days = runs_out(match, rows)
        if np.isfinite(days):
            words.append(f"those you serve run out of {good_of(match, int(rows[0]))} in {days:.0f} days")
    if not words:
        return "If you do nothing: at today's pace nobody whom you serve runs out within a year."
    return "If you do nothing: at today's pace " + " and ".join(words) + "."
