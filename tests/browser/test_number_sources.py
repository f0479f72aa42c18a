"""The sources on a card and the words of the page: of any world, and of nothing but its tables."""

import json
import shutil

import pytest

from runs.browser.parts.number_sources import sources_of_line
from runs.browser.watch.glossary import glossary
from runs.browser.watch.languages import language_of_sources
from runs.browser.watch.session import WatchSession
from runs.reference.parameters import list_parameters
from runs.simulation.levers import Choice
from runs.simulation.shipped_worlds import WORLDS
from runs.simulation.stage import read_story


@pytest.mark.parametrize("world", [None, WORLDS / "example"])
def test_every_number_of_a_line_and_its_inputs_has_the_source_that_parameters_tells(world):
    tables = read_story("calm", (), world)[1]
    told = list_parameters(tables)
    for row, line in enumerate(tables.firms):
        mine = [
            each
            for each in told
            if each.value and not each.column.endswith("_jan2026")
            if (each.table == "firms" and each.row == line.line)
            or (each.table == "needs" and each.row.split(":")[0] == line.line)
        ]
        found = sources_of_line(tables, row)
        assert {(each["sort"], each["source"]) for each in found} == {(each.kind, quoted(each)) for each in mine}
        assert sum(len(each["numbers"]) for each in found) == len(mine) > 0
        said = {(number["value"], each["source"]) for each in found for number in each["numbers"]}
        assert said == {(f"{each.value:,.10g}", quoted(each)) for each in mine}


def quoted(parameter):
    return "" if parameter.kind == "untold" else parameter.source


def test_a_number_is_told_in_words_with_its_unit_and_range():
    tables = read_story("calm")[1]
    row = next(row for row, line in enumerate(tables.firms) if line.line == "PRO-H")
    told = {(each["what"], each["good"]): each for found in sources_of_line(tables, row) for each in found["numbers"]}
    cover, redesign = told["normal stock", "Dy and Tb oxide"], told["time for redesign", "Dy and Tb oxide"]
    assert (cover["value"], cover["unit"], cover["span"]) == ("60", "days", "")  # sources.csv has no range for it
    assert (redesign["value"], redesign["unit"], redesign["span"]) == (
        "540",
        "days",
        "270–1,620",
    )
    assert told["place in the chain", ""]["unit"] == ""
    assert told["value added", ""]["unit"] == "million JPY per unit"
    units = {unit for (what, _), each in told.items() if what == "input per unit" for unit in [each["unit"]]}
    assert "Dy and Tb oxide per unit of heat-resistant magnets" in units


def test_the_page_sends_the_sources_of_the_line_that_is_open():
    session = WatchSession(Choice("calm"))
    assert json.loads(session.snapshot.sources) == []
    session.run_command("pick", row=3)
    assert json.loads(session.snapshot.sources) == sources_of_line(session._run.stage.register.tables, 3)
    session.close()


def test_only_the_sources_of_what_comes_with_linestop_are_known_to_be_english(tmp_path):
    mine = shutil.copytree(WORLDS / "example", tmp_path / "mine")  # tables of somebody's own, in whatever language
    worlds = (None, "example", str(WORLDS / "graphite"), str(mine))
    assert [language_of_sources(world) for world in worlds] == ["en", "en", "en", ""]


def test_the_words_of_a_world_are_its_goods_and_tiers():
    tables = read_story("calm", (), WORLDS / "example")[1]
    groups = {group["title"]: dict(group["words"]) for group in glossary(tables)}
    assert set(groups["Goods"]) == {good.name for good in tables.goods}
    makers = sum(line.good == tables.goods[0].good for line in tables.firms)
    assert groups["Goods"][tables.goods[0].name].startswith(f"made by {makers} line")
