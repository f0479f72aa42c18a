"""A design of experiments as data: levers, uncertainties, scenarios, seeds and the outcomes to keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from os.path import exists, isfile
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from model.scenario.scenario import LONGEST_RUN_DAYS
from model.tables.documents import read_document
from model.tables.faults import Faults, complaint, sentence, shown, unknown
from model.tables.rows import Name
from model.tables.units import DAYS, Unit
from runs.batch.bounds import LARGEST_SEED, MOST_POLICIES, MOST_SAMPLES, MOST_SEEDS
from runs.batch.inputs import DesignPart, Lever, Texts, Uncertainty
from runs.batch.questions import Answer, Target
from runs.simulation.identity import scenario_hash
from runs.simulation.policies import read_program
from runs.simulation.settings import World
from runs.simulation.shipped_worlds import find_world

DESIGNS = Path(__file__).parents[1] / "experiments"
TABLE_KEYS = {"levers": "lever", "uncertainties": "uncertainty", "targets": "target", "answers": "answer"}
WORDS_OF_DESIGN = {"title", "about", "name", "world", "question", "answers", "targets"}  # they decide no result
OWN_COLUMNS = ("experiment", "scenario", "future", "seed", "error")


class Design(DesignPart):
    """A design of experiments: scenarios x levers x sampled uncertainties x seeds, and what is kept of each run."""

    name: Name
    """The name of the file."""
    title: Name
    """What the batch is about, in a line."""
    about: Name
    """What it asks and how, for readers."""
    scenarios: Annotated[tuple[Name, ...], Field(strict=False)] = ("two-months",)
    """Scenarios by name, or files beside this one."""
    world: Name | None = None
    """A world that comes with Linestop, by name, or the folder of another; without it the base case."""
    days: Annotated[int | None, Field(ge=1, le=LONGEST_RUN_DAYS), DAYS] = None
    """How many days are simulated; without it as many as each scenario says."""
    seeds: Annotated[tuple[Annotated[int, Field(ge=0, le=LARGEST_SEED)], ...], Field(strict=False)] = (1,)
    """Seeds of the luck, as a list, or a number n for the seeds 1 to n."""
    sampler: Literal["grid", "latin", "sobol", "saltelli", "morris"] = "latin"
    """How futures are drawn from the uncertainties."""
    samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES), Unit("points")] = 64
    """How many points the sampler takes; of `sobol` and `saltelli` a power of two."""
    levels: Annotated[int, Field(ge=2, le=MOST_SAMPLES), Unit("values")] = 3
    """How many values of each uncertainty the grid takes."""
    sampling_seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 1
    """The seed of the sampler."""
    rows: Annotated[tuple[Literal["experiments", "firms", "days"], ...], Field(strict=False)] = ("experiments",)
    """What gets a row each in the results: experiments, and on request firms and days."""
    outcomes: Texts = ()
    """Outcomes to keep; without it all."""
    levers: Annotated[tuple[Lever, ...], Field(strict=False)] = ()
    """What somebody chooses; all combinations are played."""
    uncertainties: Annotated[tuple[Uncertainty, ...], Field(strict=False, validate_default=True)] = ()
    """What nobody knows."""
    question: Name | None = None
    """What the page answers first."""
    targets: Annotated[tuple[Target, ...], Field(strict=False)] = ()
    """What a policy should keep to."""
    answers: Annotated[tuple[Answer, ...], Field(strict=False)] = ()
    """What the answer to the question is made of."""
    players: dict[Name, str] = Field(default_factory=dict)
    """Programs that sit at seats: seat = the path of a Python file, beside this one or from where the command is
    given."""

    @field_validator("seeds", mode="before")
    @classmethod
    def _expand_count(cls, seeds: Any) -> Any:
        """Take a number n as the seeds 1 to n."""
        if type(seeds) is int and not 1 <= seeds <= MOST_SEEDS:
            raise complaint(f"the number of seeds must be from 1 to {MOST_SEEDS:,}, got {seeds}; write it, or a list")
        return range(1, seeds + 1) if type(seeds) is int else seeds

    @field_validator("scenarios", "seeds", "outcomes", "rows")
    @classmethod
    def _check_repeats(cls, each: tuple[Any, ...], info: ValidationInfo) -> Any:
        if not each and info.field_name in ("scenarios", "seeds"):
            raise complaint("found an empty list; write at least one")
        if info.field_name == "seeds" and len(each) > MOST_SEEDS:
            raise complaint(f"the number of seeds must be <= {MOST_SEEDS:,}, got {len(each):,}; take fewer")
        seen = [Path(one).stem if info.field_name == "scenarios" else one for one in each]
        twice = (
            next((one for one in dict.fromkeys(seen) if seen.count(one) > 1), None)
            if len(set(seen)) < len(seen)
            else None
        )
        if twice is not None:
            raise complaint(f"found {shown(twice)} twice; keep one")
        return each

    @field_validator("levers")
    @classmethod
    def _check_combinations(cls, levers: tuple[Lever, ...]) -> Any:
        count = prod(len(lever.values) or len(lever.options) for lever in levers)
        if count > MOST_POLICIES:
            raise complaint(f"the combinations of choices must be <= {MOST_POLICIES:,}, got {count:,}; take fewer")
        return levers

    @field_validator("uncertainties")
    @classmethod
    def _check_names(cls, uncertainties: tuple[Uncertainty, ...], info: ValidationInfo) -> Any:
        names = [part.name for part in (*info.data.get("levers", ()), *uncertainties)]
        twice = sorted({name for name in names if names.count(name) > 1 or name in OWN_COLUMNS})
        if twice:
            raise complaint(f"found the name '{twice[0]}' for two columns of the results; choose another")
        return uncertainties

    @field_validator("targets")
    @classmethod
    def _check_targets(cls, targets: tuple[Target, ...]) -> Any:
        names = [each.name for each in targets]
        if len(set(names)) < len(names):
            raise complaint(f"found two targets of one name in {names}; name each once")
        return targets

    @field_validator("answers")
    @classmethod
    def _check_answers(cls, answers: tuple[Answer, ...], info: ValidationInfo) -> Any:
        names = [lever.name for lever in info.data.get("levers", ())]
        for each in answers:
            if each.lever is not None and each.lever not in names and "levers" in info.data:
                raise complaint(unknown(each.lever, "lever of this design", names))
        return answers

    @property
    def policies_count(self) -> int:
        """How many combinations of choices there are."""
        return prod(len(lever.values) or len(lever.options) for lever in self.levers)

    def policies(self) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
        """Every combination of choices: the values by lever, and the settings that make them."""
        names = [lever.name for lever in self.levers]
        return [
            (dict(zip(names, (value for value, _ in picks), strict=True)), tuple(s for _, some in picks for s in some))
            for picks in product(*(lever.choices() for lever in self.levers))
        ]


def read_design(path_or_name: str | Path) -> Design:
    """Read a design from a TOML file, or by name from those that come with Linestop; raise Faults."""
    path = find_design(path_or_name)
    return parse_design(read_document(path), path)


def find_design(path_or_name: str | Path) -> Path:
    """The file of a design, by its path or by the name of one that comes with Linestop; raise Faults."""
    path = Path(path_or_name)
    shipped = DESIGNS / f"{path_or_name}.toml"
    if path.suffix != ".toml" and isfile(shipped):
        path = shipped
    if not isfile(path):
        names = sorted(file.stem for file in DESIGNS.glob("*.toml"))
        known = ", ".join(names)
        raise Faults([f"found no design '{path_or_name}'; write a path to a TOML file, or one of {known}"])
    return path


def parse_design(raw: dict[str, Any], path: Path) -> Design:
    """Check a TOML table against the schema; its scenarios are looked for beside the file first. Raise Faults."""
    plain = {key: value for key, value in raw.items() if key not in TABLE_KEYS.values()}
    plain |= {plural: raw[key] for plural, key in TABLE_KEYS.items() if key in raw}
    if "name" in raw:
        raise Faults([f"{path.name}: name: it is not a key of this table; a design has the name of its file"])
    for key in TABLE_KEYS.values():
        if isinstance(raw.get(key), dict):
            raise Faults(
                [f"{path.name}: {key}: found one table; write [[{key}]] in double brackets, for there may be several"]
            )
    found = plain.get("scenarios")
    if isinstance(found, list):
        plain["scenarios"] = [find_beside(each, path, ".toml") for each in found]
    if isinstance(raw.get("world"), str):
        plain["world"] = str(find_world(find_beside(raw["world"], path)))
    if isinstance(raw.get("players"), dict):
        plain["players"] = {
            seat: read_program(Path(find_beside(file, path))) if isinstance(file, str) else file
            for seat, file in raw["players"].items()
        }
    try:
        return Design.model_validate(plain | {"name": path.stem})
    except ValidationError as error:
        keys = {key: TABLE_KEYS.get(key, key) for key in Design.model_fields if key != "name"}
        raise Faults(sentence(each, path.name, "", keys) for each in error.errors(include_url=False)) from None


def find_beside(name: Any, path: Path, ending: str = "") -> Any:
    """The path of a file that a design names: beside the design if it is there, else as it is written."""
    near = path.parent / str(name)
    return str(near) if str(name).endswith(ending) and exists(near) and not Path(str(name)).is_absolute() else name


def fingerprint(design: Design, worlds: Sequence[World], ensemble: Sequence[Mapping[str, float]] = ()) -> str:
    """A hash of everything that decides the results: the design, the scenarios, the tables, and the ensemble drawn."""
    content: list[Any] = [portable(design).model_dump(mode="json", exclude=WORDS_OF_DESIGN)]
    content += [scenario_hash(world) for world in worlds]
    content += [dict(world) for world in ensemble]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def portable(design: Design) -> Design:
    """A design that names its scenarios and its world as they are called, not by where they were on this machine."""
    scenarios = tuple(Path(scenario).stem for scenario in design.scenarios)
    world = None if design.world is None else Path(design.world).resolve().name
    return design.model_copy(update={"scenarios": scenarios, "world": world})
