"""An experiment as data: what somebody chooses, what nobody knows, under which stories, and what is measured."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from itertools import product
from math import log, prod
from os.path import exists, isfile
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from model.scenario.scenario import LONGEST_RUN_DAYS
from model.scenario.shock_settings import whole
from model.tables.documents import read_document
from model.tables.faults import Faults, complaint, sentence, shown, unknown
from model.tables.tables import Name
from runs.simulation.named_levers import WORDS
from runs.simulation.settings import World, takes_words

EXPERIMENTS = Path(__file__).parents[1] / "experiments"
KEYS = {"levers": "lever", "uncertainties": "uncertainty"}
OWN_COLUMNS = ("experiment", "scenario", "future", "seed", "error")
MOST_SEEDS = 10_000
LARGEST_SEED = 2**63 - 1
MOST_CHOICES = 1_000  # of one lever
MOST_POLICIES = 100_000
MOST_SAMPLES = 10_000_000


def _can_be_a_column(name: str) -> str:
    if not (name.isprintable() and name.strip() == name):
        raise complaint(f"found {shown(name)}; letters that can be printed, without blanks at the ends, were expected")
    return name


ColumnName = Annotated[Name, AfterValidator(_can_be_a_column)]
Texts = Annotated[tuple[str, ...], Field(strict=False)]


class Part(BaseModel):
    """A part of an experiment; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Lever(Part):
    """What somebody chooses: some values of a setting, or options with a name and settings each.

    `set` is a setting without its value, such as `needs.cover_days[role=magnet_maker]` (with a `*` at its end the
    values are multiples), or one of the levers whose choices are words: `minds`, `rationing`, `korea`.
    """

    name: ColumnName
    set: Name | None = None
    values: Annotated[tuple[float | str, ...], Field(strict=False)] = ()
    options: Annotated[dict[Name, Texts], Field(validate_default=True)] = {}

    @field_validator("values", mode="before")
    @classmethod
    def _as_written(cls, values: Any, info: ValidationInfo) -> Any:
        """Take dates, true and false as they are written, where a setting may have them."""
        if not (isinstance(values, list | tuple) and takes_words(str(info.data.get("set")))):
            return values
        return [str(each).lower() if isinstance(each, bool | date) else each for each in values]

    @field_validator("values")
    @classmethod
    def _words_are_known(cls, values: tuple[float | str, ...], info: ValidationInfo) -> tuple[float | str, ...]:
        if takes_words(str(info.data.get("set"))):
            return values
        words = WORDS.get(str(info.data.get("set")))
        strangers = [value for value in values if (value not in words if words else isinstance(value, str))]
        if strangers and words:
            raise complaint(unknown(str(strangers[0]), f"choice of '{info.data['set']}'", words))
        if strangers:
            found = f"found {shown(strangers[0])}; a number was expected"
            raise complaint(f"{found}, for only {', '.join(WORDS)} take words")
        return values

    @field_validator("options")
    @classmethod
    def _one_form(cls, options: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        values = info.data.get("values", "faulty")
        if bool(info.data.get("set", "faulty")) != bool(values) or bool(values) == bool(options):
            raise complaint("found no choice, or two kinds; write set and some values, or some options")
        if max(len(values), len(options)) > MOST_CHOICES:
            raise complaint(f"found more choices than {MOST_CHOICES:,}; take fewer")
        if len(set(values)) < len(values):
            raise complaint(f"found a value twice in {list(values)}; keep one")
        return options

    def choices(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        """What can be chosen: what stands in the table of results, and the settings that do it."""
        if self.set is None:
            return tuple(self.options.items())
        if self.set in WORDS:
            return tuple((value, WORDS[self.set][str(value)]) for value in self.values)
        return tuple((value, (f"{self.set}={whole(value)}",)) for value in self.values)


class Uncertainty(Part):
    """What nobody knows: a number, or with `*` at the end of `set` a multiple, between low and high.

    Without low and high the range is the one that the sources of the base case give.
    """

    name: ColumnName
    set: Name
    low: float | None = None
    high: float | None = None
    distribution: Annotated[Literal["uniform", "log-uniform", "triangular", "whole"], Field(validate_default=True)] = (
        "uniform"
    )

    @field_validator("distribution")
    @classmethod
    def _range_is_one(cls, kind: str, info: ValidationInfo) -> str:
        low, high = info.data.get("low"), info.data.get("high")
        if (low is None) != (high is None):
            raise complaint("found one end of a range; write low and high, or neither")
        if low is not None and high is not None and low >= high:
            raise complaint(f"found an empty range, {low:g} to {high:g}; low must be below high")
        if kind == "log-uniform" and low is not None and low <= 0:
            raise complaint(f"found low {low:g}; a log-uniform range begins above 0")
        return kind

    def value(self, quantile: float) -> float:
        """The number below which a share `quantile` of all futures lies."""
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        if self.distribution == "log-uniform":
            return float(low * (high / low) ** quantile) if log(high / low) else low
        if self.distribution == "triangular":
            half = (0.5 * quantile) ** 0.5 if quantile < 0.5 else 1.0 - (0.5 * (1.0 - quantile)) ** 0.5
            return float(low + half * (high - low))
        if self.distribution == "whole":
            return float(min(int(high), int(low + quantile * (high - low + 1))))
        return low + quantile * (high - low)

    def setting(self, quantile: float) -> str:
        """The setting that brings this future about."""
        return f"{self.set}={whole(self.value(quantile))!r}"


class Experiment(Part):
    """Scenarios x levers x sampled uncertainties x seeds: which runs are made, and what is kept of each.

    `samples` is how many points the sampler takes (`levels` a range for the grid); `rows` what gets a row each:
    experiments, and on request firms and days. `outcomes` keeps some of the outcomes only. `world` is the folder of a
    world that `linestop generate` or `linestop import` has made, beside the file or from where the command is given.
    """

    name: Name
    title: Name
    about: Name
    scenarios: Annotated[tuple[Name, ...], Field(strict=False)] = ("two-months",)
    world: Name | None = None
    days: Annotated[int | None, Field(ge=1, le=LONGEST_RUN_DAYS)] = None
    seeds: Annotated[tuple[Annotated[int, Field(ge=0, le=LARGEST_SEED)], ...], Field(strict=False)] = (1,)
    sampler: Literal["grid", "latin", "sobol", "saltelli", "morris"] = "latin"
    samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES)] = 64
    levels: Annotated[int, Field(ge=2, le=MOST_SAMPLES)] = 3
    sampling_seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 1
    rows: Annotated[tuple[Literal["experiments", "firms", "days"], ...], Field(strict=False)] = ("experiments",)
    outcomes: Texts = ()
    levers: Annotated[tuple[Lever, ...], Field(strict=False)] = ()
    uncertainties: Annotated[tuple[Uncertainty, ...], Field(strict=False, validate_default=True)] = ()

    @field_validator("seeds", mode="before")
    @classmethod
    def _count_or_list(cls, seeds: Any) -> Any:
        """Take a number n as the seeds 1 to n."""
        if type(seeds) is int and not 1 <= seeds <= MOST_SEEDS:
            raise complaint(f"found {seeds}; a number of seeds from 1 to {MOST_SEEDS}, or a list, was expected")
        return range(1, seeds + 1) if type(seeds) is int else seeds

    @field_validator("scenarios", "seeds", "outcomes", "rows")
    @classmethod
    def _each_once(cls, each: tuple[Any, ...], info: ValidationInfo) -> Any:
        if not each and info.field_name in ("scenarios", "seeds"):
            raise complaint("found an empty list; write at least one")
        if info.field_name == "seeds" and len(each) > MOST_SEEDS:
            raise complaint(f"found {len(each):,} of them; at most {MOST_SEEDS:,} can be tried")
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
    def _can_be_tried(cls, levers: tuple[Lever, ...]) -> Any:
        count = prod(len(lever.values) or len(lever.options) for lever in levers)
        if count > MOST_POLICIES:
            raise complaint(f"found levers with {count:,} combinations; at most {MOST_POLICIES:,} can be tried")
        return levers

    @field_validator("uncertainties")
    @classmethod
    def _names_differ(cls, uncertainties: tuple[Uncertainty, ...], info: ValidationInfo) -> Any:
        names = [part.name for part in (*info.data.get("levers", ()), *uncertainties)]
        twice = sorted({name for name in names if names.count(name) > 1 or name in OWN_COLUMNS})
        if twice:
            raise complaint(f"found the name '{twice[0]}' for two columns of the results; choose another")
        return uncertainties

    @property
    def policies_count(self) -> int:
        """How many combinations of what can be chosen there are."""
        return prod(len(lever.values) or len(lever.options) for lever in self.levers)

    def policies(self) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
        """Every combination of what can be chosen: the values by lever, and the settings that do it."""
        names = [lever.name for lever in self.levers]
        return [
            (dict(zip(names, (value for value, _ in picks), strict=True)), tuple(s for _, some in picks for s in some))
            for picks in product(*(lever.choices() for lever in self.levers))
        ]


def read_experiment(path_or_name: str | Path) -> Experiment:
    """Read an experiment from a TOML file, or by name from those that come with Linestop; raise Faults."""
    path = Path(path_or_name)
    shipped = EXPERIMENTS / f"{path_or_name}.toml"
    if path.suffix != ".toml" and isfile(shipped):
        path = shipped
    if not isfile(path):
        names = sorted(file.stem for file in EXPERIMENTS.glob("*.toml"))
        known = ", ".join(names)
        raise Faults([f"found no experiment '{path_or_name}'; write a path to a TOML file, or one of {known}"])
    return checked_experiment(read_document(path), path)


def checked_experiment(raw: dict[str, Any], path: Path) -> Experiment:
    """Check what a file says against the schema; scenarios may lie beside the file."""
    plain = {key: value for key, value in raw.items() if key not in KEYS.values()}
    plain |= {plural: raw[key] for plural, key in KEYS.items() if key in raw}
    if "name" in raw:
        raise Faults([f"{path.name}: name: it is not a key of this table, for an experiment is called as its file is"])
    for key in KEYS.values():
        if isinstance(raw.get(key), dict):
            raise Faults(
                [f"{path.name}: {key}: found one table; write [[{key}]] in double brackets, for there may be more"]
            )
    found = plain.get("scenarios")
    if isinstance(found, list):
        plain["scenarios"] = [beside(each, path, ".toml") for each in found]
    if isinstance(raw.get("world"), str):
        plain["world"] = beside(raw["world"], path)
    try:
        return Experiment.model_validate(plain | {"name": path.stem})
    except ValidationError as error:
        keys = {key: KEYS.get(key, key) for key in Experiment.model_fields if key != "name"}
        raise Faults(sentence(told, path.name, "", keys) for told in error.errors(include_url=False)) from None


def beside(name: Any, path: Path, ending: str = "") -> Any:
    """A file that an experiment names, looked for beside the experiment first."""
    near = path.parent / str(name)
    return str(near) if str(name).endswith(ending) and exists(near) and not Path(str(name)).is_absolute() else name


def fingerprint(experiment: Experiment, worlds: Sequence[World]) -> str:
    """A hash of everything that decides the results: the experiment, the scenarios and the tables."""
    told: list[Any] = [experiment.model_dump(mode="json", exclude={"title", "about", "name", "world"})]
    told += [scenario_hash(world) for world in worlds]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def scenario_hash(world: World) -> str:
    """A hash of one scenario and of the tables that it is played on."""
    scenario, tables = world
    digest = hashlib.sha256(scenario.model_dump_json().encode())
    for table in ("countries", "goods", "firms", "needs", "links", "minds"):
        digest.update(json.dumps([row.__dict__ for row in getattr(tables, table)], sort_keys=True).encode())
    if tables.anonymous is not None:
        digest.update(tables.anonymous.digest.encode())
    return digest.hexdigest()
