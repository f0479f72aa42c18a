"""Somebody on the small stage: how to put a person into a situation and look at what it wishes."""

from __future__ import annotations

from typing import Any

from agents.firm import Firm
from model.chain import SupplyChain
from model.physics.sourcing import people_look_around
from model.scenario.event import Event
from tests.support.worlds import small_stage, world_of


def chain_with(*shocks: Event) -> SupplyChain:
    return world_of(small_stage(SEP="processor"), list(shocks), audited=False)


def row_of(chain: SupplyChain, supplier: str, client: str) -> int:
    links = chain.register.links
    return int(links.index[(links["supplier"] == supplier) & (links["line"] == client)][0])


def suffer(
    person: Any, news: float = 0.0, fill: float = 1.0, cover: float | None = None, promised: float = 0.0
) -> None:
    """Put somebody into a situation: what is read, what share arrives, days of cover, public money."""
    world = person.chain._world
    world.conditions.news[:], world.state.support[:] = news, promised
    world.state.shipped_mean[:] = fill * world.state.ordered_mean
    if cover is not None:
        mine = world.network.line_of == person.row
        world.state.stock[mine] = cover * world.state.plan[mine]
    people_look_around(person.chain._handle)


def wish(person: Firm, column: str, *about: str) -> float:
    """What somebody wishes for its line, of a good, or about a supplier or customer."""
    values = getattr(person.chain.world.policy, column)
    if not about:
        return float(values[person.row])
    if len(about) == 1 and about[0] in person.needs:
        return float(values[person._partners.needs[about[0]]])
    partners = person._partners
    return float(values[partners.customers[about[0]] if len(about) == 1 else partners.links[about[0]][about[1]]])
