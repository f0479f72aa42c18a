"""Scenarios: all faults at once, settings, bases, and those that Linestop ships."""

from datetime import date
from pathlib import Path

import pytest

from model.scenario.overrides import Override, apply_overrides
from model.scenario.scenario import read_scenario, read_world
from model.scenario.scenario_files import scenario_names
from model.tables.faults import Faults
from model.tables.table_files import read_tables
from tests.support.desk import DATA, SCENARIO, SCENARIOS, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_sound_world_reads(desk: Desk) -> None:
    scenario, tables = desk.read()
    assert [shock.kind for shock in scenario.shocks] == ["regime", "capacity", "qualify"]
    assert scenario.shock_day == 90
    assert tables.needs[0].cover_days == 30
    assert read_tables(desk.folder).needs[0].cover_days == 60


def test_ten_faults_are_told_at_once(desk: Desk) -> None:
    desk.edit("ban.toml", 'table = "needs"', 'table = "neds"')
    desk.edit("ban.toml", "value = 30", 'value = "thirty"')
    desk.edit("ban.toml", 'origin = ["CN"]', 'origin = ["CNN"]')
    desk.edit("ban.toml", 'goods = ["dytb"]', 'goods = ["dtyb"]')
    desk.edit("ban.toml", 'entities = ["SEJ"]', 'entities = ["SEY"]\ncolour = "red"')
    desk.edit("ban.toml", "review_days = 63", "review_days = -3\ngrant_share = 1.5")
    desk.edit("ban.toml", "date = 2025-05-01", "date = 2024-05-01")
    desk.edit("ban.toml", "times = 0.5", "times = -1")
    desk.edit("ban.toml", 'links = [["LYH-D", "SEJ-H"]]', 'links = [["LYH-D", "SEJ-J"]]')
    told = desk.faults()
    keys = [
        "override 1, table",
        "override 1, value",
        "shock 1, origin.1",
        "shock 1, goods.1",
        "shock 1, entities.1",
        "shock 1, colour",
        "shock 1, review_days",
        "shock 1, grant_share",
        "shock 2, date",
        "shock 2, times",
        "shock 3, links.1.2",
    ]
    for key in keys:
        assert any(sentence.startswith(f"ban.toml: {key}: ") for sentence in told), (key, told)
    assert len(told) == len(keys), told


def test_faults_of_tables_and_scenario_are_told_together(desk: Desk) -> None:
    desk.edit("ban.toml", 'goods = ["dytb"]', 'goods = ["dtyb"]')
    desk.edit("links.csv", "dytb,1,10", "dytb,0.9,10")
    desk.edit("firms.csv", "MY,1,none", "MX,1,none")
    assert [sentence.split(":")[0] for sentence in desk.faults()] == ["firms.csv", "links.csv", "ban.toml"]


def test_shares_are_added_after_the_overrides(desk: Desk) -> None:
    setting = "links.share[supplier=CRE-D]=0.8"
    assert "need of SEJ-H for dytb, share: found shares that add to 0.8" in desk.faults(setting)[0]
    free = Override(table="links", column="qualification_days", value=0, because="a test")
    half = Override(table="links", column="share", value=0.5, because="a test")
    tables = apply_overrides(read_tables(desk.folder), [free, half])
    assert [link.share for link in tables.links] == [0.5, 0.5]
    with pytest.raises(Faults, match="override 1, share of LYH-D>SEJ-H:dytb"):
        apply_overrides(read_tables(desk.folder), [half])


def test_missing_file_is_told(desk: Desk) -> None:
    (desk.folder / "minds.csv").unlink()
    assert [sentence.split(":")[0] for sentence in desk.faults()] == ["minds.csv"]


def test_unreadable_file_is_told_without_echoes(desk: Desk) -> None:
    (desk.folder / "firms.csv").write_bytes(b"\xff\xfe")
    assert desk.faults() == ("firms.csv: found bytes that are not UTF-8 at byte 0; save it as UTF-8",)


def test_unknown_scenario_is_told_with_the_nearest(desk: Desk) -> None:
    assert desk.faults(name="bam") == ("scenario: found 'bam', which is not a known scenario; did you mean 'ban'?",)


def test_settings_change_scalars_and_columns(desk: Desk) -> None:
    scenario, tables = desk.read("days=600", "start=2024-12-31", "needs.cover_days[role=magnet_maker,country=JP]*=2")
    assert (scenario.days, scenario.start, tables.needs[0].cover_days) == (600, date(2024, 12, 31), 60)
    assert desk.read("minds.value[parameter=alarm_days]=20")[1].minds[0].value == 20


def test_a_run_cut_short_by_hand_just_does_not_reach_its_later_shocks(desk: Desk) -> None:
    assert desk.read("days=10", "shock_date=2025-01-05")[0].days == 10


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("dais=600", ["dais=600", "'days'"]),
        ("days", ["days", "KEY=VALUE"]),
        ("days=many", ["days", "'many'", "whole number"]),
        ("start=2025-06-01", ["ban.toml: shock 1, date", "the start, got"]),
        ("neds.cover_days=3", ["neds.cover_days=3, table", "'needs'"]),
        ("needs.cover_dais=3", ["column", "'cover_days'"]),
        ("needs.cover_days[role=automaker]=3", ["where.role", "'automaker'"]),
        ("needs.cover_days=lots", ["value", "'lots'", "number"]),
        ("minds.value[parameter=alarm_dayz]=2", ["where.parameter", "'alarm_dayz'", "'alarm_days'"]),
    ],
)
def test_bad_settings_are_told(desk: Desk, setting: str, words: list[str]) -> None:
    assert any(all(word in sentence for word in words) for sentence in desk.faults(setting)), desk.faults(setting)


def test_a_scenario_adds_to_its_base(desk: Desk) -> None:
    lift = SCENARIO[SCENARIO.index("[[shock]]") :].split("\n\n")[0].replace("2025-04-01", "2025-03-01")
    (desk.folder / "heir.toml").write_text(f'base = "ban"\ntitle = "Heir"\n\n{lift}\n', encoding="utf-8")
    heir = read_scenario("heir", desk.folder)
    assert (heir.title, heir.about, heir.base, heir.name) == ("Heir", "A ban. It holds.", "ban", "heir")
    assert [shock.date.month for shock in heir.shocks] == [3, 4, 5, 6]
    assert read_scenario(desk.folder / "heir.toml", SCENARIOS).title == "Heir"


def test_faults_in_a_base_name_the_base(desk: Desk) -> None:
    (desk.folder / "heir.toml").write_text('base = "ban"\n', encoding="utf-8")
    desk.edit("ban.toml", 'goods = ["dytb"]', 'goods = ["dtyb"]')
    assert [sentence.split(":")[0] for sentence in desk.faults(name="heir")] == ["ban.toml"]


@pytest.mark.parametrize("name", scenario_names(SCENARIOS))
def test_shipped_scenarios_read_without_fault(name: str) -> None:
    scenario, _ = read_world(name, SCENARIOS, DATA)
    assert scenario.name == name
    assert all(scenario.start <= shock.date < scenario.end for shock in scenario.shocks)


def test_the_scenarios_of_the_project_are_all_there() -> None:
    assert set(scenario_names(SCENARIOS)) >= {
        "calm",
        "full-stop",
        "two-months",
        "september-2010",
        "april-2025",
        "january-2026",
        "escalation",
        "korea-sanctioned",
        "allied-stockpile",
        "truce",
    }


SHAPES = """
title = "Shapes"
about = "For tests."
base = "calm"
[[shock]]
date = 2025-11-01
until = 20
kind = "capacity"
name = "quake"
firms = ["SEJ"]
times = 0.0
parts = { "SEJ-L" = 0.25 }
recovery = "s-shaped"
recovery_days = 40
note = "A quake"
source = "made up"
[[shock]]
date = 2025-11-01
until = 10
kind = "port"
ways = [{ origin = ["CN"], goods = ["alloy"] }, { suppliers = ["LYN"] }]
closed = true
note = "A port is shut"
source = "made up"
"""


def test_shapes_of_shocks_are_read_and_set_and_their_names_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "shapes.toml"
    path.write_text(SHAPES, encoding="utf-8")
    story, _ = read_world(path, SCENARIOS, DATA, ["shock.quake.recovery_days=9", "shock.quake.parts.SEJ-L=0.5"])
    quake, port = story.shocks[-2:]
    assert (quake.recovery_days, quake.part_of("SEJ-L"), quake.part_of("SEJ-H")) == (9, 0.5, 1.0)  # type: ignore[union-attr]
    assert str(quake.end) == "2025-11-29" and port.ways[1].suppliers == ("LYN",)  # type: ignore[union-attr]
    path.write_text(SHAPES.replace('["CN"]', '["CHN"]').replace('"SEJ-L" =', '"SEJ-X" ='), encoding="utf-8")
    with pytest.raises(Faults) as found:
        read_world(path, SCENARIOS, DATA)
    assert "shapes.toml: shock 2, ways.1.origin.1: found 'CHN', which is not a known country" in str(found.value)
    assert "shapes.toml: shock 1, parts.1.1: found 'SEJ-X', which is not a known line" in str(found.value)
