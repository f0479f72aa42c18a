"""Orders placed and demand received by some lines, day by day, and how much one swings against the other."""

from __future__ import annotations

import numpy as np

from model.metrics import bullwhip
from runs.measures.quantities import after_shock, flow_at_rest, json_number, multiple
from runs.simulation.record import Array, Record

LEAST_VARIANCE = 1e-4  # variance of a series around 1 (a swing of one in a hundred) below which it counts as unchanging


def orders_placed(record: Record, lines: Array) -> Array:
    """What some lines order in all, day by day, as a multiple of what they order at rest, at base prices."""
    net, value = record.network, value_to_buyers(record, lines)
    rest = flow_at_rest(net)
    return multiple(worth(record.links["ordered"], value), float(rest @ value))


def demand_received(record: Record, lines: Array) -> Array:
    """What customers and the market ask of some lines, day by day, as a multiple of the same at rest."""
    net = record.network
    value = np.where(lines, net.base_price[net.good_of], 0.0)
    waiting = worth(record.lines["market_backlog"], value)
    final = worth(record.lines["sold"], value) + worth(record.lines["lost"], value) + np.diff(waiting, prepend=0.0)
    if record.anonymous is not None:
        final += record.anonymous.asked @ value
    sold = np.append(value, 0.0)[np.minimum(net.supplier, len(value))]  # anonymous suppliers are none of these lines
    return multiple(worth(record.links["ordered"], sold) + final, float(net.baseline @ value))


def value_to_buyers(record: Record, lines: Array) -> Array:
    """What a unit on each link is worth at base prices where some lines are the buyers, else 0, L."""
    net = record.network
    return np.where(lines[net.line_of], net.base_price[net.need_good], 0.0)[net.need_of]


def worth(amounts: Array, value: Array) -> Array:
    """What the amounts of each day are worth together, days; columns whose units are worth nothing are not read."""
    some = np.flatnonzero(value)
    return np.asarray(amounts[:, some] @ value[some])


def swing(record: Record, lines: Array) -> float | None:
    """The bullwhip ratio of some lines from the shock on; None where the demand that they met did not change."""
    after = after_shock(record)
    received = demand_received(record, lines)[after:]
    moved = len(received) > 0 and np.var(received) > LEAST_VARIANCE
    return json_number(bullwhip(orders_placed(record, lines)[after:], received)) if moved else None
