"""A batch: what it refuses, what it writes, and that luck is paired."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from batches import hashes, written

from model.faults import Faults
from runs.analyse import findings
from runs.batch import batch, experiments, planned
from runs.chunks import run_experiment
from runs.engines import processes
from runs.experiment import base_worlds, read_experiment
from runs.policy_tables import paired
from runs.results import manifest_of, read_results
from runs.settings import with_settings
from runs.stage import DATA, SCENARIOS


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    plan, _ = planned(read_experiment(written(folder)))
    batch(plan, folder / "out", processes(1))
    return folder / "out"


def test_a_row_an_experiment_and_rows_on_request(place: Path) -> None:
    frame = read_results(place)
    assert len(frame) == 3 * 2 * 2 * 2 and frame["error"].isna().all()
    assert len(read_results(place, "firms")) == len(frame) * 122 or len(read_results(place, "firms")) % len(frame) == 0
    assert len(read_results(place, "days")) == len(frame) * 40
    manifest = manifest_of(place)
    assert manifest is not None and manifest["complete"] and manifest["seeds"] == [1, 2]


def test_one_process_or_two_make_the_same_files(place: Path, tmp_path: Path) -> None:
    plan, _ = planned(read_experiment(written(tmp_path)))
    batch(plan, tmp_path / "out", processes(2))
    assert hashes(tmp_path / "out") == hashes(place)


def test_the_frame_is_what_the_files_hold(place: Path, tmp_path: Path) -> None:
    assert experiments(written(tmp_path), 2).equals(read_results(place))


def test_settings_do_what_the_command_line_does() -> None:
    from model.scenario import read_world

    settings = ["needs.cover_days[role=magnet_maker]=31", "minds.value[role=*,parameter=caution]*=2"]
    ((scenario, tables),) = base_worlds(read_experiment("cover-and-release"))
    assert with_settings(tables, settings) == read_world(scenario.name, SCENARIOS, DATA, settings)[1]


def test_a_run_that_fails_is_a_row(tmp_path: Path) -> None:
    plan, _ = planned(read_experiment(written(tmp_path)))
    broken = plan.worlds[0][1].firms[0].model_copy(update={"capacity_per_year": 1e-9})
    tables = replace(plan.worlds[0][1], firms=(broken, *plan.worlds[0][1].firms[1:]))
    row, record = run_experiment(replace(plan, worlds=((plan.worlds[0][0], tables),)), 0)
    assert record is None and "capacity" in row["error"]


def test_pairing_takes_luck_out_of_a_difference(place: Path) -> None:
    found = findings(place)
    luck = found.frame["seed"] * 100.0 + found.frame["future"] * 10.0
    lucky = found.frame.assign(loss=luck + (found.frame["people"] == "off"))
    row = paired(replace(found, frame=lucky), "loss").set_index("lever").loc["people"]
    assert row["difference"] == pytest.approx(1.0)
    assert row["standard error, paired"] < 1e-9 < row["standard error, unpaired"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"set": "needs.cover_days[role=magnet_makr]"}, "did you mean 'magnet_maker'"),
        ({"set": "needs.cover_dayz"}, "did you mean 'cover_days'"),
        ({"high": "high = 0.1"}, "empty range"),
        ({"sampler": 'sampler = "sobol"'}, "power of two; write 2 or 4"),
        ({"sampler": 'sampler = "latyn"'}, "latin"),
        ({"values": "values = []"}, "no choice"),
        ({"seeds": "seeds = 0"}, "from 1 to"),
        ({"seeds": 'outcomes = ["first_stop_dey"]'}, "did you mean 'first_stop_day'"),
    ],
)  # fmt: skip
def test_mistakes_are_told(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(Faults, match=words) as told:
        planned(read_experiment(written(tmp_path, **change)))
    assert len(told.value.sentences) <= 2


def test_results_of_another_experiment_stay(place: Path, tmp_path: Path) -> None:
    plan, _ = planned(read_experiment(written(tmp_path, seeds="seeds = 3")))
    before = hashes(place)
    with pytest.raises(Faults, match="another experiment"):
        batch(plan, place, processes(1), resume=True)
    assert hashes(place) == before
