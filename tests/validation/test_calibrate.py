"""Tuned numbers: their table, how scenarios refer to them, and the search."""

import math
from pathlib import Path

import numpy as np
import pytest

from model.scenario.scenario import read_scenario, read_world
from model.tables.calibrated import Tuned, by_hand, filled_in, read_tuned
from model.tables.ensemble import values_of_cells, world_settings
from model.tables.faults import Faults
from model.tables.table_files import DATA, read_tables
from runs.simulation.stage import SCENARIOS
from runs.validation.calibrate import (
    Objective,
    base_case_problem,
    first_generation,
)
from runs.validation.calibration_tables import read_target_table, write_tuned
from runs.validation.measured_worlds import MeasuredWorlds
from runs.validation.misses import miss
from runs.validation.stylised_facts import StylisedFact

HEAD = "key,value,unit,kind,low,high,way,facts,meaning\n"


def fact(low: float | None, high: float | None, target: float | None = None) -> StylisedFact:
    return StylisedFact("1", "april-2025", "", "", target, low, high, "yes", "", "", "")


def test_every_tuned_number_lies_within_its_bounds_and_is_used() -> None:
    tuned = read_tuned(DATA)
    toml = "".join(path.read_text(encoding="utf-8") for path in SCENARIOS.glob("*.toml"))
    unused = [key for key, each in tuned.items() if each.cell is None and f'"@{key}"' not in toml]
    assert tuned and not unused


def test_tuned_cells_stand_in_the_tables_as_calibrated() -> None:
    tables, tuned = read_tables(DATA), read_tuned(DATA)
    sources = {(s.table, s.row, s.column): s for s in tables.sources}
    for each in tuned.values():
        if each.cell is not None:
            table, row, column = each.cell
            found = next(r for r in getattr(tables, table) if r.key == row)
            assert getattr(found, column) == each.value
            assert sources[each.cell].kind == ("calibrated" if each.way in ("sampled", "by hand") else "assumption")


def test_only_the_episode_that_is_tuned_on_refers_to_tuned_numbers() -> None:
    for name in ("january-2026", "september-2010"):
        assert '"@' not in (SCENARIOS / f"{name}.toml").read_text(encoding="utf-8")


def test_a_tuned_number_can_be_set_by_hand() -> None:
    story, _ = read_world("april-2025", SCENARIOS, DATA, ["tuned.capacity_june=77"])
    assert 77 in {getattr(shock, "review_capacity", None) for shock in story.shocks}
    with pytest.raises(Faults, match="did you mean 'capacity_june'"):
        read_scenario("april-2025", SCENARIOS, ["tuned.capacity_jun=77"])
    with pytest.raises(Faults, match="a number was expected"):
        by_hand(read_tuned(DATA), ["tuned.capacity_june=many"])


def test_an_unknown_reference_is_told_with_the_nearest_key() -> None:
    faults: list[str] = []
    filled_in({"level": ["@news_novembre"]}, read_tuned(DATA), faults, "x.toml: shock 1")
    assert "x.toml: shock 1, level 1: found '@news_novembre'" in faults[0]
    assert "did you mean 'news_november'" in faults[0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("x,5,day,calibrated,1,4,sampled,1,what", "must be >= 1 and <= 4, got 5"),
        ("x,2,1,day,guess,1,4,sampled,1,what", "calibrated"),
        ("x,2,day,calibrated,1,4,sampled,1,a\nx,2,day,calibrated,1,4,sampled,1,b", "second row"),
    ],
)
def test_a_bad_table_is_told(tmp_path: Path, row: str, words: str) -> None:
    (tmp_path / "calibrated.csv").write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(Faults, match=words):
        read_tuned(tmp_path)


def test_a_folder_without_tuned_numbers_has_none(tmp_path: Path) -> None:
    assert read_tuned(tmp_path) == {}


def test_a_miss_is_counted_in_tolerances() -> None:
    assert miss(fact(0, 2, 1), 1) == 0
    assert miss(fact(0, 2, 1), 2) == 1
    assert miss(fact(0, 2, 1), math.nan) == miss(fact(0, 2, 1), 99) == 3
    assert miss(fact(1, 1, 1), 1) == 0 and miss(fact(1, 1, 1), 0) > 1
    assert miss(fact(None, None), 5) == 0


def test_the_search_stays_within_its_ends_and_begins_at_what_is_assumed() -> None:
    problem = base_case_problem()
    aim = Objective(MeasuredWorlds(problem))
    cloud = first_generation(aim, seed=3, members=8)
    assert np.array_equal(cloud, first_generation(aim, 3, 8)) and np.ptp(cloud[1:]) > 0.9
    assert aim.world(cloud[0]) == problem.world({})
    ends = {number.key: number.ends for number in problem.numbers if number.role == "searched"}
    for point in cloud:
        world = aim.world(point)
        assert all(low * 0.999 <= world[key] <= high * 1.001 for key, (low, high) in ends.items())
        assert world["news_october"] == problem.world({})["news_october"]  # uncertain: not searched


def test_any_world_can_be_simulated() -> None:
    world = base_case_problem().world({"review": 25.91})
    assert world["review"] == 26  # whole days, which `--set` takes only as such
    story, _ = read_world("april-2025", SCENARIOS, DATA, world_settings(world))
    assert 26 in {getattr(shock, "review_days", None) for shock in story.shocks}
    read_world("full-stop", SCENARIOS, DATA, world_settings(values_of_cells(world)))


def test_writing_changes_values_alone(tmp_path: Path) -> None:
    place = tmp_path / "calibrated.csv"
    place.write_text((DATA / "calibrated.csv").read_text(encoding="utf-8"), encoding="utf-8")
    before = read_tuned(tmp_path)
    write_tuned({"capacity_june": 31.25}, place)
    after = read_tuned(tmp_path)
    assert after["capacity_june"].value == 31.25
    assert {key: each for key, each in after.items() if key != "capacity_june"} == {
        key: each for key, each in before.items() if key != "capacity_june"
    }
    assert isinstance(after["capacity_june"], Tuned)


def test_a_new_table_is_made_and_a_bad_place_is_told_before_the_search(tmp_path: Path) -> None:
    write_tuned({"capacity_june": 31.25}, tmp_path / "calibrated.csv")
    assert read_tuned(tmp_path)["capacity_june"].value == 31.25
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    places = {".": "is a folder", "none/x.csv": "found no folder", "empty.csv": "no table", "other.csv": "no table"}
    for name, words in places.items():
        with pytest.raises(Faults, match=words):
            read_target_table(tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {"calibrated.csv", "empty.csv", "other.csv"}
