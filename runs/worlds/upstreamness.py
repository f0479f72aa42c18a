"""How far each firm of a network is from the final market, and its place in the chain: a tier."""

from __future__ import annotations

import numpy as np

from runs.simulation.focus import INDUSTRY_TIER
from runs.worlds.flows import Array, NetworkFlows

CLOSE = 1e-9  # of a step from the final market; less counts as no change
MOST_ROUNDS = 1_000


def upstreamness(flows: NetworkFlows) -> Array:
    """How many sales lie between each firm and the final market, from 1, at most one more than there are tiers.

    It is the mean over all ways that its goods take, each counted by how much goes that way: one, and for what is sold
    to other firms theirs (Antras, Chor, Fally and Hillberry 2012). Who sells nothing to anybody is at the end.
    """
    sold = np.maximum(flows.sold(), np.finfo(float).tiny)
    share = flows.amount / sold[flows.seller]
    found = np.ones(flows.count)
    for _ in range(MOST_ROUNDS):  # it rises from round to round, and loops stop at the bound
        before = found
        beyond = np.bincount(flows.seller, share * before[flows.buyer], flows.count)
        found = np.minimum(1.0 + beyond, INDUSTRY_TIER)
        if np.max(found - before, initial=0.0) < CLOSE:
            break
    return found


def tiers_of_network(flows: NetworkFlows) -> list[int]:
    """The tier of each firm: that of industries for who sells to the final market, one less for each sale before."""
    steps = np.rint(upstreamness(flows) - 1.0).astype(int)
    return [int(tier) for tier in np.maximum(INDUSTRY_TIER - steps, 1)]
