"""Whether luck can matter is known before many seeds are run: two seeds of every scenario are held against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.scenario.scenario_files import scenario_names
from runs.__main__ import main
from runs.batch.design import read_design
from runs.batch.execution import make_plan
from runs.measures.outcomes import outcomes
from runs.simulation.luck import luck_matters
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, Stage, play, read_story
from tests.support.batches import write_design

LOTTERY = """
title = "A lottery"
about = "Half of the licences are granted, the others come back."
base = "calm"
days = 200
[[shock]]
date = 2025-10-20
kind = "regime"
origin = ["CN"]
destination = ["JP"]
goods = ["*"]
rule = "individual"
review_days = 10
grant_share = 0.5
note = "a licence for everything"
source = "made up"
"""


def run(world: tuple, seed: int, minds: bool = True) -> Record:  # type: ignore[type-arg]
    chain = Stage(world[0].name, seed, minds=minds, world=world)
    try:
        return play(chain)
    finally:
        chain.release()


def fingerprint(record: Record) -> str:
    return repr({name: value for name, value in outcomes(record).items() if name != "seed"})


@pytest.mark.parametrize("name", scenario_names(SCENARIOS))
def test_two_seeds_differ_only_where_luck_matters(name: str) -> None:
    world = read_story(name, ["days=300"])
    first = run(world, 1)
    matters = luck_matters(*world, record=first)
    assert (fingerprint(first) != fingerprint(run(world, 2))) == matters == luck_matters(*world)


def test_inspections_may_be_luck_once_somebody_passes_goods_on() -> None:
    settings = ["days=300", "minds.value[role=neighbour,parameter=fine]=0"]
    world = read_story("full-stop", settings)
    assert luck_matters(*world) and not luck_matters(*world, minds=False)


def test_compare_runs_once_where_luck_plays_no_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lottery.toml"
    path.write_text(LOTTERY)
    assert main(["compare", "calm", str(path), "--seeds", "3", "--out", str(tmp_path / "out")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Luck plays no part in calm: one run stands for all 3 seeds." in said and "Median of 3 seeds" in said
    rows = (tmp_path / "out" / "comparison.csv").read_text().splitlines()
    assert {row.split(",")[1] for row in rows if row.startswith("calm,")} == {"1"}
    assert {row.split(",")[1] for row in rows if row.startswith("lottery,")} == {"1", "2", "3"}


def test_a_batch_says_that_its_seeds_are_the_same_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_design(tmp_path, seeds="seeds = 3")  # a ban: nothing is ruled on
    assert main(["batch", str(path), "--dry-run"]) == 0
    assert "luck plays no part in short-ban" in (said := capsys.readouterr().out)
    assert "3 seeds are the same run 3 times" in said
    one, _ = make_plan(read_design(write_design(tmp_path / "one", seeds="seeds = 1")))
    assert one.scenarios_without_luck == ()
