"""What can be varied in a scenario beside its tables: its span, its shocks, tuned numbers, worlds of the ensemble."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from model.scenario.scenario import Scenario, read_files, read_world
from model.scenario.shock_settings import HAPPENS, PREFIX, SHIFT, is_number
from model.tables.calibrated import BY_HAND, keys_in
from model.tables.ensemble import ENSEMBLE, read_ensemble
from model.tables.table_files import DATA
from runs.simulation.named_levers import WORDS
from runs.simulation.stage import SCENARIOS

WORDS_OF_SHOCK = frozenset({"note", "source", "name", "kind"})
INDENT = "    "


@dataclass(frozen=True)
class Variable:
    """A key that levers, uncertainties and `run --set` take, what it is now, and between which bounds it is known.

    about: what it is a number of, the same for keys that belong together.
    """

    key: str
    value: Any
    low: float | None
    high: float | None
    about: str

    def as_dict(self) -> dict[str, Any]:
        """The variable as a JSON object."""
        return asdict(self) | {"value": self.value if is_number(self.value) else str(self.value)}


def list_variables(path_or_name: str | Path) -> list[Variable]:
    """What can be varied in a scenario on the base case beside columns of tables; raise Faults for a bad scenario."""
    story, _ = read_world(path_or_name, SCENARIOS, DATA)
    files = read_files(path_or_name, SCENARIOS, DATA)
    spans = {key: (each.values[0], each.values[-1]) for each in story.ranges for key in each.settings}
    found = [*scalars_of(story), *(each for number, _ in enumerate(story.shocks, 1) for each in keys_of(story, number))]
    found = [replace(each, low=spans[each.key][0], high=spans[each.key][1]) if each.key in spans else each
             for each in found]  # fmt: skip
    read = set().union(*(keys_in(document) for _, document in files.documents))
    found += [
        Variable(f"{BY_HAND}{key}", each.value, each.low, each.high, "tuned numbers that this scenario reads")
        for key, each in files.tuned.items()
        if each.cell is not None or key in read
    ]
    if worlds := read_ensemble(DATA):
        found.append(Variable(ENSEMBLE, "none", 1, len(worlds), "a world that fits the facts, by its number"))
    about = "by word, as levers of a batch"
    return found + [Variable(key, ", ".join(words), None, None, about) for key, words in WORDS.items()]


def scalars_of(story: Scenario) -> Iterator[Variable]:
    """The keys of a scenario itself."""
    about = "the scenario"
    yield Variable("days", story.days, None, None, about)
    yield Variable("start", story.start, None, None, about)
    if story.shock_date is not None:
        yield Variable("shock_date", story.shock_date, None, None, about)
        moved = f"{about}, with its shocks from the shock date on and its end, so many days later"
        yield Variable(SHIFT, 0, None, None, moved)


def keys_of(story: Scenario, number: int) -> Iterator[Variable]:
    """The keys of a shock by its number in the order of dates, or by its name."""
    shock = story.shocks[number - 1]
    about = f"shock {number}, {shock.date} ({shock.kind}): {shock.note}"
    prefix = f"{PREFIX}{shock.name or number}."
    for key in sorted(shock.model_fields_set - WORDS_OF_SHOCK, key=list(type(shock).model_fields).index):
        value = getattr(shock, key)
        if key == "covers":
            value = dict(value)
        if isinstance(value, Mapping):
            yield from (Variable(f"{prefix}{key}.{entry}", cell, None, None, about) for entry, cell in value.items())
        elif not isinstance(value, tuple) and value is not None:
            yield Variable(f"{prefix}{key}", value, None, None, about)
    yield Variable(f"{prefix}{SHIFT}", 0, None, None, about)
    yield Variable(f"{prefix}{HAPPENS}", "true", None, None, about)


def variables_text(variables: list[Variable], width: int) -> str:
    """Variables as text of so many letters a line, those that belong together under what they are about."""
    blocks = []
    for about in dict.fromkeys(each.about for each in variables):
        blocks.append("\n" + textwrap.fill(about, width, subsequent_indent=INDENT))
        for each in variables:
            if each.about == about:
                span = "" if each.low is None or each.high is None else f"  ({each.low:g} to {each.high:g})"
                blocks.append(f"{INDENT}{each.key} = {each.value}{span}")
    return "\n".join(blocks).lstrip("\n")
