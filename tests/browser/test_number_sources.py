"""The sources on a card and the words of the page: of any world, and of nothing but its tables."""

import json

import pytest

from runs.browser.parts.number_sources import sources_of_line
from runs.browser.watch.glossary import glossary
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
        assert {(each["kind"], each["source"]) for each in found} == {(each.kind, each.source) for each in mine}
        assert sum(len(each["numbers"]) for each in found) == len(mine) > 0


def test_the_page_sends_the_sources_of_the_line_that_is_open():
    session = WatchSession(Choice("calm"))
    assert json.loads(session.snapshot.sources) == []
    session.run_command("pick", row=3)
    assert json.loads(session.snapshot.sources) == sources_of_line(session._run.stage.register.tables, 3)
    session.close()


def test_the_words_of_a_world_are_its_goods_and_tiers():
    tables = read_story("calm", (), WORLDS / "example")[1]
    groups = {group["title"]: dict(group["words"]) for group in glossary(tables)}
    assert set(groups["Goods"]) == {good.name for good in tables.goods}
    makers = sum(line.good == tables.goods[0].good for line in tables.firms)
    assert groups["Goods"][tables.goods[0].name].startswith(f"made by {makers} line")
