"""A design of experiments as data: levers, uncertainties, scenarios, seeds and the outcomes to keep."""

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
from runs.batch.bounds import LARGEST_SEED, MOST_CHOICES, MOST_POLICIES, MOST_SAMPLES, MOST_SEEDS
from runs.simulation.named_levers import WORDS
from runs.simulation.settings import World, takes_text

DESIGNS = Path(__file__).parents[1] / "experiments"
TABLE_KEYS = {"levers": "lever", "uncertainties": "uncertainty"}
OWN_COLUMNS = ("experiment", "scenario", "future", "seed", "error")


def _check_column_name(name: str) -> str:
    if not (name.isprintable() and name.strip() == name):
        raise complaint(f"found {shown(name)}; letters that can be printed, without blanks at the ends, were expected")
    return name


ColumnName = Annotated[Name, AfterValidator(_check_column_name)]
Texts = Annotated[tuple[str, ...], Field(strict=False)]


class DesignPart(BaseModel):
    """A part of a design; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Lever(DesignPart):
    """A lever: what somebody chooses, as values of a setting or as options with a name and settings each.

    `set` is a setting without its value, such as `needs.cover_days[role=magnet_maker]` (with a `*` at its end the
    values are multiples), or one of the levers whose choices are words: `minds`, `rationing`, `korea`.
    """

    name: ColumnName
    set: Name | None = None
    values: Annotated[tuple[float | str, ...], Field(strict=False)] = ()
    options: Annotated[dict[Name, Texts], Field(validate_default=True)] = {}

    @field_validator("values", mode="before")
    @classmethod
    def _take_dates_and_booleans(cls, values: Any, info: ValidationInfo) -> Any:
        """Take dates, true and false as text, where the setting may have them."""
        if not (isinstance(values, list | tuple) and takes_text(str(info.data.get("set")))):
            return values
        return [str(each).lower() if isinstance(each, bool | date) else each for each in values]

    @field_validator("values")
    @classmethod
    def _check_values(cls, values: tuple[float | str, ...], info: ValidationInfo) -> tuple[float | str, ...]:
        if takes_text(str(info.data.get("set"))):
            return values
        words = WORDS.get(str(info.data.get("set")))
        unknown_values = [value for value in values if (value not in words if words else isinstance(value, str))]
        if unknown_values and words:
            raise complaint(unknown(str(unknown_values[0]), f"choice of '{info.data['set']}'", words))
        if unknown_values:
            found = f"found {shown(unknown_values[0])}; a number was expected"
            raise complaint(f"{found}, for only {', '.join(WORDS)} take words")
        return values

    @field_validator("options")
    @classmethod
    def _check_form(cls, options: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        values = info.data.get("values", "faulty")
        if bool(info.data.get("set", "faulty")) != bool(values) or bool(values) == bool(options):
            raise complaint("found no choice, or two kinds; write set and values, or options")
        if max(len(values), len(options)) > MOST_CHOICES:
            raise complaint(
                f"the number of choices must be <= {MOST_CHOICES:,}, got {max(len(values), len(options)):,}; take fewer"
            )
        if len(set(values)) < len(values):
            raise complaint(f"found a value twice in {list(values)}; keep one")
        return options

    @property
    def is_numeric(self) -> bool:
        """Whether all choices are numbers."""
        return bool(self.values) and all(not isinstance(value, str) for value in self.values)

    def cell(self, choice: Any) -> Any:
        """A choice as a cell of its column: a number where all choices are numbers, else text."""
        if self.is_numeric:
            return float(choice)
        return f"{choice:g}" if isinstance(choice, float) else str(choice)

    def choices(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        """The choices: each with its value in the table of results, and the settings that make it."""
        if self.set is None:
            return tuple(self.options.items())
        if self.set in WORDS:
            return tuple((value, WORDS[self.set][str(value)]) for value in self.values)
        return tuple((value, (f"{self.set}={whole(value)}",)) for value in self.values)


class Uncertainty(DesignPart):
    """An uncertainty: a number that nobody knows, or with `*` at the end of `set` a multiple, between low and high.

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
    def _check_range(cls, kind: str, info: ValidationInfo) -> str:
        low, high = info.data.get("low"), info.data.get("high")
        if (low is None) != (high is None):
            raise complaint("found one end of a range; write low and high, or neither")
        if low is not None and high is not None and low >= high:
            raise complaint(f"low must be below high, got low {low:g} and high {high:g}")
        if kind == "log-uniform" and low is not None and low <= 0:
            raise complaint(f"low of a log-uniform range must be > 0, got {low:g}")
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
        """The setting at a quantile."""
        return f"{self.set}={whole(self.value(quantile))!r}"


class Design(DesignPart):
    """A design of experiments: scenarios x levers x sampled uncertainties x seeds, and what is kept of each run.

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
        plain["world"] = find_beside(raw["world"], path)
    try:
        return Design.model_validate(plain | {"name": path.stem})
    except ValidationError as error:
        keys = {key: TABLE_KEYS.get(key, key) for key in Design.model_fields if key != "name"}
        raise Faults(sentence(each, path.name, "", keys) for each in error.errors(include_url=False)) from None


def find_beside(name: Any, path: Path, ending: str = "") -> Any:
    """The path of a file that a design names: beside the design if it is there, else as it is written."""
    near = path.parent / str(name)
    return str(near) if str(name).endswith(ending) and exists(near) and not Path(str(name)).is_absolute() else name


def fingerprint(design: Design, worlds: Sequence[World]) -> str:
    """A hash of everything that decides the results: the design, the scenarios and the tables."""
    content: list[Any] = [portable(design).model_dump(mode="json", exclude={"title", "about", "name", "world"})]
    content += [scenario_hash(world) for world in worlds]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def portable(design: Design) -> Design:
    """A design that names its scenarios and its world as they are called, not by where they were on this machine."""
    scenarios = tuple(Path(scenario).stem for scenario in design.scenarios)
    world = None if design.world is None else Path(design.world).resolve().name
    return design.model_copy(update={"scenarios": scenarios, "world": world})


def scenario_hash(world: World) -> str:
    """A hash of one scenario and of the tables that it is played on."""
    scenario, tables = world
    digest = hashlib.sha256(scenario.model_dump_json().encode())
    for table in ("countries", "goods", "firms", "needs", "links", "minds", "industries"):
        digest.update(json.dumps([row.__dict__ for row in getattr(tables, table)], sort_keys=True).encode())
    if tables.anonymous is not None:
        digest.update(tables.anonymous.digest.encode())
    if tables.focus is not None:
        digest.update(tables.focus.text.encode())
    return digest.hexdigest()
