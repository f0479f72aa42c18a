"""Makers share parts: what several lines of one maker use lies on one floor while its maker wants it there."""

from __future__ import annotations

import numpy as np

from model.physics.compiling import compiled
from model.state import World

NOBODY = -1


@compiled
def makers_share_parts(w: World) -> None:
    """Each maker deals out a part that its lines have in common: a day's draw to each in turn, the rest in proportion.

    What a line is allotted is its draw of a day; a line to which nothing is allotted leaves what it has to the others.
    Where nothing is allotted to anybody all stays where it is, and a line that keeps its stock apart neither gives nor
    gets. What is on order is not touched.
    """
    first_shared, shared, allotted, stock = w.network.first_shared, w.network.shared, w.policy.allotted, w.state.stock
    for p in range(len(first_shared) - 1):
        first, last = np.int64(first_shared[p]), np.int64(first_shared[p + 1])  # as signed
        together, claimed = 0.0, 0.0
        for i in range(first, last):
            n = shared[i]
            if allotted[n] >= 0.0:
                together += stock[n]
                claimed += allotted[n]
        if claimed > 0.0:
            deal_out(w, first, last, together, claimed)  # type: ignore[arg-type]


@compiled
def deal_out(w: World, first: int, last: int, together: float, claimed: float) -> None:
    """Deal out what lies together on the floor shared[first .. last - 1], of whose lines so much is claimed a day."""
    shared, allotted, stock = w.network.shared, w.policy.allotted, w.state.stock
    for i in range(first, last):
        if allotted[shared[i]] >= 0.0:
            stock[shared[i]] = 0.0
    left = together
    i = next_in_turn(w, first, last, NOBODY)
    while i != NOBODY:
        n = shared[i]
        stock[n] = min(left, allotted[n])
        left -= stock[n]
        i = next_in_turn(w, first, last, i)
    rest = left
    for i in range(first, last):
        n = shared[i]
        if allotted[n] > 0.0:
            part = min(left, rest * (allotted[n] / claimed))
            stock[n] += part
            left -= part
    stock[shared[next_in_turn(w, first, last, NOBODY)]] += left  # what is left by rounding


@compiled
def next_in_turn(w: World, first: int, last: int, after: int) -> int:
    """Whose turn it is on a floor, of those that draw on it, after somebody or nobody; NOBODY at the end."""
    shared, allotted, turn = w.network.shared, w.policy.allotted, w.policy.turn
    found = NOBODY
    for i in range(first, last):
        mine = turn[shared[i]]
        if allotted[shared[i]] <= 0.0:
            continue
        if after != NOBODY and (mine < turn[shared[after]] or (mine == turn[shared[after]] and i <= after)):
            continue
        if found == NOBODY or mine < turn[shared[found]]:
            found = i
    return found
