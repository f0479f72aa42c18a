"""What makes two runs the same: a scenario and its tables, the code that plays them, and the world after a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from model.scenario.scenario import Scenario
from model.state import World
from model.tables.tables import Tables

SOURCE_ROOT = Path(__file__).parents[2]
CODE_OF_A_RUN = ("model", "agents", "runs/simulation")  # what decides a day
DECIDING_TABLES = ("countries", "goods", "roles", "firms", "needs", "links", "minds", "industries")


def scenario_hash(world: tuple[Scenario, Tables]) -> str:
    """A hash of one scenario and of the tables that it is played on."""
    scenario, tables = world
    digest = hashlib.sha256(scenario.model_dump_json().encode())
    for table in DECIDING_TABLES:
        digest.update(json.dumps([row.__dict__ for row in getattr(tables, table)], sort_keys=True).encode())
    digest.update(tables.rules.model_dump_json().encode())
    if tables.anonymous is not None:
        digest.update(tables.anonymous.digest.encode())
    if tables.focus is not None:
        digest.update(tables.focus.text.encode())
    return digest.hexdigest()


@cache
def hash_of_code(folders: Sequence[str] = CODE_OF_A_RUN, house: Path = SOURCE_ROOT) -> str:
    """A hash of the source files in some folders of the house.

    It is computed once in a process: code that is edited later does not run in it.
    """
    digest = hashlib.sha256()
    for path in code_files(house, folders):
        digest.update(path.relative_to(house).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def code_files(house: Path, folders: Sequence[str]) -> list[Path]:
    """The source files of some folders of the house and of all folders below them."""
    return sorted(path for room in folders for path in (house / room).rglob("*.py"))


def hash_of_state(world: World) -> str:
    """A hash of what is imposed, wished, there and flowed on the day that has passed."""
    digest = hashlib.sha256()
    for room in (world.conditions, world.policy, world.state, world.flows):
        for column in room:
            digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()
