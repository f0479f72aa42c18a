"""Mass balance and bounds of a day: nothing is lost, nothing comes from nowhere, nothing is negative."""

from __future__ import annotations

import numpy as np

from model.state import Floats, World

TOLERANCE = 1e-9  # relative


class BooksDoNotBalance(AssertionError):
    """A day on which goods were lost, invented, or negative: an error of the model, not of its user."""


class Audit:
    """The auditor: remembers last night's goods and holds the day against them."""

    def __init__(self, world: World) -> None:
        self.before = goods_in_the_world(world)

    def check(self, world: World, day: int) -> None:
        """Hold the day against the laws; raise BooksDoNotBalance with good and amount where one is broken."""
        net, flows = world.network, world.flows
        after = goods_in_the_world(world)
        count = len(net.base_price)
        made = np.bincount(net.good_of, flows.output, count)
        used = np.bincount(net.need_good, flows.used, count) + np.bincount(net.good_of, flows.sold, count)
        gap = np.abs(self.before + made - used - after)
        scale = np.maximum.reduce([self.before, after, made, used]) + flows.flushed[0]
        wrong = np.flatnonzero(~(gap <= TOLERANCE * scale + flows.flushed[0]))  # true for what is not a number
        if len(wrong):
            raise BooksDoNotBalance(f"day {day}: good {wrong[0]} is off by {gap[wrong[0]]:.3g}")
        self.before = after
        check_bounds(world, day)


def goods_in_the_world(world: World) -> Floats:
    """All of each good that exists: on makers' floors, at sea and on buyers' floors, G."""
    net, state = world.network, world.state
    count = len(net.base_price)
    buyers = state.stock + at_sea(world)
    there = np.bincount(net.good_of, state.finished, count) + np.bincount(net.need_good, buyers, count)
    return np.asarray(there, np.float64)


def at_sea(world: World) -> Floats:
    """What is on its way to each need, N."""
    return np.asarray(np.add.reduceat(world.state.arriving, world.network.first_slot[:-1]), np.float64)


def check_bounds(world: World, day: int) -> None:
    """Nothing on a floor, at sea or in a queue is negative, and what is on order or applied for is all somewhere."""
    state, net = world.state, world.network
    for name in ("finished", "stock", "backlog", "waiting", "ripe", "arriving", "review", "market_backlog"):
        least = float(np.min(getattr(state, name), initial=0.0))
        if not least >= 0.0:
            raise BooksDoNotBalance(f"day {day}: {name} falls to {least:.3g}")
    count = len(net.line_of)
    somewhere = np.bincount(net.need_of, state.backlog, count) + at_sea(world)
    somewhere += np.bincount(net.need_of[net.link_of], state.waiting, count)
    gap = np.abs(somewhere - state.on_order)
    if not np.all(gap <= TOLERANCE * (np.max(somewhere, initial=0.0) + 1.0)):
        worst = int(np.argmax(gap))
        raise BooksDoNotBalance(f"day {day}: need {worst} has {gap[worst]:.3g} on order that is nowhere")
    files = state.ripe_files + state.review_files.sum(axis=0)
    gap = np.abs(files - state.waiting_files)
    if not np.all(gap <= TOLERANCE * (np.max(files, initial=0.0) + 1.0)):
        worst = int(np.argmax(gap))
        raise BooksDoNotBalance(f"day {day}: {gap[worst]:.3g} applications of licensed link {worst} are nowhere")
