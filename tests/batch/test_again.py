"""A batch is done again from its folder alone, on a machine where nothing of the user's is left."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from model.tables.table_files import DATA
from runs import results
from runs.__main__ import main
from runs.batch.again import OTHER_CODE, OTHER_INPUTS, compare_parts
from runs.files.lock_file import installed_distributions, read_lock, write_lock
from runs.simulation.stage import SCENARIOS
from tests.support.batches import hashes, write_design
from tests.worlds.test_foreign_worlds import ALONE, BAKERIES, BATCH, tables

USER = "erika-mustermann"
LEVER = """[[lever]]
name = "cover"
set = "needs.cover_days[line=BAKE-N]"
values = [5, 20]
"""


def run_once(folder: Path, name: str, *more: str) -> Path:
    """Run a design of a user's home, move its results away, and remove the home."""
    assert main(["batch", str(folder / name), "--out", str(folder / "out"), "--processes", "1", *more]) == 0
    kept = folder.parent / "kept"
    shutil.move(folder / "out", kept)
    shutil.rmtree(folder)
    return kept


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home") / USER
    write_design(home, samples="samples = 2", seeds="seeds = 1")
    return run_once(home, "short.toml")


@pytest.mark.slow
@pytest.mark.subprocess
def test_a_batch_is_done_again_from_its_folder_alone(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = kept.parent / "again"
    assert main(["batch", "--again", str(kept), "--out", str(out), "--processes", "1"]) == 0
    told = capsys.readouterr()
    assert "24 of 24 Parquet files are equal to the bit" in told.out and " was " not in told.err
    assert hashes(out) == hashes(kept)
    once, twice = (json.loads((place / "linestop.json").read_text()) for place in (kept, out))
    assert {key for key in once if once[key] != twice[key]} <= {"command"}


@pytest.mark.subprocess
def test_texts_and_tables_are_kept_as_they_are_written(kept: Path) -> None:
    inputs = kept / "inputs"
    assert tomllib.loads((inputs / "short.toml").read_text())["title"] == "A short ban"
    assert tomllib.loads((inputs / "scenarios" / "short-ban.toml").read_text())["days"] == 40
    for name in ("firms.csv", "minds.csv", "calibrated.csv", "focus.toml", "sources.csv"):
        assert (inputs / "tables" / name).read_bytes() == (DATA / name).read_bytes()
    assert (inputs / "tables" / "ensemble.csv").exists() == (DATA / "ensemble.csv").exists()
    lock = read_lock((inputs / "requirements.txt").read_text())
    assert {"Python", "platform", "mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy"} <= set(lock)
    assert lock["mesa"] == dict(installed_distributions())["mesa"]


@pytest.mark.subprocess
def test_nothing_of_the_machine_is_kept(kept: Path) -> None:
    texts = [path.read_bytes() for path in kept.rglob("*") if path.is_file()]
    assert texts and not any(USER.encode() in text or str(kept.parent).encode() in text for text in texts)
    assert json.loads((kept / "linestop.json").read_text())["experiment"]["scenarios"] == ["short-ban"]


@pytest.mark.slow
@pytest.mark.subprocess
def test_what_differs_is_told_by_name(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "edited"
    shutil.copytree(kept, place)
    lock = place / "inputs" / "requirements.txt"
    numpy = read_lock(lock.read_text())["numpy"]
    lock.write_text(lock.read_text().replace(f"numpy=={numpy}", "numpy==1.0"))
    story = place / "inputs" / "scenarios" / "short-ban.toml"
    story.write_text(story.read_text().replace('rule = "ban"', 'rule = "free"'))
    monkeypatch.setattr("runs.batch.again.code_hash", lambda: "of another day")
    words = ["batch", "--again", str(place), "--out", str(tmp_path / "out"), "--processes", "1"]
    assert main([*words, "--dry-run"]) == 0
    told = capsys.readouterr()
    assert f"numpy was 1.0 and is {numpy}" in told.err and OTHER_CODE in told.err and OTHER_INPUTS in told.err
    assert "equal" not in told.out and not (tmp_path / "out").exists()
    assert main(words) == 1
    assert "of 24 Parquet files are equal to the bit" in capsys.readouterr().out
    assert compare_parts(place, tmp_path / "out")[1]


@pytest.mark.slow
@pytest.mark.subprocess
@pytest.mark.parametrize("texts", [BAKERIES, ALONE], ids=["own-minds", "alone"])
def test_a_world_of_ones_own_is_kept_too(texts: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / USER
    tables(home / "world", texts)
    (home / "bread.toml").write_text(BATCH + (LEVER if texts is BAKERIES else ""))
    kept = run_once(home, "bread.toml", "--world", str(home / "world"))
    assert main(["batch", "--again", str(kept), "--out", str(tmp_path / "again"), "--processes", "1"]) == 0
    assert (tmp_path / "again" / "inputs" / "world" / "firms.csv").is_file()
    assert json.loads((tmp_path / "again" / "linestop.json").read_text())["experiment"]["world"] == "world"


ENSEMBLE = """world,capacity_april,minds *:caution value
1,3,0.2
2,9,1.4
3,6,0.7
"""
DRAWN = """title = "Drawn worlds"
about = "For tests."
scenarios = ["april-2025"]
days = 130
samples = 3
[[uncertainty]]
name = "world"
set = "ensemble"
[[lever]]
name = "office"
set = "tuned.capacity_april"
values = [1, 5]
"""


@pytest.mark.slow
@pytest.mark.subprocess
def test_drawn_worlds_are_drawn_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A world of one's own with an ensemble: its rows are kept, and the same worlds are drawn from them."""
    home = tmp_path / USER
    shutil.copytree(DATA, home / "world", ignore=shutil.ignore_patterns("ensemble.csv", "*.md"))
    (home / "world" / "ensemble.csv").write_text(ENSEMBLE)
    (home / "drawn.toml").write_text(DRAWN)
    kept = run_once(home, "drawn.toml", "--world", str(home / "world"))
    assert (kept / "inputs" / "world" / "ensemble.csv").read_text() == ENSEMBLE
    rows = results(kept).to_pandas()
    assert sorted(rows["world"]) == [1, 1, 2, 2, 3, 3] and rows["error"].isna().all()
    assert rows.groupby("office")["value_added_lost_jpy_bn_JP"].nunique().tolist() == [3, 3]  # worlds that differ
    again = ["batch", "--again", str(kept), "--out", str(tmp_path / "again"), "--processes", "1"]
    assert main(again) == 0
    told = capsys.readouterr()
    assert "equal to the bit" in told.out and OTHER_INPUTS not in told.err
    once, twice = (json.loads((place / "linestop.json").read_text()) for place in (kept, tmp_path / "again"))
    assert [each["capacity_april"] for each in once["ensemble"]] == [3.0, 9.0, 6.0]
    assert twice["ensemble"] == once["ensemble"] and hashes(tmp_path / "again") == hashes(kept)
    (note,) = once["notes"]
    assert note == "lever 'office' sets capacity_april in every world that is drawn, in place of the world's own number"
    path = kept / "inputs" / "world" / "ensemble.csv"
    path.write_text(ENSEMBLE.replace("2,9,1.4", "2,9,0.1"))
    assert main([*again[:4], str(tmp_path / "other"), *again[5:], "--dry-run"]) == 0
    assert OTHER_INPUTS in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "write the name of a design, or --again"),
        (["policies", "--again", "x"], "write the name of a design, or --again"),
        (["--again", "x"], "with --out"),
        (["--again", "{empty}", "--out", "{empty}-y"], "holds no results of a batch"),
    ],
)
def test_mistakes_are_sentences(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", *(word.format(empty=tmp_path) for word in words)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.subprocess
def test_a_batch_without_its_inputs_is_refused(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(kept, tmp_path / "old", ignore=shutil.ignore_patterns("inputs"))
    assert main(["batch", "--again", str(tmp_path / "old"), "--out", str(tmp_path / "out")]) == 2
    assert "it is missing or empty" in capsys.readouterr().err


def test_bases_of_a_scenario_are_kept() -> None:
    from runs.batch.design import read_design
    from runs.batch.kept_inputs import list_inputs

    based = next(path for path in SCENARIOS.glob("*.toml") if "base" in tomllib.loads(path.read_text()))
    design = read_design("policies").model_copy(update={"scenarios": (based.stem,)})
    base = tomllib.loads(based.read_text())["base"]
    assert {f"scenarios/{based.name}", f"scenarios/{base}.toml"} <= set(list_inputs(design))


def test_the_lock_file_is_one_that_pip_reads() -> None:
    lines = [line for line in write_lock().splitlines() if not line.startswith("#")]
    names = [line.split("==")[0] for line in lines]
    assert names == sorted(names) and all(line.count("==") == 1 for line in lines)
