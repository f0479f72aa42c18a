"""Dust: amounts of goods so small that they are nothing, flushed to zero and kept for the audit."""

from __future__ import annotations

from model.physics.compiling import compiled
from model.state import DUST, World


@compiled
def no_dust(amount: float) -> float:
    """An amount, or zero where it is dust."""
    return amount if amount >= DUST else 0.0


@compiled
def dust_is_swept(w: World) -> None:
    """Amounts of goods below DUST are flushed to zero; their sum is kept for the audit."""
    st, flushed = w.state, w.flows.flushed
    stock, on_order, plan, finished = st.stock, st.on_order, st.plan, st.finished
    for n in range(len(stock)):
        if abs(stock[n]) < DUST:
            flushed[0] += abs(stock[n])
            stock[n] = 0.0
        if abs(on_order[n]) < DUST:
            on_order[n] = 0.0
        if plan[n] < DUST:
            plan[n] = 0.0
    for f in range(len(finished)):
        if abs(finished[f]) < DUST:
            flushed[0] += abs(finished[f])
            finished[f] = 0.0
