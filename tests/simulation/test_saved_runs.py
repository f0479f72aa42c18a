"""A run that is saved on a day and taken up again, or branched, is equal to the bit to a run in one go."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runs.worlds
from model.tables.faults import Faults
from runs.__main__ import main
from runs.measures.outcomes import outcomes
from runs.simulation.branching import change_course
from runs.simulation.identity import hash_of_state
from runs.simulation.levers import pull_today
from runs.simulation.record import Record
from runs.simulation.saved_run import (
    course_of,
    new_leg,
    play_course,
    read_saved_run,
    write_saved_run,
)
from runs.simulation.stage import Stage, play, read_story, stage

EASED = """
title = "Eased"
about = "Rulings come back."
base = "two-months"
[[shock]]
date = 2026-02-10
kind = "regime"
origin = ["CN"]
destination = ["JP"]
goods = ["dytb", "yttrium", "alloy", "magnet_heavy"]
rule = "individual"
review_days = 30
note = "Rulings again"
source = "made up"
"""


def equal(one: Record, other: Record) -> bool:
    """Whether two records hold the same numbers, day by day."""
    rooms = [(getattr(one, name), getattr(other, name)) for name in ("lines", "needs", "links", "licences", "prices")]
    columns = [(mine[name], theirs[name]) for mine, theirs in rooms for name in mine]
    columns += [(one.news, other.news), (one.projects, other.projects)]
    return all(np.array_equal(mine, theirs, equal_nan=True) for mine, theirs in columns)


def save_on(day: int, path: Path, name: str = "two-months", seed: int = 1, *more: str) -> Path:
    """Play a scenario until a day and save it."""
    course = course_of([new_leg(name, more, None)], None, day)
    chain = Stage(rng=seed, world=course.worlds[0])
    play_course(chain, course)
    write_saved_run(path, chain, course)
    return path


def go_on(path: Path, days: int | None = None) -> tuple[Stage, Record]:
    """Take a saved run up and play it to its end, or until some days have passed."""
    saved = read_saved_run(path)
    course = course_of([*saved.legs, saved.legs[-1]], None, days)
    chain = Stage(rng=saved.seed, world=course.worlds[0])
    return chain, play_course(chain, course, saved).record(chain.story)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "day", "more"),
    [
        ("two-months", 91, ()),  # the day after the shock: cargo at sea, papers in the queue
        ("january-2026", 200, ()),  # second sources half qualified, inspections drawn
        ("april-2025", 150, ("shock.1.grant_share=0.7",)),  # rulings drawn
    ],
)
def test_a_run_that_was_saved_ends_as_one_in_one_go(name: str, day: int, more: tuple[str, ...], tmp_path: Path) -> None:
    chain, record = go_on(save_on(day, tmp_path / "saved", name, 3, *more))
    whole = play(stage(name, 3, more))
    assert equal(record, whole) and outcomes(record) == outcomes(whole)
    assert (chain.world.state.clock > 0.0).any() or name != "january-2026"


def test_a_run_in_a_world_of_the_ensemble_is_that_of_its_numbers() -> None:
    (asked,) = course_of([new_leg("two-months", ("ensemble=3",), None)], None).worlds
    assert asked[1].minds == read_story("two-months", ["ensemble=3"])[1].minds != read_story("two-months")[1].minds


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(name=st.sampled_from(("two-months", "january-2026")), day=st.integers(1, 220), seed=st.integers(0, 9))
def test_a_copy_on_any_day_goes_on_as_its_trunk(name: str, day: int, seed: int) -> None:
    chain = stage(name, seed, ("shock.1.grant_share=0.8",))
    for _ in range(day):
        chain.step()
    branch = chain.copy()
    for each in (chain, branch):
        for _ in range(25):
            each.step()
    assert hash_of_state(chain.world) == hash_of_state(branch.world)


def test_copies_share_nothing_that_changes() -> None:
    chain = stage("two-months", settings=["days=200"])
    for _ in range(100):
        chain.step()
    before, branch = hash_of_state(chain.world), chain.copy()
    for room, other in zip(chain.world[1:], branch.world[1:], strict=True):  # all but the network
        assert not any(np.shares_memory(one, two) for one, two in zip(room, other, strict=True) if one.size)
    assert branch.register is chain.register and branch.people["SEJ-H"].chain is branch
    pull_today(branch, "review_days", 5)
    pull_today(branch, "cover_magnets", 120)
    for _ in range(20):
        branch.step()
    assert hash_of_state(chain.world) == before and len(chain.shocks) < len(branch.shocks)
    assert not chain.players and chain.day == 100 and len(chain.datacollector.model_vars["Seed"]) == 101


@pytest.mark.slow
def test_a_scenario_that_goes_on_differently_is_as_if_it_had_been_so_from_the_start(tmp_path: Path) -> None:
    (tmp_path / "eased.toml").write_text(EASED)
    saved = read_saved_run(save_on(110, tmp_path / "saved"))
    course = course_of([*saved.legs, new_leg(str(tmp_path / "eased.toml"), (), None)], None, 220)
    chain = Stage(rng=saved.seed, world=course.worlds[0])
    record = play_course(chain, course, saved).record(chain.story)
    whole = play(stage(str(tmp_path / "eased.toml")), 220)
    assert equal(record, whole) and chain.story.name == "eased"
    assert not equal(record, play(stage("two-months"), 220))
    write_saved_run(tmp_path / "again", chain, course)  # a branch of a branch
    assert [leg.days for leg in read_saved_run(tmp_path / "again").legs] == [110, 220]
    assert equal(go_on(tmp_path / "again", 240)[1], play(stage(str(tmp_path / "eased.toml")), 240))


def branch_at(day: int, *more: str, minds: bool = True) -> Stage:
    """A stage of two-months on a day, which follows other settings from there on."""
    chain = stage("two-months", minds=minds)
    for _ in range(day):
        chain.step()
    change_course(chain, *read_story("two-months", more))
    return chain


def test_other_cover_from_today_on_is_an_order_to_whoever_decides() -> None:
    for minds in (True, False):
        chain = branch_at(100, "needs.cover_days[line=SEJ-H,good=dytb]=200", minds=minds)
        row = chain.register.trading_partners.needs["SEJ-H"]["dytb"]
        for _ in range(8):
            chain.step()
        assert chain.world.policy.cover[row] == 200.0
        assert set(chain.players) == ({"SEJ-H"} if minds else set())


def test_a_government_decides_by_another_number_from_today_on() -> None:
    chain = branch_at(100, "minds.value[role=government,parameter=released_share_of_use]=0.5")
    assert chain.people["government:JP"].released_share_of_use == 0.5
    with pytest.raises(Faults, match="nobody is there to decide by it"):
        branch_at(10, "minds.value[role=government,parameter=released_share_of_use]=0.5", minds=False)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("firms.capacity_per_year[line=CRE-D]*=1.1", "firms.capacity_per_year of CRE-D: it holds from the first day"),
        ("minds.value[role=automaker,parameter=alarm_days]=3", "minds.value of automaker:alarm_days: it holds from"),
        ("start=2025-10-07", "start: found 2025-10-07, and this run began on 2025-10-08"),
        ("days=60", "days: must be >= 100, the days that have passed, got 60"),
        ("shock.1.review_days=30", "which did not happen; change only what is dated 2026-01-16 or later"),
    ],
)
def test_the_past_cannot_be_changed(more: str, words: str) -> None:
    chain = stage("two-months")
    chain.day = 100  # nothing has to pass for a refusal
    try:
        story, tables = read_story("two-months", [more])
    except Faults:  # the shock date lies behind sixty days
        story, tables = chain.story.model_copy(update={"days": 60}), read_story("two-months")[1]
    with pytest.raises(Faults, match=words.replace(".", r"\.").replace("+", r"\+")):
        change_course(chain, story, tables)


@pytest.fixture(scope="module")
def saved_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_on(5, tmp_path_factory.mktemp("saved") / "saved", "calm").read_text(encoding="utf-8")


def edited(text: str, **entries: Any) -> str:
    return json.dumps(json.loads(text) | entries)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text[: len(text) // 2], "no whole saved run"),
        (lambda text: "", "no whole saved run"),
        (lambda text: "[" * 100_000, "no whole saved run"),
        (lambda text: '{"kind": "world"}', "no whole saved run"),
        (lambda text: edited(text, form=2), "found form 2 of saved runs, this Linestop reads 1"),
        (lambda text: edited(text, code="0" * 64), r"it was saved by Linestop \S+ \(code 00000000\), this is"),
        (lambda text: edited(text, versions={"linestop": "0.0.1"}), "it was saved by Linestop 0.0.1"),
        (lambda text: edited(text, seed=-1), "seed: must be >= 0, got -1"),
        (lambda text: edited(text, more=1), "more: it is not a key"),
        (lambda text: edited(text, state="0" * 64), "after 5 days the world is not the one that was saved"),
        (lambda text: edited(text, inputs="0" * 64), "the tables are not those of the saved run"),
        (
            lambda text: text.replace('"settings": []', '"settings": ["needs.cover_days*=2"]'),
            "the tables are not those",
        ),
    ],
)
def test_what_is_no_saved_run_of_ours_is_told(edit: Any, words: str, saved_text: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(edit(saved_text))
    with pytest.raises(Faults, match=words):
        go_on(path)


def test_a_file_is_text_and_holds_the_scenario_itself(tmp_path: Path) -> None:
    mine = tmp_path / "mine.v2.toml"
    mine.write_text('title = "Mine"\nabout = "Mine."\nbase = "calm"\ndays = 40\n')
    path = save_on(5, tmp_path / "saved", str(mine))
    mine.unlink()
    chain, record = go_on(path)
    assert record.days == 40 and chain.story.name == "mine.v2"


def told_by(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["run", *map(str, words), "--no-figures"]) == 2
    return capsys.readouterr().err


@pytest.mark.slow
def test_the_command_saves_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, results = tmp_path / "saved.json", tmp_path / "out"
    words = ["--no-figures", "--quiet", "--out", str(results)]
    assert main(["run", "calm", "--seed", "4", "--until", "30", "--save", str(saved), *words]) == 0
    assert json.loads((results / "linestop.json").read_text())["until"] == "30"
    more = ["--from", str(saved), "--days", "45", *words]
    assert main(["run", *more]) == 0
    marker = json.loads((results / "linestop.json").read_text())
    assert marker["from"]["days"] == 30 and marker["seed"] == 4
    assert json.loads((results / "outcomes.json").read_text()) == outcomes(play(stage("calm", 4, ["days=45"])))
    assert "must be from 30 to" in told_by(capsys, "--from", str(saved), "--until", "20")
    assert "the saved run has the seed 4" in told_by(capsys, "--from", str(saved), "--seed", "5")
    assert "the saved run is of the base case" in told_by(capsys, "--from", str(saved), "--world", str(tmp_path))
    assert "found no file" in told_by(capsys, "--from", str(tmp_path / "none"))
    assert "it holds something else" in told_by(capsys, "calm", "--save", str(results / "outcomes.json"))
    assert "or a date such as 2026-02-01" in told_by(capsys, "calm", "--until", "soon")


@pytest.mark.slow
def test_a_run_in_a_world_of_ones_own_is_saved_with_its_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, moved, saved = tmp_path / "mine", tmp_path / "moved", str(tmp_path / "saved.json")
    shutil.copytree(Path(runs.worlds.__file__).parent / "example", world)
    words = ["--no-figures", "--quiet", "--out", str(tmp_path / "out")]
    story = str(world / "scenario.toml")
    assert main(["run", story, "--world", str(world), "--until", "2026-04-01", "--save", saved, *words]) == 0
    world.rename(moved)
    assert "say where with --world" in told_by(capsys, "--from", saved)
    assert main(["run", "--from", saved, "--world", str(moved), *words]) == 0
    results = json.loads((tmp_path / "out" / "outcomes.json").read_text())
    assert results == outcomes(play(Stage(str(moved / "scenario.toml"), 1, world=moved)))
    needs = moved / "needs.csv"
    needs.write_text(needs.read_text().replace("30", "31", 1))
    assert "or it was edited since" in told_by(capsys, "--from", saved, "--world", str(moved))
    assert "found no world 'nowhere', by name or folder" in told_by(capsys, "--from", saved, "--world", "nowhere")
