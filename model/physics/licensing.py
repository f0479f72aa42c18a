"""Licences are ruled on: applications wait, are reviewed, granted, refused or sent back.

The rules that are carried out here were announced by the exporting country's licensing authority: individual
licences (up to 45 working days, about 63 days, by the dual-use export regulation, article 17), general licences
(about 15 days), a watch list (no time limit), and a ban.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.physics.compiling import compiled
from model.physics.papers import refused_at_once
from model.physics.shipping import slot_of
from model.state import BAN, DUST, FILING_DAYS, FREE, GENERAL, Floats, Singles, World

RECHECK_DAYS = 14  # assumption (low 7, high 30): papers that are sent back come again after two weeks


@compiled
def licences_are_ruled_on(w: World, day: int, luck: Floats) -> None:
    """Each authority rules on what is ripe, as far as its capacity goes, the files worth most first.

    Under a general licence a customer was examined once and shipments are only looked up, which takes no capacity
    (D15: the cycle fell from about 45 to 15 days while the queue of all others stayed).
    Capacity is shared over destinations by stance x applications waiting. Of each link's ruled batch, luck (K,
    uniform in 0..1, one number a link and day) says whether it is granted, refused or sent back. A granted amount
    is at most the ceiling times recent use for the days that it covers; the rest of it is refused.
    """
    rule, ripe, ripe_files, office_of = w.conditions.rule, w.state.ripe, w.state.ripe_files, w.network.office_of
    capacity, tempo = w.conditions.review_capacity, w.policy.tempo
    reviews_end(w, day)
    files = np.zeros(len(capacity))
    for k in range(len(ripe)):
        if rule[k] == GENERAL:
            rule_on(w, k, ripe[k], ripe_files[k], luck[k], day)
        files[office_of[k]] += ripe_files[k]
    for o in range(len(files)):
        if files[o] > 0.0:
            can_do = capacity[o] * tempo[o] if tempo[o] > 0.0 else 0.0  # unlimited x 0 is nothing
            office_rules(w, o, files[o], can_do, luck, day)


@compiled
def office_rules(w: World, o: int, files: float, can_do: float, luck: Floats, day: int) -> None:
    """One authority rules on all that is ripe with it, or on as many files as it can do, shared over destinations."""
    ripe, ripe_files, office_of, destination = (
        w.state.ripe, w.state.ripe_files, w.network.office_of, w.network.destination
    )  # fmt: skip
    if can_do >= files:
        for k in range(len(ripe)):
            if office_of[k] == o:
                rule_on(w, k, ripe[k], ripe_files[k], luck[k], day)
        return
    time = share_time(w, o, can_do)
    for k in worth_most_first(w):
        done = min(time[destination[k]], ripe_files[k])
        if office_of[k] == o and done > 0.0:
            time[destination[k]] -= done
            rule_on(w, k, ripe[k] * done / ripe_files[k], done, luck[k], day)


@compiled
def reviews_end(w: World, day: int) -> None:
    """The applications whose review ends today are ripe for a ruling."""
    st = w.state
    ripe, ripe_files, review, review_files = st.ripe, st.ripe_files, st.review, st.review_files
    slot = day % review.shape[0]
    for k in range(len(ripe)):
        ripe[k] += review[slot, k]
        ripe_files[k] += review_files[slot, k]
        review[slot, k] = 0.0
        review_files[slot, k] = 0.0


@compiled
def share_time(w: World, o: int, capacity: float) -> Floats:
    """The files of each destination on which an authority rules today, C: by stance x files ripe.

    Nobody idles while others wait.
    """
    destination, ripe_files, office_of = w.network.destination, w.state.ripe_files, w.network.office_of
    stance, own_stance = w.conditions.stance[o], w.policy.stance[o]
    files, time = np.zeros(len(stance)), np.zeros(len(stance))
    for k in range(len(destination)):
        if office_of[k] == o:
            files[destination[k]] += ripe_files[k]
    for _ in range(len(files)):
        left, weight = capacity, 0.0
        for c in range(len(files)):
            left -= time[c]
            if time[c] < files[c]:
                weight += stance[c] * own_stance[c] * files[c]
        if weight <= 0.0 or left <= DUST:
            break
        for c in range(len(files)):
            if time[c] < files[c]:
                time[c] = min(files[c], time[c] + left * stance[c] * own_stance[c] * files[c] / weight)
    return time


@compiled
def worth_most_first(w: World) -> NDArray[np.intp]:
    """The licensed links with ripe files, in the order in which the office takes these: those worth most first.

    Large, known buyers come first: in 2025 tonnes were back in July while most small files waited in September
    (facts A21 and D17); that the worth of a file decides is an assumption. Worth is compared in single precision: files
    that are worth the same but for rounding are taken in the order of links, on any processor.
    """
    net, ripe, ripe_files = w.network, w.state.ripe, w.state.ripe_files
    base_price, need_good, need_of, link_of = net.base_price, net.need_good, net.need_of, net.link_of
    waiting = np.flatnonzero(ripe_files > 0.0)
    worth = np.zeros(len(waiting), np.float32)  # below zero, so that the greatest comes first
    for i, k in enumerate(waiting):
        worth[i] -= ripe[k] / ripe_files[k] * base_price[need_good[need_of[link_of[k]]]]
    return waiting[in_order(worth)]


@compiled
def in_order(values: Singles) -> NDArray[np.intp]:
    """The places of values from least to greatest, equals in their order, K.

    Shell's way of 1959, for sorts of the library take seconds to compile.
    """
    places = np.arange(len(values))
    gap = len(values) // 2
    while gap > 0:
        for i in range(gap, len(places)):
            place, j = places[i], i
            while j >= gap and (values[place], place) < (values[places[j - gap]], places[j - gap]):
                places[j] = places[j - gap]
                j -= gap
            places[j] = place
        gap //= 2
    return places


@compiled
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
    st.waiting_files[k] = max(0.0, st.waiting_files[k] - files)
    st.backlog[link] += granted
    st.on_order[net.need_of[link]] -= amount - granted
    fl.granted_amount[k] += granted
    note_refusal(w, link, amount - granted)


@compiled
def note_refusal(w: World, link: int, amount: float) -> None:
    """What a named line is refused is put down."""
    refused = w.flows.refused
    if link < len(refused):
        refused[link] += amount


@compiled
def most_granted(w: World, k: int, files: float) -> float:
    """The most that a batch may get: a multiple of recent use for the days that its files cover, in units.

    The least of three multiples holds: the rule's for this flow, the mandate's and the office's own for its country.
    """
    net, con, pol, st = w.network, w.conditions, w.policy, w.state
    link = net.link_of[k]
    n = net.need_of[link]
    o, c = net.office_of[k], net.destination[k]
    days = files * FILING_DAYS / net.houses[net.line_of[n]]
    share = net.contract_share[link]
    if link < len(pol.split):
        share = max(share, pol.split[link])
    return min(con.most_use[k], con.ceiling[o, c], pol.ceiling[o, c]) * share * st.use[n] * days


@compiled
def rules_change(w: World, rows: NDArray[np.int64], day: int) -> None:
    """What waits on links whose rule changes is void under a ban, free at once, or begins its review anew."""
    for k in rows:
        if w.conditions.rule[k] == BAN:
            void(w, k, day)
        else:
            refile(w, k, day)


@compiled
def void(w: World, k: int, day: int) -> None:
    """A ban strikes: what waits, and the named part of the backlog and of what lies at customs, are void."""
    net, st = w.network, w.state
    link = net.link_of[k]
    refused = refused_at_once(w)[k]
    gone = st.waiting[k] + st.backlog[link] * refused
    st.backlog[link] *= 1.0 - refused
    gone += turn_back(w, k, refused, day)
    st.on_order[net.need_of[link]] -= gone
    clear_papers(w, k)
    note_refusal(w, link, gone)


@compiled
def turn_back(w: World, k: int, share: float, day: int) -> float:
    """A share of what lies at customs on a licensed link does not sail; the maker has it back. Returns the amount.

    A ban strikes in the morning: what was shipped in the last clearance days has not sailed yet.
    """
    net, st = w.network, w.state
    link, days = net.link_of[k], st.clearing.shape[0]
    n, back = net.need_of[link], 0.0
    for since in range(1, net.clearance[k] + 1):
        slot = (day - since) % days
        lands = st.clearing_lands[slot, k]
        if lands >= day:
            amount = share * st.clearing[slot, k]
            st.clearing[slot, k] -= amount
            sea = slot_of(lands, net.first_slot[n], net.first_slot[n + 1])
            back += min(amount, st.arriving[sea])
            st.arriving[sea] = max(0.0, st.arriving[sea] - amount)
    st.finished[net.supplier[link]] += back
    return back


@compiled
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
        st.waiting_files[k] = files


@compiled
def clear_papers(w: World, k: int) -> None:
    """Nothing of link k waits any more."""
    st = w.state
    for slot in range(st.review.shape[0]):
        st.review[slot, k] = 0.0
        st.review_files[slot, k] = 0.0
    st.ripe[k] = 0.0
    st.ripe_files[k] = 0.0
    st.waiting[k] = 0.0
    st.waiting_files[k] = 0.0
