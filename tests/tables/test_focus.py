"""What a world says that it is about is read with all that is wrong in it; what it leaves out follows from tables."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from model.tables.documents import read_document
from model.tables.faults import Faults
from model.tables.focus_file import FILE, WorldFocus, complete_focus
from model.tables.table_files import DATA, read_tables
from runs.game.game_file import GAME
from runs.simulation.focus import focus_of
from runs.simulation.stage import read_story

TABLES = read_tables(DATA)
WRONG = """home = "ZZ"
exporters = ["CN", "QQ"]
colour = "blue"
[story]
industry = "carz"
[tiers]
9 = "Beyond"
"""


def test_tables_tell_who_is_at_home_and_who_exports() -> None:
    said = complete_focus(WorldFocus(), TABLES)
    assert (said.home, said.exporters) == ("JP", ("CN",)) == (TABLES.focus.home, TABLES.focus.exporters)
    about = focus_of(replace(TABLES, focus=None))
    assert (
        about.home == "JP"
        and about.story == "cars"
        and said.story.industry == "cars"
        and about.vehicles == focus_of(TABLES).vehicles
    )
    assert about.reported[0] == "JP" and about.neighbour is None


def test_home_is_where_sales_add_most_value_outside_the_exporters() -> None:
    dearer = tuple(
        line.model_copy(update={"value_added_jpy_mn": 1e3 * line.value_added_jpy_mn * (line.country in ("KR", "CN"))})
        for line in TABLES.firms
    )
    assert complete_focus(WorldFocus(), replace(TABLES, firms=dearer)).home == "KR"


def test_no_setting_changes_what_is_reported(tmp_path: Path) -> None:
    world = tmp_path / "world"
    shutil.copytree(DATA, world, ignore=shutil.ignore_patterns(FILE))
    dear = "firms.value_added_jpy_mn[country=KR]*=100"
    for settings in ((), (dear,)):
        assert focus_of(read_story("calm", settings, world)[1]).home == "JP"


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    world = tmp_path / "world"
    shutil.copytree(DATA, world)
    (world / FILE).write_text(WRONG)
    with pytest.raises(Faults) as found:
        read_tables(world)
    told = " ".join(found.value.sentences)
    for words in ("home: found 'ZZ', which is not a known country", "'QQ'", "colour", "did you mean 'cars'?", "tiers"):
        assert words in told, words
    assert all(sentence.startswith(f"{FILE}: ") for sentence in found.value.sentences)
    assert len(found.value.sentences) == 5


def test_what_is_named_in_files_of_the_base_case_is_in_its_tables() -> None:
    goods, lines = {good.good for good in TABLES.goods}, {line.line for line in TABLES.firms}
    firms = {line.firm for line in TABLES.firms}
    named = read_document(DATA / "history.toml")
    assert {named["light_magnets"], named["heavy_magnets"], named["magnet_alloy"], *named["rare_earths"]} <= goods
    assert named["newcomer"]["line"] in lines
    assert {named["distributors"], *named["general_licensed"], *named["large_and_small_buyers_abroad"]} <= firms
    examples = TABLES.focus.examples
    assert {examples["line"], examples["maker"]} <= lines and examples["firm"] in firms
    assert set(GAME.customs) <= goods
    assert {seat.code for seat in GAME.seats if ":" not in seat.code} - {"authority"} <= lines
