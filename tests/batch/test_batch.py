"""A batch: what it refuses, what it writes, and that luck is paired."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.tables.table_files import DATA
from runs.__main__ import main
from runs.analysis.findings import read_findings
from runs.analysis.policy_tables import paired_differences
from runs.batch.checks import read_base_worlds
from runs.batch.chunks import EXTRA_ROWS, experiment_row, measure_outcomes
from runs.batch.design import read_design
from runs.batch.execution import experiments, make_plan, run_batch
from runs.batch.results import read_manifest, read_results
from runs.processes.executors import ProcessExecutor
from runs.simulation.record import KEPT, MEASURED
from runs.simulation.settings import apply_settings
from runs.simulation.stage import SCENARIOS, play, stage
from tests.support.batches import hashes, write_design

pytestmark = pytest.mark.subprocess

KEYS = {
    "command", "complete", "title", "fingerprint", "code", "versions", "machine", "scenarios", "seeds", "experiments",
    "chunks", "in_chunk", "levers", "uncertainties", "outcomes", "as_it_is", "home", "home_name", "story",
    "vehicles_a_day", "experiment", "files", "parts", "notes", "ensemble", "money",
    "country_names",
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    plan, _ = make_plan(read_design(write_design(folder)))
    run_batch(plan, folder / "out", ProcessExecutor(1))
    return folder / "out"


@pytest.mark.slow
def test_a_row_an_experiment_and_rows_on_request(place: Path) -> None:
    frame = read_results(place)
    assert len(frame) == 3 * 2 * 2 * 2 and frame["error"].isna().all()
    assert len(read_results(place, "firms")) == len(frame) * 122 or len(read_results(place, "firms")) % len(frame) == 0
    assert len(read_results(place, "days")) == len(frame) * 40
    manifest = read_manifest(place)
    assert manifest is not None and manifest["complete"] and manifest["seeds"] == [1, 2]
    assert set(manifest) == KEYS


def test_one_process_or_two_make_the_same_files(place: Path, tmp_path: Path) -> None:
    plan, _ = make_plan(read_design(write_design(tmp_path)))
    run_batch(plan, tmp_path / "out", ProcessExecutor(2))
    assert hashes(tmp_path / "out") == hashes(place)


def test_the_frame_is_what_the_files_hold(place: Path, tmp_path: Path) -> None:
    assert experiments(write_design(tmp_path), 2).equals(read_results(place))


def test_settings_do_what_the_command_line_does() -> None:
    from model.register import sorted_tables
    from model.scenario.scenario import read_world

    settings = ["needs.cover_days[role=magnet_maker]=31", "minds.value[role=*,parameter=caution]*=2"]
    ((scenario, tables),) = read_base_worlds(read_design("cover-and-release"))
    assert apply_settings(tables, settings) == sorted_tables(read_world(scenario.name, SCENARIOS, DATA, settings)[1])


def test_a_run_that_fails_is_a_row(tmp_path: Path) -> None:
    plan, _ = make_plan(read_design(write_design(tmp_path)))
    broken = plan.worlds[0][1].firms[0].model_copy(update={"capacity_per_year": 1e-9})
    tables = replace(plan.worlds[0][1], firms=(broken, *plan.worlds[0][1].firms[1:]))
    row, record = experiment_row(replace(plan, worlds=((plan.worlds[0][0], tables),)), 0)
    assert record is None and "capacity" in row["error"]


@pytest.mark.slow
def test_pairing_takes_luck_out_of_a_difference(place: Path) -> None:
    found = read_findings(place)
    luck = found.frame["seed"] * 100.0 + found.frame["future"] * 10.0
    lucky = found.frame.assign(loss=luck + (found.frame["people"] == "off"))
    row = paired_differences(replace(found, frame=lucky), "loss").set_index("lever").loc["people"]
    assert row["difference"] == pytest.approx(1.0)
    assert row["standard error, paired"] < 1e-9 < row["standard error, unpaired"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"set": "needs.cover_days[role=magnet_makr]"}, "did you mean 'magnet_maker'"),
        ({"set": "needs.cover_dayz"}, "did you mean 'cover_days'"),
        ({"high": "high = 0.1"}, "low must be below high"),
        ({"sampler": 'sampler = "sobol"'}, "power of two, got 3; write 2 or 4"),
        ({"sampler": 'sampler = "latyn"'}, "latin"),
        ({"values": "values = []"}, "no choice"),
        ({"seeds": "seeds = 0"}, "from 1 to"),
        ({"sampler": 'sampler = "saltelli"'}, "power of two, got 3; write 2 or 4"),
        ({"sampler": 'sampler = "morris"', "samples": "samples = 1"}, "must be >= 2, got 1"),
        ({"scenarios": 'scenarios = ["short-bann.toml"]'}, "short-bann"),
        ({"seeds": 'outcomes = ["first_stop_dey"]'}, "did you mean 'first_stop_day'"),
    ],
)  # fmt: skip
def test_mistakes_are_told(
    tmp_path: Path, change: dict[str, str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_design(tmp_path, **change)
    assert main(["batch", str(path), "--out", str(tmp_path / "out")]) == 2
    output = capsys.readouterr().err
    assert re.search(words, output) and len(output.splitlines()) <= 2 and "Traceback" not in output
    assert not (tmp_path / "out").exists()


def test_results_of_another_design_stay(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, before = write_design(tmp_path, seeds="seeds = 3"), stand(place)
    assert main(["batch", str(path), "--out", str(place), "--resume"]) == 2
    output = capsys.readouterr().err
    assert "results of another design (hash " in output and "nothing was touched" in output
    assert stand(place) == before


@pytest.mark.parametrize("things", ["a file", "a folder of somebody", "a run"])
def test_what_no_batch_has_made_stays(tmp_path: Path, things: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    if things == "a file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "notes.txt").write_text("mine")
    if things == "a run":
        (out / "linestop.json").write_text('{"scenario": "full-stop", "files": []}')
    before = stand(tmp_path)
    assert main(["batch", str(write_design(tmp_path / "made")), "--out", str(out)]) == 2
    assert "choose another" in capsys.readouterr().err
    assert {name: text for name, text in stand(tmp_path).items() if not name.startswith("made")} == before


def stand(place: Path) -> dict[str, bytes]:
    """What stands in every file of a folder, but for the lock."""
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*")
            if path.is_file() and path.name != ".lock"}  # fmt: skip


def test_what_is_recorded_in_a_batch_tells_the_same_outcomes() -> None:
    whole, lean = (play(stage("april-2025"), kept=kept) for kept in (KEPT, MEASURED))
    assert set(lean.lines) < set(whole.lines)
    assert repr(measure_outcomes(lean)) == repr(measure_outcomes(whole))
    for rows in EXTRA_ROWS.values():
        assert repr(rows(lean, 1)) == repr(rows(whole, 1))


DAMAGES: dict[str, tuple[str, str]] = {
    "gone": ("experiments", "missing"), "empty": ("experiments", "empty or cut"), "cut": ("firms", "unreadable"),
    "foreign": ("experiments", "changed|other columns"), "twice": ("days", "changed|not those"),
}  # fmt: skip


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_part_is_told_and_made_again(
    how: str, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (table, words), copy = DAMAGES[how], tmp_path / "copy"
    shutil.copytree(place, copy)
    before, part = hashes(copy), copy / table / "part-00003.parquet"
    whole = part.read_bytes()
    if how == "gone":
        part.unlink()
    elif how == "foreign":
        pd.DataFrame({"apple": [1, 2]}).to_parquet(part)
    else:
        other = part.with_name("part-00004.parquet").read_bytes()
        part.write_bytes({"empty": b"", "cut": whole[:-50], "twice": other}[how])
    assert main(["analyse", str(copy)]) == 2
    output = capsys.readouterr().err
    assert re.search(words, output) and "part-00003" in output and "--resume" in output
    plan, _ = make_plan(read_design(place.parent / "short.toml"))
    assert run_batch(plan, copy, ProcessExecutor(1), resume=True) == 1
    assert hashes(copy) == before


def test_a_stray_part_is_told(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(place, copy)
    shutil.copy(copy / "experiments" / "part-00000.parquet", copy / "experiments" / "part-00099.parquet")
    assert main(["analyse", str(copy)]) == 2
    assert "part-00099.parquet: it is no part of this batch" in capsys.readouterr().err


@pytest.mark.slow
def test_a_part_that_somebody_has_changed_is_read_as_it_stands_and_told(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(place, copy)
    part = copy / "experiments" / "part-00002.parquet"
    table = pd.read_parquet(part)
    table["vehicles_not_built"] = 12345.0
    pq.write_table(pa.Table.from_pandas(table, schema=pq.read_schema(part), preserve_index=False), part)
    assert main(["analyse", str(copy)]) == 0
    assert "1 parts such as" in (output := capsys.readouterr().err) and "part-00002.parquet were changed" in output
