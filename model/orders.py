"""Orders that wait: what each line owes its customers."""

from __future__ import annotations

from numba import njit

from model.state import Floats, World


@njit(cache=True)
def owed(w: World, due: Floats) -> Floats:
    """Add what each line owes its customers to what is due from it already, F."""
    supplier, backlog = w.network.supplier, w.state.backlog
    for link in range(len(backlog)):
        due[supplier[link]] += backlog[link]
    return due
