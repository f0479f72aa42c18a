"""What a batch was made of, kept in its folder: its design, its scenarios, its tables, its world, and a lock file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from model.scenario.scenario_files import scenario_paths
from model.tables.anonymous_files import FILES as COLUMNS_OF_ANONYMOUS_FIRMS
from model.tables.calibrated import FILE as CALIBRATED
from model.tables.ensemble import FILE as ENSEMBLE
from model.tables.focus_file import FILE as FOCUS
from model.tables.rows import ROWS
from model.tables.table_files import DATA
from model.tables.world_folder import MANIFEST, TABLES
from model.tables.world_rules import FILE as RULES
from runs.batch.design import Design
from runs.files.durable import write_whole
from runs.files.lock_file import write_lock
from runs.simulation.shipped_worlds import find_scenario, find_world
from runs.simulation.stage import SCENARIOS

INPUTS = "inputs"  # the folder of a batch that holds all this
LOCK_FILE = "requirements.txt"
WORLD = "world"
TEXT_TABLES = (*(f"{table}.csv" for table in ROWS), CALIBRATED, FOCUS, ENSEMBLE, RULES)


@dataclass(frozen=True)
class InputFolders:
    """Where the scenarios and the tables of the base case are read from: of Linestop, or as a batch has kept them."""

    scenarios: Path = SCENARIOS
    tables: Path = DATA


SHIPPED = InputFolders()


@dataclass(frozen=True)
class Origin:
    """What a batch comes from: the command, and the files that it read, by their place among its inputs."""

    command: str = ""
    files: Mapping[str, Path] = field(default_factory=dict)


def list_inputs(design: Design, text: Path | None = None, folders: InputFolders = SHIPPED) -> dict[str, Path]:
    """The files that decide a batch, by their place among its inputs; text: the file of the design, if it has one."""
    found = {} if text is None else {text.name: text}
    world = None if design.world is None else find_world(design.world)
    for scenario in design.scenarios:
        named = scenario if world is None else find_scenario(scenario, world)
        found |= {f"scenarios/{path.name}": path for path in scenario_paths(named, folders.scenarios)}
    found |= {f"{TABLES}/{name}": folders.tables / name for name in TEXT_TABLES}
    if world is not None:
        found |= {f"{WORLD}/{name}": world / name for name in names_in_world()}
    return {name: path for name, path in found.items() if path.is_file()}


def names_in_world() -> Iterator[str]:
    """The names that the files of a world may have, whatever its kind."""
    yield from (MANIFEST, *TEXT_TABLES, *(f"{TABLES}/{name}" for name in TEXT_TABLES), *COLUMNS_OF_ANONYMOUS_FIRMS)


def keep_inputs(place: Path, origin: Origin) -> None:
    """Copy the files that decide a batch into its folder, with a lock file; raise Faults where that fails."""
    folder = place / INPUTS
    for name, path in origin.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, path.read_bytes())
    folder.mkdir(exist_ok=True)
    write_whole(folder / LOCK_FILE, write_lock())


def files_kept(place: Path) -> dict[str, Path]:
    """The files that a batch has kept, by their place among its inputs, the lock file not among them."""
    folder = place / INPUTS
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != LOCK_FILE)
    return {path.relative_to(folder).as_posix(): path for path in paths}
