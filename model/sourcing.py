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
def deliveries_are_noted(w: World) -> None:
    """Before people decide, each buyer notes how well each supplier, and all of them together, have served it."""
    net, st, fl = w.network, w.state, w.flows
    for n in range(len(net.line_of)):
        served = 0.0
        for link in range(net.first_link[n], net.first_link[n + 1]):
            fl.fill[link] = fill_rate(st.shipped_mean[link], st.ordered_mean[link])
            served += net.contract_share[link] * fl.fill[link]
        fl.served[n] = min(1.0, served)


@njit(cache=True)
def suppliers_appeal(w: World) -> None:
    """How large a part of an order each buyer means to give each supplier, before the parts are made to add to 1.

    It is noted in the column of orders, where the clerks put the order itself in its place. A supplier that is not
    qualified yet gets none, nor does a state stock: it gives, it does not sell.
    """
    net, split, clock = w.network, w.policy.split, w.state.clock
    need_of, supplier, line_of, state_stock = net.need_of, net.supplier, net.line_of, net.state_stock
    ordered_mean, shipped_mean, sensitivity = w.state.ordered_mean, w.state.shipped_mean, net.fill_sensitivity
    appeal = w.flows.ordered
    for link in range(len(need_of)):
        part = 0.0
        if clock[link] == 0.0 and split[link] > 0.0 and state_stock[supplier[link]] == 0:
            rate = max(fill_rate(shipped_mean[link], ordered_mean[link]), PROBE)
            part = split[link]
            if rate < 1.0:
                part *= rate ** sensitivity[line_of[need_of[link]]]
        appeal[link] = part


@njit(cache=True)
def fill_rate(shipped: float, ordered: float) -> float:
    """Shipped over ordered in the last weeks; 1 where nothing was ordered."""
    return 1.0 if ordered <= 0.0 else min(1.0, shipped / ordered)
