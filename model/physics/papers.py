"""Papers for an order: which part of it is refused at once, which needs a ruling, and how it is applied for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.physics.compiling import compiled
from model.state import BAN, FILING_DAYS, FREE, Floats, World

STATUTORY_DAYS = 63  # 45 working days, D14: no clerk plans for a longer review


class Papers(NamedTuple):
    """What the rules in force ask of an order on each licensed link, K each.

    refused: share of the order that comes back at once; needed: share of the rest that needs a ruling before the
    supplier may work on it; review: days that clerks plan for the review of an average unit; overdue: what has waited
    longer than that without a clock, in units, and is not expected any more.
    """

    refused: Floats
    needed: Floats
    review: Floats
    overdue: Floats


@compiled
def papers_of_orders(w: World, day: int) -> Papers:
    """What today's rules ask of orders."""
    rule, named, review_days = w.conditions.rule, w.conditions.named, w.conditions.review_days
    refused = refused_at_once(w)
    needed, review = np.zeros(len(named)), np.zeros(len(named))
    for k in range(len(named)):
        if rule[k] != FREE and rule[k] != BAN and refused[k] < 1.0:
            needed[k] = (named[k] - refused[k]) / (1.0 - refused[k])
        review[k] = needed[k] * min(review_days[k], STATUTORY_DAYS)
    return Papers(refused, needed, review, papers_overdue(w, day))


@compiled
def papers_overdue(w: World, day: int) -> Floats:
    """What of the goods that wait for a ruling clerks do not expect any more, K, in units.

    Under a rule with a longer review than the statute's, or with no clock at all, an application is counted as goods on
    order for the statutory days (D14). After them it lies where it is, and the clerk orders as if it were not there:
    assumption; that firms went on to order elsewhere while applications waited is D7 and E24.
    """
    rule, review_days, waiting, review = w.conditions.rule, w.conditions.review_days, w.state.waiting, w.state.review
    overdue = np.zeros(len(rule))
    for k in range(len(rule)):
        if rule[k] == FREE or rule[k] == BAN or review_days[k] <= STATUTORY_DAYS:
            continue
        expected, slot = 0.0, (day + review_days[k]) % review.shape[0]  # where the review of yesterday's papers ends
        for _ in range(STATUTORY_DAYS + 1):
            expected += review[slot, k]
            slot = slot - 1 if slot > 0 else review.shape[0] - 1  # and that of the day before
        overdue[k] = max(0.0, waiting[k] - expected)
    return overdue


@compiled
def refused_at_once(w: World) -> Floats:
    """Share of each licensed link's orders that comes back refused at once, K: banned, revoked, or for military use."""
    net, con, revoked = w.network, w.conditions, w.policy.revoked
    named, rule, military_ban, military = con.named, con.rule, con.military_ban, net.military
    link_of, need_of, line_of, office_of = net.link_of, net.need_of, net.line_of, net.office_of
    refused = np.zeros(len(named))
    for k in range(len(named)):
        buyer = line_of[need_of[link_of[k]]]
        refused[k] = named[k] * military_ban[k] * military[buyer]
        if rule[k] == BAN or (revoked[office_of[k], buyer] > 0.0 and rule[k] != FREE):
            refused[k] = named[k]
    return refused


@compiled
def file_application(w: World, k: int, taken: float, usual: float, share: float, day: int) -> float:
    """The buyer's houses hand in the papers that a share of an order needs; returns the amount that waits for a ruling.

    What needs no paper is another grade of the good: of it the line orders no more than it plans to draw, or used of
    late if that is more (usual), for a line that slows down for want of the licensed grade could use all of the other.
    The review ends after the review days of the rule.
    """
    amount = taken * share
    if amount <= 0.0:
        return 0.0
    amount += max(0.0, taken - amount - usual * (1.0 - share))
    net, con, st, fl = w.network, w.conditions, w.state, w.flows
    slot = (day + 1 + con.review_days[k]) % st.review.shape[0]
    files = net.houses[net.line_of[net.need_of[net.link_of[k]]]] / FILING_DAYS
    st.review[slot, k] += amount
    st.review_files[slot, k] += files
    st.waiting[k] += amount
    st.waiting_files[k] += files
    fl.filed[k] += files
    fl.filed_amount[k] += amount
    return amount
