"""The references lack nothing: every key, outcome, column, option and name that the program reads has its place."""

from __future__ import annotations

import json
import re
from argparse import SUPPRESS
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import runs
from agents.firm import Firm
from agents.vocabulary import senses_of, verbs_of
from model.scenario.additions import Provenance
from model.scenario.event import Event
from model.scenario.events import KINDS
from model.scenario.overrides import Override
from model.scenario.ports import Way
from model.scenario.ranges import Range
from model.scenario.scenario import Scenario, read_world
from model.scenario.scenario_files import scenario_names
from model.tables.focus_file import FocusPart, WorldFocus
from model.tables.rows import ROWS, Row
from model.tables.table_files import DATA, read_tables
from model.tables.world_rules import WorldRules
from runs.batch.chunks import DAYS_OF_HOME, FIRM_SCHEMA, cost_of_resilience, first_line_to_stop
from runs.batch.columns import MEANINGS
from runs.batch.design import DESIGNS, Design, DesignPart, read_design
from runs.batch.samplers import SAMPLERS
from runs.commands.catalogue import COMMANDS, EXIT_CODES, parser_of
from runs.figures.catalogue import FIGURES, WIDE_FIGURES
from runs.game.seats import SEATS
from runs.handbook.contents import CHAPTERS, FIRST, MARK, PAGES, all_blocks, filled_in
from runs.handbook.key_blocks import NOT_WRITTEN, WRITTEN, parts_of_focus
from runs.handbook.people_blocks import PARTS_OF_DAY, PEOPLE, called_in
from runs.measures.definitions import definition_of, definitions
from runs.reference.examples import MORE
from runs.reference.keys import keys_of
from runs.simulation.levers import LEVERS
from runs.simulation.named_levers import MEANINGS as MEANINGS_OF_LEVERS
from runs.simulation.named_levers import WORDS
from runs.simulation.record import tidy
from runs.simulation.record_columns import header
from runs.simulation.stage import SCENARIOS, play, stage

GOLDEN = Path(__file__).parents[1] / "golden"
WITHOUT_EXAMPLE = {("qualify", "until")}  # which a qualification refuses
WITHOUT_UNIT = {"seeds", "sampling_seed"}  # numbers that count nothing
PREFIXES: dict[type[BaseModel], str] = {
    Scenario: "scenario", Override: "override", Range: "range", Provenance: "add", Way: "port.ways",
    Design: "experiment", WorldFocus: "focus", WorldRules: "rules",
    **{schema: kind for kind, schema in KINDS.items()},
    **{schema: table for table, schema in ROWS.items()},
    **{schema: f"focus.{key}" for key, schema in parts_of_focus().items()},
}  # fmt: skip


def heirs(schema: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The schemas that descend from one, those that nothing descends from."""
    below = schema.__subclasses__()
    yield from (leaf for each in below for leaf in heirs(each)) if below else (schema,)


def schemas() -> list[type[BaseModel]]:
    """All schemas of what somebody may write."""
    found = [leaf for root in (Event, Row, FocusPart, DesignPart) for leaf in heirs(root)]
    return [*dict.fromkeys(found), Scenario, Override, Range, Provenance, Way, WorldRules]


def prefix_of(schema: type[BaseModel]) -> str:
    return PREFIXES.get(schema, schema.__name__.lower())


@pytest.fixture(scope="module")
def blocks() -> Any:
    return all_blocks({name: parser_of(name) for name in COMMANDS}, EXIT_CODES)


@pytest.fixture(scope="module")
def pages(blocks: Any) -> dict[str, str]:
    return {path.stem: filled_in(path.read_text(encoding="utf-8"), blocks) for path in PAGES.glob("*.md")}


def objects(pages: dict[str, str]) -> dict[str, str]:
    """What stands in the pages as objects of the references: kind and name -> all that is said of it."""
    found: dict[str, str] = {}
    for text in pages.values():
        for kind, name, body in re.findall(
            r"^`{5}\{([\w:]+)\} ([^\n]+)\n\n(.*?)\n\n`{5}$", text, re.MULTILINE | re.DOTALL
        ):
            assert f"{kind} {name}" not in found or kind == "option", f"{kind} {name} stands in two places"
            found[f"{kind} {name}"] = body
    return found


@pytest.mark.parametrize("schema", schemas(), ids=lambda schema: schema.__name__)
def test_every_key_has_a_place_a_meaning_and_a_unit(schema: type[BaseModel], pages: dict[str, str]) -> None:
    there, prefix = objects(pages), prefix_of(schema)
    kind = "column" if schema in ROWS.values() else "key"
    whole = schema in (Scenario, Design)
    for field, key in keys_of(schema).items():
        if whole and field in NOT_WRITTEN:
            continue
        body = there[f"{kind} {prefix}.{WRITTEN.get(field, key.name) if whole else key.name}"]
        assert key.meaning.endswith(".") and not key.meaning[0].islower(), f"{prefix}.{field} has no meaning"
        assert key.takes in body.replace("\\", "")
        numbers = key.kind.startswith(("number", "whole number", "list of numbers", "list of whole"))
        assert key.unit or not numbers or field in WITHOUT_UNIT, f"{prefix}.{field} has no unit"
        assert "Example: " in body or kind == "column" or (prefix, field) in WITHOUT_EXAMPLE, f"{prefix}.{field}"


def test_every_shock_of_the_union_has_a_page_part(pages: dict[str, str]) -> None:
    assert set(heirs(Event)) == set(KINDS.values())
    assert re.findall(r"^## `(\w+)`$", pages["shocks"], re.MULTILINE) == list(KINDS)


def test_the_files_that_show_keys_are_sound() -> None:
    for path in (MORE / "scenarios").glob("*.toml"):
        story, _ = read_world(path, SCENARIOS, DATA)
        assert {shock.kind for shock in story.shocks} == set(KINDS)  # type: ignore[attr-defined]
    assert [read_design(path).title for path in sorted((MORE / "experiments").glob("*.toml"))]


def test_every_outcome_has_one_definition_and_a_place(pages: dict[str, str]) -> None:
    record, there = play(stage("two-months", settings=["days=100"])), objects(pages)
    found = {**first_line_to_stop(record), **cost_of_resilience(record)}
    names = {name for name in found} | set(outcomes_of_golden_runs())
    fitting = {name: [each.form for each in definitions() if each.pattern.fullmatch(name)] for name in names}
    assert all(len(forms) == 1 for forms in fitting.values()), {n: f for n, f in fitting.items() if len(f) != 1}
    unused = {each.form for each in definitions()} - {form for forms in fitting.values() for form in forms}
    assert all(form.startswith("wide_") for form in unused), unused  # which need anonymous firms
    for each in definitions():
        body = there[f"outcome {each.form}"]
        assert each.unit.partition("¤")[0] in body and "¤" not in body and each.meaning.endswith(".")


def outcomes_of_golden_runs() -> Iterator[str]:
    for path in GOLDEN.glob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        for part in content.values() if path.stem == "added" else (content,):
            yield from part


def test_names_of_outcomes_on_the_page_are_those_of_runs(pages: dict[str, str]) -> None:
    known = set(outcomes_of_golden_runs())
    listed = re.findall(r"In the base case (.*?)\.$", pages["outcomes"], re.MULTILINE)
    named = {name for line in listed for name in re.findall(r"`(\w+)`", line)}
    strays = {name for name in named - known if not name.startswith(("first_line", "cost_of"))}
    # a country that is not reported has fewer outcomes, and a form lists countries alike
    assert all(definition_of(name) for name in strays) and len(strays) < len(named) / 2


def test_every_column_of_a_run_is_said(pages: dict[str, str]) -> None:
    record = play(stage("calm", settings=["days=3"]))
    named = header("JPY", [country.zone for country in record.register.tables.countries[:2]])
    for table, frame in tidy(record).items():
        rows = named[named["table"] == table]
        assert set(rows["column"]) == set(frame.columns), table
        assert all(rows["meaning"])
        part = pages["record-columns"].split(f"## {table}.parquet")[1].split("\n## ")[0]
        assert all(f"| `{column}` |" in part for column in frame.columns)


def test_every_column_of_a_batch_is_said() -> None:
    assert set(MEANINGS["firms"]) == set(FIRM_SCHEMA.names)
    assert set(MEANINGS["days"]) == {"experiment", "day", "lines_stopped", *DAYS_OF_HOME}
    assert set(MEANINGS["experiments"]) == {"experiment", "scenario", "future", "seed", "error"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_said(name: str, pages: dict[str, str]) -> None:
    part = pages["commands"].split(f"\n## linestop {name}\n")[1].split("\n## ")[0]
    for action in parser_of(name)._actions:
        if action.help == SUPPRESS or "--help" in action.option_strings:
            continue
        written = ", ".join(action.option_strings[:1]) or str(action.metavar)
        (body,) = re.findall(
            rf"`{{5}}\{{option\}} {re.escape(written)}(?:[ ,][^\n]*)?\n\n(.*?)\n\n`{{5}}", part, re.DOTALL
        )
        assert action.help and body[1:40].replace("\\", "") in action.help.replace("%%", "%") + "." * 40 + body
        assert body[0].isupper() or not body[0].isalpha()


def test_exit_codes_are_said(pages: dict[str, str]) -> None:
    assert all(f"| {int(code)} | " in pages["commands"] for code in EXIT_CODES) and {0, 1, 2, 130} < set(EXIT_CODES)


@pytest.mark.parametrize("name", runs.__all__)
def test_every_public_name_has_signature_and_meaning(name: str, pages: dict[str, str]) -> None:
    found = re.search(rf"`{{5}}\{{py:\w+\}} runs\.{name}\b.*\n\n([A-Z`].*)", pages["python"])
    assert found, name


def test_lists_are_whole(pages: dict[str, str]) -> None:
    tables = read_tables(DATA)
    assert all(f"| `{good.good}` | {good.name} |" in pages["codes"] for good in tables.goods)
    assert all(f"| `{line.line}` | `{line.firm}` |" in pages["codes"] for line in tables.firms)
    assert all(f"| `{country.country}` |" in pages["codes"] for country in tables.countries)
    assert all(f"\n## {name}\n" in pages["scenarios"] for name in scenario_names(SCENARIOS))
    assert all(f"| `{path.stem}` |" in pages["scenarios"] for path in DESIGNS.glob("*.toml"))
    assert all(f"| `{name}` |" in pages["samplers"] for name in SAMPLERS)
    assert set(MEANINGS_OF_LEVERS) == set(WORDS) and all(f"### `{name}`" in pages["levers"] for name in WORDS)
    assert all(f"| {lever.label} |" in pages["levers"] for lever in LEVERS.values())
    assert all(f"File: `{name}.png`" in pages["figures"] for name in (FIGURES | WIDE_FIGURES))
    assert all(f"`{seat.code}`" in pages["seats"] for seat in SEATS.values())


def test_senses_verbs_and_phases_are_whole(pages: dict[str, str]) -> None:
    for kind in (Firm, *PEOPLE.values()):
        assert all(f"| `{word.name}` |" in pages["senses"] for word in (*senses_of(kind), *verbs_of(kind)))
        assert all(f"| `{trait}` |" in pages["people"] for trait in kind.traits)
    phases = [name for part in PARTS_OF_DAY for name in called_in(part)]
    assert phases[0] == "cargo_lands" and phases[-1] == "dust_is_swept" and len(phases) == 14
    assert [pages["day"].index(f"(`{name}`)") for name in phases] == sorted(
        pages["day"].index(f"(`{name}`)") for name in phases
    )


def test_every_page_is_in_the_contents_and_every_block_on_one_page(blocks: Any) -> None:
    names = [name for chapter in CHAPTERS.values() for name in chapter]
    assert len(set(names)) == len(names)
    assert {path.stem for path in PAGES.glob("*.md")} == {name for name in names if "/" not in name} - {
        "CONTRIBUTING", "CHANGELOG",
    } | {FIRST}  # fmt: skip
    used = [mark["name"] for path in PAGES.glob("*.md") for mark in MARK.finditer(path.read_text(encoding="utf-8"))]
    assert sorted(used) == sorted(blocks)
