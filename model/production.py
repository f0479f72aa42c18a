"""Lines produce: what a line wants, what it can, and which need binds."""

from __future__ import annotations

from numba import njit

from model.orders import owed
from model.state import World

PLAN_DAYS = 14.0  # days of memory in the planned draw (exponential mean), model.md phase 7
USE_DAYS = 365.0  # days of memory in recent use: the authority reads a year of papers; assumption (low 60)


@njit(cache=True)
def lines_produce(w: World) -> None:
    """Each line makes what it wants as far as its stocks allow, and its stocks are used up.

    want = min(run x capacity, due + (target - finished) / adjust_days), never negative
    make = min over needs of (1 - dependence) want + min(dependence want, stock / (per_unit x thrift))
    A line that could make less than least_start of its usual output (or of what it wants, if that is less) stands,
    and starts again only with restart_days of each input on the floor (or half its normal cover, if that is less):
    plants stand by the week, not by the hour.
    The need with the smallest make is recorded as binding; -1 where none holds the line back.
    """
    net, st, fl = w.network, w.state, w.flows
    due = owed(w, st.market_backlog + net.demand * w.conditions.demand_times)
    for f in range(len(net.good_of)):
        want = wanted(w, f, due[f])
        make, binding = possible(w, f, want)
        usual = min(want, net.baseline[f])
        lacking = awaited(w, f, usual) if st.standing[f] > 0.0 else -1
        if make < net.least_start[f] * usual or lacking >= 0:
            make = 0.0
            binding = lacking if lacking >= 0 else binding
        st.standing[f] = 1.0 if make < want and make == 0.0 else 0.0
        for n in range(net.first_need[f], net.first_need[f + 1]):
            each = net.per_unit[n] * st.thrift[n]
            used = min(st.stock[n], net.dependence[n] * make * each)
            st.stock[n] -= used
            fl.used[n] = used
            st.use[n] += (used - st.use[n]) / USE_DAYS
            st.plan[n] += (net.dependence[n] * want * each - st.plan[n]) / PLAN_DAYS
        st.finished[f] += make
        fl.want[f] = want
        fl.output[f] = make
        fl.binding[f] = binding


@njit(cache=True)
def possible(w: World, f: int, want: float) -> tuple[float, int]:
    """What line f can make of what it wants, and the need that binds (-1: none)."""
    net, st = w.network, w.state
    make = want
    binding = -1
    for n in range(net.first_need[f], net.first_need[f + 1]):
        each = net.per_unit[n] * st.thrift[n]
        share = net.dependence[n]
        can = (1.0 - share) * want + min(share * want, st.stock[n] / each)
        if can < make * (1.0 - 1e-9):  # rounding of a full stock is no shortage
            make = can
            binding = n
    return make, binding


@njit(cache=True)
def awaited(w: World, f: int, usual: float) -> int:
    """The need of which a standing line has not collected enough to start again; -1 if it may start."""
    net, st = w.network, w.state
    for n in range(net.first_need[f], net.first_need[f + 1]):
        days = min(net.restart_days[f], 0.5 * net.normal_cover[n])
        if st.stock[n] < days * net.dependence[n] * usual * net.per_unit[n] * st.thrift[n]:
            return n
    return -1


@njit(cache=True)
def wanted(w: World, f: int, due: float) -> float:
    """What line f would make today if nothing were short, in units; `due` is what customers and market wait for."""
    net, con, pol, st = w.network, w.conditions, w.policy, w.state
    gap = (net.finished_target[f] - st.finished[f]) / net.adjust_days[f]
    limit = pol.run[f] * net.capacity[f] * con.capacity_times[f]
    return min(limit, max(0.0, due + gap))


@njit(cache=True)
def redesign_advances(w: World) -> None:
    """Thrift moves towards what the line aims at, as fast as redesign allows, and is not unlearned."""
    net, pol, st = w.network, w.policy, w.state
    for n in range(len(net.line_of)):
        if pol.thrift[n] < st.thrift[n]:
            pace = (1.0 - net.thrift_least[n]) / max(1.0, net.thrift_days[n])
            st.thrift[n] = max(st.thrift[n] - pace, pol.thrift[n], net.thrift_least[n])
