"""Lines produce: what a line wants, what it can, and which need binds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.physics.compiling import compiled
from model.state import DUE, MADE, Floats, Rows, Singles, World

USE_DAYS = 365.0  # days of memory in recent use: the authority reads a year of papers; assumption (low 60)
ROUNDING = 1e-9  # as a share: what a full stock lacks by rounding is no shortage


class Recipes(NamedTuple):
    """What lines draw from their stocks: the columns that say what can be made of what is there."""

    first_need: Rows
    dependence: Floats
    per_unit: Floats
    thrift: Singles
    stock: Floats
    restart_days: Singles
    normal_cover: Singles


@compiled
def lines_produce(w: World) -> None:
    """Each line makes what it wants as far as its stocks allow, and its stocks are used up.

    want = min(capacity, due + (target - finished) / adjust_days), never negative
    make = min over needs of (1 - dependence) want + min(dependence want, stock / (per_unit x thrift)), at most
    run x capacity
    A line that could make less than least_start of its usual output (or of what it wants, if that is less) is stopped,
    and starts again only with restart_days of each input on the floor (or half its normal cover, if that is less):
    plants stop by the week, not by the hour. A line that its maker keeps closed for want of parts makes nothing; on the
    day on which it is opened its maker has judged what it starts with. Whoever is closed or runs slower, so that parts
    last, wants and orders what it would make without.
    The need with the smallest make is recorded as binding; -1 where none holds the line back.
    """
    if w.network.most_overtime[0] > 0.0:
        overtime_is_set(w)
    lines_want(w)
    stocks_allow(w)
    makers_slow_down(w)
    net, st, fl = w.network, w.state, w.flows
    recipes = Recipes(
        net.first_need, net.dependence, net.per_unit, st.thrift, st.stock, net.restart_days, net.normal_cover
    )
    want, output, binding, finished, stopped = fl.want, fl.output, fl.binding, st.finished, st.stopped
    baseline, least_start, closed, closed_days = net.baseline, net.least_start, w.policy.closed, st.closed_days
    named = len(closed)
    for f in range(len(want)):
        make = output[f]
        usual = min(want[f], baseline[f])
        waits = stopped[f] > 0.0 and (f >= named or closed_days[f] == 0.0)
        lacking = awaited(recipes, f, usual) if waits else -1
        if make < least_start[f] * usual or lacking >= 0:
            make = 0.0
            if lacking >= 0:
                binding[f] = lacking
        if f < named:
            shut = closed[f] > 0.0 or (closed[f] < 0.0 and waits)
            closed_days[f] = closed_days[f] + 1.0 if closed[f] > 0.0 else 0.0
            if shut:
                make = 0.0
                if binding[f] < 0:
                    binding[f] = runs_out_first(w, f)
        stopped[f] = 1.0 if make < want[f] and make == 0.0 else 0.0
        finished[f] += make
        output[f] = make
    stocks_are_drawn(w)


@compiled
def lines_want(w: World) -> None:
    """What each line would make today if nothing were short: what is due and to fill the floor, within its capacity."""
    net, st, con, want = w.network, w.state, w.conditions, w.flows.want
    owed, market_backlog, demand, demand_times = w.flows.owed, st.market_backlog, net.demand, con.demand_times
    target, finished, adjust_days = net.finished_target, st.finished, net.adjust_days
    capacity, capacity_times, overtime = net.capacity, con.capacity_times, st.overtime
    may_work_longer = net.most_overtime[0] > 0.0
    for f in range(len(want)):
        due = owed[f] + market_backlog[f] + demand[f] * demand_times[f]
        gap = (target[f] - finished[f]) / adjust_days[f]
        most = capacity[f] * capacity_times[f]
        if may_work_longer:
            most *= 1.0 + overtime[f]
        want[f] = min(most, max(0.0, due + gap))


@compiled
def overtime_is_set(w: World) -> None:
    """Overtime of each line nears its most by the share of today's due that yesterday's output would not have filled.

    It ends as slowly where nothing is lacking.
    """
    overtime, output, due = w.state.overtime, w.flows.output, due_of_lines(w)
    most, step = w.network.most_overtime[0], 1.0 / w.network.overtime_days[0]
    for f in range(len(overtime)):
        lacking = (due[f] - output[f]) / due[f] if due[f] > 0.0 else 0.0
        aim = most if abs(lacking) > ROUNDING else 0.0
        weight = lacking if abs(lacking) > ROUNDING else 1.0
        overtime[f] = max(0.0, overtime[f] + (aim - overtime[f]) * weight * step)


@compiled
def due_of_lines(w: World) -> Floats:
    """What customers and the final market ask of each line today, F, units."""
    demand, demand_times, backlog = w.network.demand, w.conditions.demand_times, w.state.market_backlog
    owed, due = w.flows.owed, np.empty(len(demand))
    for f in range(len(due)):
        due[f] = owed[f] + backlog[f] + demand[f] * demand_times[f]
    return due


@compiled
def stocks_allow(w: World) -> None:
    """What each line can make of what it wants, and the need that binds.

    Where a world says so, a line slows down before an input runs out: what it makes with the input then falls with the
    stock as soon as that is below a share of a full one, which in the morning is the cover and the day that has landed.
    """
    net, stock, thrift = w.network, w.state.stock, w.state.thrift
    normal_cover, slows_below = net.normal_cover, net.slows_below[0]
    line_of, dependence, per_unit = net.line_of, net.dependence, net.per_unit
    want, output, binding = w.flows.want, w.flows.output, w.flows.binding
    for f in range(len(want)):
        output[f] = want[f]
        binding[f] = -1
    for n in range(len(line_of)):
        f, share = line_of[n], dependence[n]
        each = per_unit[n]
        if n < len(thrift):
            each *= thrift[n]
        if slows_below > 0.0:
            each *= max(1.0, slows_below * (normal_cover[n] + 1.0))
        if stock[n] < share * want[f] * each:
            can = (1.0 - share) * want[f] + stock[n] / each
            if can < output[f] * (1.0 - ROUNDING):
                output[f] = can
                binding[f] = n


@compiled
def makers_slow_down(w: World) -> None:
    """No line makes more than its people let it run, as a share of what it can make today."""
    run, capacity, times, overtime = w.policy.run, w.network.capacity, w.conditions.capacity_times, w.state.overtime
    output = w.flows.output
    for f in range(len(run)):
        if run[f] < 1.0:
            output[f] = min(output[f], run[f] * capacity[f] * times[f] * (1.0 + overtime[f]))


@compiled
def awaited(r: Recipes, f: int, usual: float) -> int:
    """The need of which a stopped line has not collected enough to start again; -1 if it may start."""
    for n in range(r.first_need[f], r.first_need[f + 1]):
        days = min(r.restart_days[f], 0.5 * r.normal_cover[n])
        each = r.per_unit[n] * (r.thrift[n] if n < len(r.thrift) else 1.0)
        if r.stock[n] < days * r.dependence[n] * usual * each:
            return n
    return -1


@compiled
def runs_out_first(w: World, f: int) -> int:
    """The need of a line whose stock lasts for the fewest days of planned draw; -1 for a line that plans nothing."""
    first_need, stock, plan = w.network.first_need, w.state.stock, w.state.plan
    found, least = -1, np.inf
    for n in range(first_need[f], first_need[f + 1]):
        if plan[n] > 0.0 and stock[n] / plan[n] < least:
            found, least = n, stock[n] / plan[n]
    return found


@compiled
def stocks_are_drawn(w: World) -> None:
    """What was made is taken from the stocks; recent use follows it, and the planned draw what is wanted.

    In worlds that say so the planned draw follows what is made, or what is due.
    """
    net, st, fl = w.network, w.state, w.flows
    line_of, dependence, per_unit, thrift = net.line_of, net.dependence, net.per_unit, st.thrift
    stock, use, plan, used, output = st.stock, st.use, st.plan, fl.used, fl.output
    followed, today = fl.want, 1.0 / net.plan_days[0]
    if net.plan_follows[0] == MADE:
        followed = output
    elif net.plan_follows[0] == DUE:
        followed = due_of_lines(w)
    for n in range(len(line_of)):
        f = line_of[n]
        each = dependence[n] * per_unit[n]
        if n < len(thrift):
            each *= thrift[n]
        used[n] = min(stock[n], output[f] * each)
        stock[n] -= used[n]
        use[n] += (used[n] - use[n]) * (1.0 / USE_DAYS)
        plan[n] += (followed[f] * each - plan[n]) * today


@compiled
def redesign_advances(w: World) -> None:
    """Thrift moves towards what the line aims at, as fast as redesign allows, and is not unlearned."""
    aim, thrift, least, days = w.policy.thrift, w.state.thrift, w.network.thrift_least, w.network.thrift_days
    redesigned = w.flows.redesigned
    for n in range(len(thrift)):
        redesigned[n] = 0.0
        if aim[n] < thrift[n]:
            before, full = thrift[n], 1.0 - least[n]
            thrift[n] = max(thrift[n] - full / max(1.0, days[n]), aim[n], least[n])
            if full > 0.0:
                redesigned[n] = (before - thrift[n]) / full
