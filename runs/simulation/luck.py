"""Whether the seed can matter: runs of a scenario with different seeds are the same where nothing is drawn."""

from __future__ import annotations

from agents.licensing_authority import links_that_pass_through
from model.register import register
from model.scenario.event import Event
from model.scenario.events import AuthorityShock
from model.scenario.regime_shock import RegimeShock
from model.scenario.scenario import Scenario
from model.tables.tables import Tables
from runs.simulation.record import MEASURED, Record
from runs.simulation.stage import Stage, play

RULED_ON = ("general", "individual", "watch")  # rules under which applications are ruled on


def luck_matters(story: Scenario, tables: Tables, minds: bool = True, record: Record | None = None) -> bool:
    """Whether two seeds can give a scenario two histories.

    Two things are drawn. A ruling, where some regime grants or refuses a share of the applications between none and
    all. An inspection, where there is a chance of one and somebody passes goods on meanwhile, which only a run shows:
    `record` is one of any seed; without it, one is made. Until the first draw all seeds have the same history, so
    that one run is enough.
    """
    if any(draws(shock) for shock in story.shocks):
        return True
    if not (minds and can_inspect(story, tables)):
        return False
    return passed_on(play_first_seed(story, tables, minds) if record is None else record)


def draws(shock: Event) -> bool:
    """Whether rulings under a shock are drawn."""
    if not isinstance(shock, RegimeShock) or shock.rule not in RULED_ON or shock.end_use == "military":
        return False
    return any(0.0 < share < 1.0 for share in (shock.grant_share, shock.refuse_share))


def can_inspect(story: Scenario, tables: Tables) -> bool:
    """Whether an authority has a chance to find somebody who could pass goods on."""
    chance = any(isinstance(shock, AuthorityShock) and (shock.inspect or 0.0) > 0.0 for shock in story.shocks)
    here = any(trait.role == "licensing_authority" for trait in tables.minds)
    return chance and here and bool(links_that_pass_through(register(tables)))


def play_first_seed(story: Scenario, tables: Tables, minds: bool) -> Record:
    """Run a scenario with seed 1."""
    chain = Stage(story.name, 1, minds=minds, world=(story, tables))
    try:
        return play(chain, kept=MEASURED)
    finally:
        chain.release()


def passed_on(record: Record) -> bool:
    """Whether somebody whom inspections look at shipped anything abroad in a run."""
    links = [link for some in links_that_pass_through(record.register).values() for link in some]
    return bool((record.links["shipped"][:, links] > 0.0).any())
