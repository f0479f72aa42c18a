"""An experiment as data: what somebody chooses, what nobody knows, under which stories, and what is measured."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import product
from math import log
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from model.documents import read_document
from model.faults import Faults, complaint, nearest, sentence, shown, unknown
from model.register import in_order
from model.scenario import Scenario
from model.tables import Name, Tables
from runs.choices import WORDS
from runs.settings import override_of, range_in_sources, rows_picked, with_settings
from runs.stage import read_story

EXPERIMENTS = Path(__file__).parent / "experiments"
KEYS = {"levers": "lever", "uncertainties": "uncertainty"}
OWN_COLUMNS = ("experiment", "scenario", "future", "seed", "error")
MOST_SEEDS = 10_000

World = tuple[Scenario, Tables]
Texts = Annotated[tuple[str, ...], Field(strict=False)]


class Part(BaseModel):
    """A part of an experiment; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Lever(Part):
    """What somebody chooses: some values of a setting, or options with a name and settings each.

    `set` is a setting without its value, such as `needs.cover_days[role=magnet_maker]` (with a `*` at its end the
    values are multiples), or one of the levers whose choices are words: `minds`, `rationing`, `korea`.
    """

    name: Name
    set: Name | None = None
    values: Annotated[tuple[float | str, ...], Field(strict=False)] = ()
    options: Annotated[dict[str, Texts], Field(validate_default=True)] = {}

    @field_validator("values")
    @classmethod
    def _words_are_known(cls, values: tuple[float | str, ...], info: ValidationInfo) -> tuple[float | str, ...]:
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
        if len(set(values)) < len(values):
            raise complaint(f"found a value twice in {list(values)}; keep one")
        return options

    def choices(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        """What can be chosen: what stands in the table of results, and the settings that do it."""
        if self.set is None:
            return tuple(self.options.items())
        if self.set in WORDS:
            return tuple((value, WORDS[self.set][str(value)]) for value in self.values)
        return tuple((value, (f"{self.set}={value}",)) for value in self.values)


class Uncertainty(Part):
    """What nobody knows: a number, or with `*` at the end of `set` a multiple, between low and high.

    Without low and high the range is the one that the sources of the base case give.
    """

    name: Name
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
        return f"{self.set}={self.value(quantile)!r}"


class Experiment(Part):
    """Scenarios x levers x sampled uncertainties x seeds: which runs are made, and what is kept of each.

    `samples` is how many points the sampler takes (`levels` a range for the grid); `rows` what gets a row each:
    experiments, and on request firms and days. `outcomes` keeps some of the outcomes only. `world` is the folder of a
    world that `linestop generate` or `linestop import` has made, beside the file or from where the command is given.
    """

    name: Name
    title: Name
    about: Name
    scenarios: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = ("two-months",)
    world: Name | None = None
    days: Annotated[int | None, Field(ge=1)] = None
    seeds: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False, min_length=1)] = (1,)
    sampler: Literal["grid", "latin", "sobol", "saltelli", "morris"] = "latin"
    samples: Annotated[int, Field(ge=1)] = 64
    levels: Annotated[int, Field(ge=2)] = 3
    sampling_seed: Annotated[int, Field(ge=0)] = 1
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

    @field_validator("uncertainties")
    @classmethod
    def _names_differ(cls, uncertainties: tuple[Uncertainty, ...], info: ValidationInfo) -> Any:
        names = [part.name for part in (*info.data.get("levers", ()), *uncertainties)]
        twice = sorted({name for name in names if names.count(name) > 1 or name in OWN_COLUMNS})
        if twice:
            raise complaint(f"found the name '{twice[0]}' for two columns of the results; choose another")
        return uncertainties

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
    if path.suffix != ".toml" and shipped.is_file():
        path = shipped
    if not path.is_file():
        names = sorted(file.stem for file in EXPERIMENTS.glob("*.toml"))
        known = ", ".join(names)
        raise Faults([f"found no experiment '{path_or_name}'; write a path to a TOML file, or one of {known}"])
    return checked_experiment(read_document(path), path)


def checked_experiment(raw: dict[str, Any], path: Path) -> Experiment:
    """Check what a file says against the schema; scenarios may lie beside the file."""
    plain = {key: value for key, value in raw.items() if key not in KEYS.values()}
    plain |= {plural: raw[key] for plural, key in KEYS.items() if key in raw}
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
    return str(near) if str(name).endswith(ending) and near.exists() and not Path(str(name)).is_absolute() else name


def base_worlds(experiment: Experiment) -> tuple[World, ...]:
    """The scenarios and tables that settings are applied to, one a scenario; raise Faults.

    The tables stand in the order of the columns, so that runs need not put them so one by one.
    """
    settings = [] if experiment.days is None else [f"days={experiment.days}"]
    read = [read_story(name, settings, experiment.world) for name in experiment.scenarios]
    return tuple((scenario, in_order(tables)) for scenario, tables in read)


def fitted(experiment: Experiment, worlds: Sequence[World]) -> Experiment:
    """The experiment with every range filled in and every setting tried on every scenario; raise Faults."""
    faults: list[str] = []
    unknowns = [filled(each, worlds[0][1], experiment.name, faults) for each in experiment.uncertainties]
    for _, tables in worlds:
        for where, settings in trials(experiment, unknowns):
            try:
                with_settings(tables, settings, f"{experiment.name}.toml: {where}")
            except Faults as found:
                faults += found.sentences
    if faults:
        raise Faults(faults)
    return experiment.model_copy(update={"uncertainties": tuple(unknowns)})


def trials(experiment: Experiment, unknowns: Iterable[Uncertainty]) -> list[tuple[str, tuple[str, ...]]]:
    """Every choice and both ends of every range, each to be tried alone."""
    found = [(f"lever '{lever.name}'", settings) for lever in experiment.levers for _, settings in lever.choices()]
    for each in unknowns:
        if each.low is not None:
            found += [(f"uncertainty '{each.name}'", (each.setting(end),)) for end in (0.0, 1.0)]
    return found


def filled(unknown: Uncertainty, tables: Tables, name: str, faults: list[str]) -> Uncertainty:
    """An uncertainty with the range that sources.csv gives, where its file gives none."""
    if unknown.low is not None:
        return unknown
    where = f"{name}.toml: uncertainty '{unknown.name}'"
    try:
        override = override_of(f"{unknown.set}=1", where)
    except Faults as found:
        faults += found.sentences
        return unknown
    ranges = {range_in_sources(row, override, tables) for row in rows_picked(override, tables)}
    span = next(iter(ranges)) if len(ranges) == 1 else None
    if span is None or span[0] >= span[1]:
        found_words = "no row" if not ranges else "rows without one range in common"
        faults.append(f"{where}: found {found_words} in sources.csv for '{unknown.set}'; write low and high")
        return unknown
    return unknown.model_copy(update={"low": span[0], "high": span[1]})


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
    if tables.crowd is not None:
        digest.update(tables.crowd.digest.encode())
    return digest.hexdigest()


def chosen_outcomes(wanted: Sequence[str], known: Sequence[str], name: str) -> list[str]:
    """Which outcomes are kept; raise Faults for one that no run has."""
    strangers = [word for word in wanted if word not in known]
    if strangers:
        raise Faults(
            f"{name}.toml: outcomes: found '{word}', which no run measures; {nearest(word, known)}"
            for word in strangers
        )
    return list(wanted) or list(known)
