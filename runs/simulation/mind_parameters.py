"""Checking minds.csv: every parameter that clerks and people use is there, and no unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from model.network import HABIT_ONLY, HABITS
from model.register import ANY, MAY_BE_LEFT_OUT
from model.rest import RATIONING
from model.tables.faults import unknown
from model.tables.tables import Tables

OFFICE_PARAMETERS: dict[str, tuple[str, ...]] = {
    "licensing_authority": LicensingAuthority.traits, "government": Government.traits,
}  # fmt: skip
FEAR, FINE = "fear_of_news", ("neighbour", "fine")  # every firm has the first, the authority looks up the second


def mind_faults(tables: Tables, cast: Mapping[str, type[Firm]]) -> list[str]:
    """Faults of the parameters of minds in tables that are run with this cast: missing and unknown ones."""
    faults: list[str] = tables.structure.get_or_compute(
        ("minds", tuple(cast.items())), lambda: [*missing_faults(tables, cast), *unknown_faults(tables, cast)]
    )
    return faults


def missing_faults(tables: Tables, cast: Mapping[str, type[Firm]]) -> list[str]:
    """Faults of parameters that are used and have no row; one that all roles lack is one fault."""
    there = {(trait.role, trait.parameter) for trait in tables.minds}
    there |= {(own.role, name) for own in tables.roles for mind, name in tuple(there) if mind == own.mind}
    lacking: dict[str, dict[str, None]] = {}
    for role, parameter in required_parameters(tables, cast):
        if parameter in MAY_BE_LEFT_OUT:
            continue
        if (role, parameter) not in there and (ANY, parameter) not in there:
            lacking.setdefault(parameter, {})[role] = None
    return [
        f"minds.csv: {parameter}: it is missing; write a row for role {ANY}, or for {', '.join(roles)}"
        if HABIT_ONLY not in roles
        else f"minds.csv: {parameter}: it is missing; write a row for role {ANY}"
        for parameter, roles in lacking.items()
    ]


def required_parameters(tables: Tables, cast: Mapping[str, type[Firm]]) -> Iterable[tuple[str, str]]:
    """Role and parameter of all that is looked up: habits of clerks, and traits of the people on the stage."""
    roles = list(dict.fromkeys([HABIT_ONLY, *(line.role for line in tables.firms)]))
    yield from ((role, parameter) for parameter in (*HABITS, *RATIONING) for role in roles)
    for role in roles:
        mind = cast.get(role) or cast.get(tables.minds_of_roles.get(role, role))
        if mind is not None:
            yield from ((mind.role or role, trait) for trait in parameters_of(mind))
    seated = {trait.role for trait in tables.minds} & set(OFFICE_PARAMETERS)
    yield from ((office, trait) for office in sorted(seated) for trait in OFFICE_PARAMETERS[office])
    if "licensing_authority" in seated and not {(role, FINE[1]) for role in tables.roles_with(FINE[0])} & {
        (trait.role, trait.parameter) for trait in tables.minds
    }:
        yield FINE


def unknown_faults(tables: Tables, cast: Mapping[str, type[Firm]]) -> list[str]:
    """Faults of parameters that nobody uses, with what was probably meant."""
    known = {*HABITS, *RATIONING, FINE[1]}.union(*OFFICE_PARAMETERS.values(), *map(parameters_of, cast.values()))
    return [
        f"minds.csv: {trait.key}, parameter: {unknown(trait.parameter, 'parameter', known)}"
        for trait in tables.minds
        if trait.parameter not in known
    ]


def parameters_of(mind: type[Firm] | Any) -> tuple[str, ...]:
    """The parameters that a mind takes from minds.csv."""
    return (FEAR, *mind.traits)
