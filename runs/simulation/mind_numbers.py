"""Whether minds.csv says all that clerks and people go by, and nothing that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from model.network import HABIT_ONLY, HABITS
from model.register import ANY
from model.rest import RATIONING
from model.tables.faults import unknown
from model.tables.tables import Tables

OFFICES: dict[str, tuple[str, ...]] = {
    "licensing_authority": LicensingAuthority.traits, "government": Government.traits,
}  # fmt: skip
FEAR, FINE = "fear_of_news", ("korean_firm", "fine")  # what every firm has, and what the authority looks up


def mind_faults(tables: Tables, cast: Mapping[str, type[Firm]]) -> list[str]:
    """Say which numbers of minds are missing in tables that this cast plays, and which nobody knows."""
    told: list[str] = tables.structure.get_or_compute(
        ("minds", tuple(cast.items())), lambda: [*missing(tables, cast), *strangers(tables, cast)]
    )
    return told


def missing(tables: Tables, cast: Mapping[str, type[Firm]]) -> list[str]:
    """Say which parameters that somebody goes by have no row; one that all lack is told once, of everybody."""
    there = {(trait.role, trait.parameter) for trait in tables.minds}
    lacking: dict[str, dict[str, None]] = {}
    for role, parameter in wanted(tables, cast):
        if (role, parameter) not in there and (ANY, parameter) not in there:
            lacking.setdefault(parameter, {})[role] = None
    return [
        f"minds.csv: {parameter}: it is missing; write a row for role {ANY}, or for {', '.join(roles)}"
        if HABIT_ONLY not in roles
        else f"minds.csv: {parameter}: it is missing; write a row for role {ANY}"
        for parameter, roles in lacking.items()
    ]


def wanted(tables: Tables, cast: Mapping[str, type[Firm]]) -> Iterable[tuple[str, str]]:
    """What is looked up, as role and parameter: what clerks follow, and the traits of whoever is on the stage."""
    roles = list(dict.fromkeys([HABIT_ONLY, *(line.role for line in tables.firms)]))
    yield from ((role, parameter) for parameter in (*HABITS, *RATIONING) for role in roles)
    for role in roles:
        if role in cast:
            yield from ((cast[role].role or role, trait) for trait in traits_of(cast[role]))
    seated = {trait.role for trait in tables.minds} & set(OFFICES)
    yield from ((office, trait) for office in sorted(seated) for trait in OFFICES[office])
    if "licensing_authority" in seated:
        yield FINE


def strangers(tables: Tables, cast: Mapping[str, type[Firm]]) -> list[str]:
    """Say which parameters nobody goes by, and what was probably meant."""
    known = {*HABITS, *RATIONING, FINE[1]}.union(*OFFICES.values(), *map(traits_of, cast.values()))
    return [
        f"minds.csv: {trait.key}, parameter: {unknown(trait.parameter, 'parameter', known)}"
        for trait in tables.minds
        if trait.parameter not in known
    ]


def traits_of(mind: type[Firm] | Any) -> tuple[str, ...]:
    """The parameters that a mind takes from minds.csv."""
    return (FEAR, *mind.traits)
