"""A world of one's own: the worked example plays at once, check tells every fault together and who hangs on whom."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from model.register import register
from model.tables.rows import ROWS
from model.tables.table_files import DATA, read_tables
from model.tables.world_folder import about_world
from runs.__main__ import main
from runs.simulation.stage import play, read_story, stage
from runs.worlds.at_rest import world_at_rest
from runs.worlds.own_world import EXAMPLE
from runs.worlds.rest_text import rest_text, tabulate
from runs.worlds.who_stops_whom import losses_of
from runs.worlds.world_check import check_world
from tests.support.motors import write_motors

STOP = """title = "A stop"
about = "One line ships nothing."
start = 2026-01-01
days = 200
shock_date = 2026-01-01
[[shock]]
date = 2026-01-01
kind = "capacity"
lines = ["QUA"]
times = 0.0
note = "A fire"
source = "hypothetical"
"""


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    place = tmp_path / "mine"
    assert main(["world", "new", str(place)]) == 0
    assert f"linestop run {place / 'scenario.toml'} --world {place}" in capsys.readouterr().out
    return place


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file.name, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.subprocess
def test_the_worked_example_plays_at_once_with_figures(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario, place = str(world / "scenario.toml"), world.parent / "run"
    assert main(["run", scenario, "--world", str(world), "--out", str(place), "--audit"]) == 0
    assert main(["explain", scenario, "--world", str(world), "--firm", "Grange"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Valeland lost value added of" in told and "for want of precision bearings" in told
    assert (place / "report.html").is_file() and list(place.glob("*.png"))
    lost = json.loads((place / "outcomes.json").read_text())["value_added_lost_jpy_bn_VALE"]
    assert 1.0 < lost < 106.0  # of a year's


def test_it_explains_each_of_its_columns_and_gives_each_number_a_source(world: Path) -> None:
    page = (world / "README.md").read_text(encoding="utf-8")
    for table in sorted(path.stem for path in world.glob("*.csv")):
        with (world / f"{table}.csv").open(encoding="utf-8") as handle:
            columns = next(csv.reader(handle))
        assert set(columns) == set(ROWS[table].model_fields)
        assert all(f"`{column}`" in page for column in columns), table
    assert not [words for words in check_world(world).faults if words]
    reg = check_world(world).register
    assert reg is not None and not [words for words in world_at_rest(reg)["remarks"] if "sources" in words]


def test_its_people_are_those_of_the_base_case_as_they_are_tuned(world: Path) -> None:
    _, tables = read_story(str(world / "scenario.toml"), (), world)
    base = read_tables(DATA)
    assert tables.minds == base.minds
    assert {each for each in tables.sources if each.table == "minds"} == {
        each for each in base.sources if each.table == "minds"
    }
    before = about_world(world)["digest"]
    (world / "minds.csv").write_text((DATA / "minds.csv").read_text().replace("*,adjust_days,5", "*,adjust_days,9"))
    own = read_story(str(world / "scenario.toml"), (), world)[1]
    assert own.minds[0].value == 9 and about_world(world)["digest"] != before


def test_its_numbers_are_shown_with_their_sources(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parameters", "needs", "--world", str(world), "--line", "Ridge", "--json"]) == 0
    numbers = {each["column"]: each for each in json.loads(capsys.readouterr().out)}
    assert numbers["dependence"]["value"] == 0.8 and (numbers["dependence"]["low"], numbers["dependence"]["high"]) == (
        0.6,
        1,
    )
    edit(world / "sources.csv", "needs,*,cover_days,day,assumption,made up for the example,0.5x,2x\n", "")
    assert main(["parameters", "--world", str(world)]) == 0
    told = capsys.readouterr().out
    assert "9 numbers without a source" in told and "  untold: sources.csv does not say where it comes from" in told
    assert main(["world", "check", str(world)]) == 0
    assert "nothing says where the numbers of needs.cover_days come from" in " ".join(capsys.readouterr().out.split())


def test_a_place_that_is_taken_is_left_alone(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(world / "focus.toml", "Valish", "Mine")
    for place in (world, world / "focus.toml", world / "focus.toml" / "deep"):
        assert main(["world", "new", str(place)]) == 2
        assert "choose another folder" in capsys.readouterr().err
    assert "Mine" in (world / "focus.toml").read_text()
    assert [path.name for path in world.parent.iterdir()] == [world.name]


def test_every_fault_of_every_file_is_told_together(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(world / "firms.csv", "RID,RID,Ridge Robots,VALE", "RID,RID,Ridge Robots,VALLE")
    edit(world / "needs.csv", "HIL,steel,0.0008,1,60", "HIL,steel,0.0008,1,-60")
    edit(world / "links.csv", "GRA,DAL,gearbox,0.6", "GRA,DAL,gearbox,0.5")
    edit(world / "goods.csv", "hoist,hoists,hoist,0", "hoist,hoists,hoist,none")
    edit(world / "sources.csv", "goods,*,spot_eta", "goods,*,spot_etta")
    edit(world / "focus.toml", 'home = "VALE"', 'home = "VALEE"')
    edit(world / "scenario.toml", "days = 400", "days = 0")
    edit(world / "scenario.toml", 'goods = ["bearing", "steel"]\nrule = "watch"', 'goods = ["bering"]\nrule = "watch"')
    (world / "other.toml").write_text('title = "Other"\nabout = "Other."\nbase = "nothing-like-it"\n')
    (world / "torn.toml").write_text("title = \n")
    assert main(["world", "check", str(world)]) == 2
    told = capsys.readouterr()
    for words in (
        "firms.csv: line 11 (RID), country", "needs.csv: line 4 (HIL:steel), cover_days",
        "need of DAL for gearbox, share: found shares that add to 0.9", "goods.csv: line 7 (hoist), controlled",
        "did you mean 'spot_eta'?", "focus.toml: home: found 'VALEE'", "scenario.toml: days",
        "did you mean 'bearing'?", "nothing-like-it",
        "torn.toml: line 1",
    ):  # fmt: skip
        assert words in told.err, words
    assert "Traceback" not in told.err and len(told.err.splitlines()) == 10
    assert main(["world", "check", str(world), "--json"]) == 2
    about = json.loads(capsys.readouterr().out)
    assert len(about["faults"]) == 10 and about["at_rest"] is None


def test_what_cannot_rest_is_told_with_the_number_that_would_do(
    world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(world / "firms.csv", "0,75000,7", "0,50000,7")
    edit(world / "firms.csv", "200000,450000", "200000,300000")
    assert main(["world", "check", str(world)]) == 2
    told = capsys.readouterr().err
    assert "firms.csv, LOD, capacity_per_year: demand pulls 50400 a year" in told
    assert "firms.csv, HAR, capacity_per_year" in told


def test_a_fault_of_a_scenario_hides_nothing_of_the_world(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(world / "scenario.toml", 'goods = ["bearing", "steel"]\nrule = "individual"', 'goods = ["x"]\nrule = "ban"')
    assert main(["world", "check", str(world)]) == 2
    told = capsys.readouterr()
    assert "Who could stop whom" in told.out and "scenario.toml" in told.err


@pytest.mark.parametrize("what", ["nothing", "a file", "empty"])
def test_what_is_no_world_is_refused_in_a_sentence(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "place"
    if what == "a file":
        place.write_text("x")
    elif what == "empty":
        place.mkdir()
    assert main(["world", "check", str(place)]) == 2
    assert "'linestop world new FOLDER' writes one" in capsys.readouterr().err


def test_the_rest_of_a_world_is_told_within_a_hundred_letters(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (world, write_motors(world.parent / "other"), DATA):
        reg = check_world(folder).register
        assert reg is not None
        for width in (60, 100):
            assert max(map(len, rest_text(world_at_rest(reg), width).splitlines())) <= width
    capsys.readouterr()
    assert main(["world", "check", str(world), "--json"]) == 0
    rest = json.loads(capsys.readouterr().out)["at_rest"]
    assert (rest["home"], rest["exporters"], rest["story"], rest["lines"]) == ("VALE", ["REEF"], "lifts", 11)
    made = {each["good"]: each["made"] for each in rest["goods"]}
    assert made["gearbox"] == pytest.approx(30_000 + 6 * 0.8 * 8_000 + 20_000 + 6_000)
    assert made["bearing"] == pytest.approx(4 * made["gearbox"] + 350_000)
    shares = {each["good"]: each["home"] for each in rest["dependence"]}
    gra, lod = 30_000 * 0.6 + 20_000 * 0.3 + 4_000, 30_000 * 0.4 + 6 * 0.8 * 8_000
    assert shares["bearing"] == pytest.approx((0.7 * gra + 0.8 * lod) / (gra + lod))
    assert shares["steel"] == pytest.approx(0.7)
    assert [each["country"] for each in rest["countries"] if each["lines"]] == ["REEF", "VALE", "MOOR"]
    hill = 4 * (0.3 * gra + 0.2 * lod)
    assert rest["countries"][1]["value_added_bn"] == pytest.approx(30 * 3 + 8 * 2 + (gra + lod) * 7e-5 + hill * 2e-6)
    worst = [each["lost"] for each in rest["who_stops_whom"]]
    assert worst[:3] == ["REEF", "QUA", "GRA"] and sorted(worst[3:]) == ["BRO", "CAP", "FEN", "HAR", "HIL", "LOD"]
    assert [each["line"] for each in rest["who_stops_whom"][0]["story"]] == ["DAL"]


def test_a_wide_table_is_broken_and_keeps_its_words() -> None:
    table = tabulate(["a", "b"], [["x " * 60, "y " * 60], ["1", "2"]], 60)
    assert max(map(len, table.splitlines())) <= 60 and table.count("x") == table.count("y") == 60


def test_who_stops_whom_is_a_sum_by_hand(world: Path) -> None:
    """Fen has 20 days of bearings and 30 on the road; Tarn 10 of gearboxes, 2 on the road, Fen 7 on its floor."""
    _, tables = read_story(str(world / "scenario.toml"), (), world)
    reg = register(tables)
    losses = {loss.code: loss for loss in losses_of(reg, ("REEF",))}
    fen, tar, dal, rid = (reg.row(code) for code in ("FEN", "TAR", "DAL", "RID"))
    assert losses["HAR"].stopped[fen] == 50
    assert losses["FEN"].curtailed[tar] == 17 and losses["FEN"].left[tar] == pytest.approx(0.3)  # 2 + 10 / 0.7 days
    assert losses["GRA"].left[dal] == pytest.approx(0.4) and losses["LOD"].left[rid] == pytest.approx(0.2)
    assert losses["BRO"].stopped.max() == losses["BRO"].curtailed.max() == -1
    assert losses["REEF"].stopped[fen] == 50 and losses["QUA"].stopped[fen] == 33 + 15 + 50


def test_the_physics_agrees_on_who_stops_when_nobody_helps(world: Path) -> None:
    """From steel to Fen each has one way and no second source is open: days are those of a run without people."""
    (world / "stop.toml").write_text(STOP)
    chain = stage(str(world / "stop.toml"), world=world, minds=False)
    output = play(chain).lines["output"]
    losses = {loss.code: loss for loss in losses_of(chain.register, ("REEF",))}
    on_the_floor = 20  # days of steel that the burnt works still ships, and a works that is lost does not
    for code in ("HAR", "CAP", "FEN"):
        row = chain.register.row(code)
        first = int(np.flatnonzero(output[:, row] < 0.05 * output[0, row])[0])
        assert first == losses["QUA"].stopped[row] + on_the_floor, code


def test_an_imported_world_can_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = tmp_path / "net"
    net.mkdir()
    for name, text in {"A": "1 2 5\n2 3 5\n", "C": "1 10\n2 10\n3 10\n", "P": "1 15\n2 15\n3 10\n",
                       "F": "1 1 a\n2 2 b\n3 3 c\n"}.items():  # fmt: skip
        (net / f"{name}.txt").write_text(text)
    assert main(["import", "inoue-todo", str(net), "--country", "DE", "--out", str(tmp_path / "w")]) == 0
    assert main(["world", "check", str(tmp_path / "w")]) == 0
    told = capsys.readouterr().out
    assert "3 lines" in told and "every country is in the zone 'outside'" in told


def test_the_example_is_what_new_writes(world: Path) -> None:
    assert {path.name: path.read_bytes() for path in EXAMPLE.iterdir() if path.is_file()} == {
        path.name: path.read_bytes() for path in world.iterdir()
    }
