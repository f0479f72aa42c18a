"""Licences are ruled on: applications wait, are reviewed, granted, refused or sent back.

The rules that are carried out here were announced by the exporting country's licensing authority: individual
licences (up to 45 working days, about 63 days, by the dual-use export regulation, article 17), general licences
(about 15 days), a watch list (no time limit), and a ban.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from model.state import BAN, DUST, FILING_DAYS, FREE, GENERAL, Floats, World

RECHECK_DAYS = 14  # assumption (low 7, high 30): papers that are sent back come again after two weeks


@njit(cache=True)
def refused_share(w: World, k: int) -> float:
    """Share of a licensed link's orders that comes back refused at once."""
    con = w.conditions
    buyer = w.network.line_of[w.network.need_of[w.network.link_of[k]]]
    if con.rule[k] == BAN or (w.policy.revoked[buyer] > 0.0 and con.rule[k] != FREE):
        return con.named[k]
    return con.named[k] * con.military_ban[k] * w.network.military[buyer]


@njit(cache=True)
def licensed_share(w: World, k: int) -> float:
    """Share of the orders taken that needs a ruling before the supplier may work on it."""
    rule = w.conditions.rule[k]
    if rule in (FREE, BAN):
        return 0.0
    refused = refused_share(w, k)
    if refused >= 1.0:
        return 0.0
    return (w.conditions.named[k] - refused) / (1.0 - refused)


@njit(cache=True)
def file_application(w: World, k: int, amount: float, day: int) -> None:
    """The buyer's houses hand in their papers; the review ends after the review days of the rule."""
    net, con, st, fl = w.network, w.conditions, w.state, w.flows
    slot = (day + 1 + con.review_days[k]) % st.review.shape[0]
    files = net.houses[net.line_of[net.need_of[net.link_of[k]]]] / FILING_DAYS
    st.review[slot, k] += amount
    st.review_files[slot, k] += files
    st.waiting[k] += amount
    fl.filed[k] += files
    fl.filed_amount[k] += amount


@njit(cache=True)
def licences_are_ruled_on(w: World, day: int, luck: Floats) -> None:
    """The authority rules on what is ripe, as far as its capacity goes, the files worth most first.

    Under a general licence a customer was examined once and shipments are only looked up, which takes no capacity
    (D15: the cycle fell from about 45 to 15 days while the queue of all others stayed).
    Capacity is shared over destinations by stance x applications waiting. Of each link's ruled batch, luck (K,
    uniform in 0..1, one number a link and day) says whether it is granted, refused or sent back. A granted amount
    is at most the ceiling times recent use for the days that it covers; the rest of it is refused.
    """
    net, con, pol, st = w.network, w.conditions, w.policy, w.state
    slot = day % st.review.shape[0]
    ripe = 0.0
    for k in range(len(net.link_of)):
        st.ripe[k] += st.review[slot, k]
        st.ripe_files[k] += st.review_files[slot, k]
        st.review[slot, k] = 0.0
        st.review_files[slot, k] = 0.0
        if con.rule[k] == GENERAL:
            rule_on(w, k, st.ripe[k], st.ripe_files[k], luck[k], day)
        ripe += st.ripe_files[k]
    if ripe <= 0.0:
        return
    capacity = con.review_capacity[0] * pol.tempo[0] if pol.tempo[0] > 0.0 else 0.0  # unlimited x 0 is nothing
    if capacity >= ripe:
        for k in range(len(net.link_of)):
            rule_on(w, k, st.ripe[k], st.ripe_files[k], luck[k], day)
        return
    time = share_time(w, capacity)
    for k in worth_most_first(w):
        files = min(time[net.destination[k]], st.ripe_files[k])
        if files > 0.0:
            time[net.destination[k]] -= files
            rule_on(w, k, st.ripe[k] * files / st.ripe_files[k], files, luck[k], day)


@njit(cache=True)
def share_time(w: World, capacity: float) -> Floats:
    """The files that each destination has ruled on today, C: by stance x files ripe; nobody idles while others wait."""
    net, con, pol, st = w.network, w.conditions, w.policy, w.state
    files = np.zeros(len(net.zone_of))
    for k in range(len(net.link_of)):
        files[net.destination[k]] += st.ripe_files[k]
    time = np.zeros(len(files))
    for _ in range(len(files)):
        heft = con.stance * pol.stance * np.where(time < files, files, 0.0)
        left = capacity - np.sum(time)
        if np.sum(heft) <= 0.0 or left <= DUST:
            break
        time = np.minimum(files, time + left * heft / np.sum(heft))
    return time


@njit(cache=True)
def worth_most_first(w: World) -> NDArray[np.intp]:
    """The licensed links in the order in which the office takes their ripe files, K: those worth most first.

    Large, known buyers come first: in 2025 tonnes were back in July while most small files waited in September
    (facts A21 and D17); that the worth of a file decides is an assumption.
    """
    net, st = w.network, w.state
    worth = np.zeros(len(net.link_of))
    for k in range(len(worth)):
        if st.ripe_files[k] > 0.0:
            worth[k] = st.ripe[k] / st.ripe_files[k] * net.base_price[net.need_good[net.need_of[net.link_of[k]]]]
    return np.argsort(-worth, kind="mergesort")


@njit(cache=True)
def rule_on(w: World, k: int, amount: float, files: float, chance: float, day: int) -> None:
    """Rule on a batch: grant it up to the ceiling, refuse it, or send it back for more papers."""
    net, con, st, fl = w.network, w.conditions, w.state, w.flows
    if files <= 0.0:
        return
    st.ripe[k] = max(0.0, st.ripe[k] - amount)
    st.ripe_files[k] = max(0.0, st.ripe_files[k] - files)
    if st.ripe_files[k] == 0.0:
        st.ripe[k] = 0.0
    if con.grant_share[k] <= chance < 1.0 - con.refuse_share[k]:
        slot = (day + RECHECK_DAYS) % st.review.shape[0]
        st.review[slot, k] += amount
        st.review_files[slot, k] += files
        return
    granted = 0.0
    if chance < con.grant_share[k]:
        granted = min(amount, most_granted(w, k, files))
        fl.granted[k] += files
    else:
        fl.denied[k] += files
    link = net.link_of[k]
    st.waiting[k] = max(0.0, st.waiting[k] - amount)
    st.backlog[link] += granted
    st.on_order[net.need_of[link]] -= amount - granted
    fl.granted_amount[k] += granted
    fl.refused[link] += amount - granted


@njit(cache=True)
def most_granted(w: World, k: int, files: float) -> float:
    """The most that a batch may get: the ceiling times recent use for the days that its files cover, in units."""
    net, con, pol, st = w.network, w.conditions, w.policy, w.state
    link = net.link_of[k]
    n = net.need_of[link]
    c = net.destination[k]
    days = files * FILING_DAYS / net.houses[net.line_of[n]]
    share = max(net.contract_share[link], pol.split[link])
    return min(con.ceiling[c], pol.ceiling[c]) * share * st.use[n] * days


@njit(cache=True)
def void(w: World, k: int) -> None:
    """A ban strikes: what waits and the named part of the backlog are void, and the buyer knows."""
    net, st, fl = w.network, w.state, w.flows
    link = net.link_of[k]
    gone = st.waiting[k] + st.backlog[link] * refused_share(w, k)
    st.backlog[link] *= 1.0 - refused_share(w, k)
    st.on_order[net.need_of[link]] -= gone
    clear_papers(w, k)
    fl.refused[link] += gone


@njit(cache=True)
def refile(w: World, k: int, day: int) -> None:
    """A rule changes: what waits is free at once, or begins its review anew under the new rule."""
    net, con, st = w.network, w.conditions, w.state
    link = net.link_of[k]
    amount, files = st.waiting[k], st.ripe_files[k]
    for slot in range(st.review.shape[0]):
        files += st.review_files[slot, k]
    clear_papers(w, k)
    if con.rule[k] == FREE:
        st.backlog[link] += amount
    elif amount > 0.0:
        slot = (day + con.review_days[k]) % st.review.shape[0]
        st.review[slot, k] = amount
        st.review_files[slot, k] = files
        st.waiting[k] = amount


@njit(cache=True)
def clear_papers(w: World, k: int) -> None:
    """Nothing of link k waits any more."""
    st = w.state
    for slot in range(st.review.shape[0]):
        st.review[slot, k] = 0.0
        st.review_files[slot, k] = 0.0
    st.ripe[k] = 0.0
    st.ripe_files[k] = 0.0
    st.waiting[k] = 0.0
