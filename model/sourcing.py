"""Second sources: dormant links, the clocks of their qualification, and how an order is split."""

from __future__ import annotations

from numba import njit

from model.state import World

PROBE = 0.05  # assumption: a supplier that failed still gets a twentieth of its share, as a probe


@njit(cache=True)
def sources_qualify(w: World) -> None:
    """The clock of each second source that somebody pays for runs down by a day; last night's promises are known."""
    net, pol, st = w.network, w.policy, w.state
    st.support[:] = pol.support
    for link in range(len(net.need_of)):
        if st.clock[link] > 0.0:
            st.clock[link] = max(0.0, st.clock[link] - 1.0)
        elif st.clock[link] < 0.0 and pol.qualify[link] > 0.0:
            st.clock[link] = net.qualification_days[link]


@njit(cache=True)
def fill_rate(w: World, link: int) -> float:
    """Shipped over ordered in the last weeks; 1 where nothing was ordered."""
    ordered = w.state.ordered_mean[link]
    if ordered <= 0.0:
        return 1.0
    return min(1.0, w.state.shipped_mean[link] / ordered)


@njit(cache=True)
def appeal(w: World, link: int) -> float:
    """How large a part of an order a buyer means to give to this supplier, before the parts are made to add to 1."""
    if w.state.clock[link] != 0.0 or w.network.state_stock[w.network.supplier[link]] == 1:
        return 0.0  # not qualified yet; and a state stock gives, it does not sell
    if w.policy.split[link] <= 0.0:
        return 0.0
    line = w.network.line_of[w.network.need_of[link]]
    return w.policy.split[link] * max(fill_rate(w, link), PROBE) ** w.network.fill_sensitivity[line]
