"""Makers share parts: what several lines of one maker use lies on one floor while its maker wants it there."""

from __future__ import annotations

from model.physics.compiling import compiled
from model.state import World


@compiled
def makers_share_parts(w: World) -> None:
    """Each maker deals out a part that its lines have in common: in proportion to what each is meant to draw a day.

    part of line f = stock of all x allotted[f] / allotted of all, over the lines that do not keep their stock apart
    A line to which nothing is allotted leaves what it has to the others; where nothing is allotted to anybody all stays
    where it is. What is on order is not touched.
    """
    first_shared, shared, allotted, stock = w.network.first_shared, w.network.shared, w.policy.allotted, w.state.stock
    for p in range(len(first_shared) - 1):
        together, claimed, last = 0.0, 0.0, 0
        for i in range(first_shared[p], first_shared[p + 1]):
            n = shared[i]
            if allotted[n] >= 0.0:
                together += stock[n]
                claimed += allotted[n]
                if allotted[n] > 0.0:
                    last = n
        if claimed <= 0.0:
            continue
        left = together
        for i in range(first_shared[p], first_shared[p + 1]):
            n = shared[i]
            if allotted[n] >= 0.0:
                stock[n] = min(left, together * (allotted[n] / claimed))
                left -= stock[n]
        stock[last] += left  # what is left by rounding
