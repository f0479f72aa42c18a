"""Whether luck can matter: two runs of a scenario with different seeds are the same where nothing in it is drawn."""

from __future__ import annotations

from agents.licensing_authority import links_that_pass_through
from model.register import register
from model.scenario.events import AuthorityShock, Event, RegimeShock
from model.scenario.scenario import Scenario
from model.tables.tables import Tables
from runs.simulation.record import MEASURED, Record
from runs.simulation.stage import Stage, play

RULED_ON = ("general", "individual", "watch")  # rules under which an application comes to a ruling


def luck_matters(story: Scenario, tables: Tables, minds: bool = True, record: Record | None = None) -> bool:
    """Whether two seeds can give a scenario two histories.

    Luck has two doors. A ruling is drawn where some regime grants or refuses a share of the applications between none
    and all. An inspection is drawn where there is a chance of one and somebody passes goods on meanwhile, which only
    a run can tell: `record` is one of any seed; without it, one is made. Until the first draw that could come out
    otherwise all seeds have the same history, so that one run stands for all.
    """
    if any(draws(shock) for shock in story.shocks):
        return True
    if not (minds and can_inspect(story, tables)):
        return False
    return passed_on(play_first_seed(story, tables, minds) if record is None else record)


def draws(shock: Event) -> bool:
    """Whether a shock makes rulings a matter of luck."""
    if not isinstance(shock, RegimeShock) or shock.rule not in RULED_ON or shock.end_use == "military":
        return False
    return any(0.0 < share < 1.0 for share in (shock.grant_share, shock.refuse_share))


def can_inspect(story: Scenario, tables: Tables) -> bool:
    """Whether there is an authority with a chance to find out somebody who could pass goods on."""
    chance = any(isinstance(shock, AuthorityShock) and (shock.inspect or 0.0) > 0.0 for shock in story.shocks)
    here = any(trait.role == "licensing_authority" for trait in tables.minds)
    return chance and here and bool(links_that_pass_through(register(tables)))


def play_first_seed(story: Scenario, tables: Tables, minds: bool) -> Record:
    """A run of a scenario with the first seed."""
    chain = Stage(story.name, 1, minds=minds, world=(story, tables))
    try:
        return play(chain, kept=MEASURED)
    finally:
        chain.release()


def passed_on(record: Record) -> bool:
    """Whether somebody whom inspections look at shipped anything abroad in a run."""
    links = [link for some in links_that_pass_through(record.register).values() for link in some]
    return bool((record.links["shipped"][:, links] > 0.0).any())
