"""Orders that wait: what each line owes its customers."""

from __future__ import annotations

from model.physics.compiling import compiled
from model.state import World


@compiled
def orders_are_counted(w: World) -> None:
    """Each line counts, before its day, what its customers have ordered and not been sent."""
    supplier, backlog, owed = w.network.supplier, w.state.backlog, w.flows.owed
    owed[:] = 0.0
    for link in range(len(backlog)):
        owed[supplier[link]] += backlog[link]
