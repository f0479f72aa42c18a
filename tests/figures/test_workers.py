"""Figures are the same whoever draws them, and whatever happens to the processes that help."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from runs.__main__ import main
from runs.figures.captions import CAPTIONS, names_of_figures
from runs.figures.catalogue import FIGURES, WIDE_FIGURES, figure_png
from runs.figures.workers import MOST_WORKERS, FigureWorkers, figure_workers
from runs.simulation.record import Record
from runs.simulation.stage import play, stage
from tests.support.tasks import kill_itself

pytestmark = pytest.mark.subprocess

HOUSE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def record() -> Record:
    return play(stage("full-stop", settings=["days=150"]))


def test_every_figure_has_a_title_and_a_reading(record: Record) -> None:
    assert set(CAPTIONS) == set(FIGURES | WIDE_FIGURES)
    assert set(names_of_figures(record)) == set(FIGURES)


@pytest.mark.subprocess
def test_figures_are_the_same_to_the_byte_whoever_draws_them(record: Record, tmp_path: Path) -> None:
    here, there = FigureWorkers(0), FigureWorkers(MOST_WORKERS)
    told: list[str] = []
    for workers, place in ((here, tmp_path / "here"), (there, tmp_path / "there")):
        place.mkdir()
        workers.begin(record)
        assert {path.stem for path in workers.draw_into(place, told.append)} == set(FIGURES)
        workers.close()
    assert sorted(told) == sorted(2 * list(FIGURES))
    assert {path.name for path in (tmp_path / "there").iterdir()} == {f"{name}.png" for name in FIGURES}
    for name in FIGURES:
        drawn = (tmp_path / "there" / f"{name}.png").read_bytes()
        assert drawn == (tmp_path / "here" / f"{name}.png").read_bytes() == figure_png(record, name), name


def test_what_killed_workers_leave_undone_is_drawn_here(record: Record) -> None:
    with figure_workers() as workers:
        assert workers.executor is not None
        workers.executor.submit(kill_itself)
        workers.begin(record)
        assert {name for name, _ in workers.pictures()} == set(FIGURES)


def test_where_no_process_can_start_all_is_drawn_here(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "fork", refuse)
    with figure_workers() as workers:
        workers.begin(record)
        assert workers.executor is None and {name for name, _ in workers.pictures()} == set(FIGURES)


@pytest.mark.subprocess
def test_a_fault_in_a_figure_is_told_here_and_nobody_stays(record: Record, capfd: pytest.CaptureFixture[str]) -> None:
    broken = replace(record, licences={})
    with pytest.raises(KeyError, match="filed"), figure_workers() as workers:
        workers.begin(broken)
        assert "cascade" in dict(workers.pictures())
    assert workers.executor is not None
    assert all(process.returncode is not None for process in workers.executor.processes)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.0])
def test_ctrl_c_is_heard_by_the_command_alone(tmp_path: Path, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "runs", "run", "full-stop", "--days", "30000"], cwd=tmp_path, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(HOUSE)}, stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        while not (tmp_path / "out").exists():
            assert run.poll() is None
            time.sleep(0.02)
        time.sleep(seconds)
        os.killpg(run.pid, signal.SIGINT)
        _, err = run.communicate(timeout=60)
    assert run.returncode == 130, err
    assert err == "linestop: interrupted; nothing half-written is left\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.subprocess
def test_a_script_need_not_be_guarded_and_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from runs.__main__ import main\n"
        "print('begun', flush=True)\n"
        "main(['run', 'calm', '--days', '20', '--out', 'out', '--quiet'])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("begun\n", "", 0)
    assert (tmp_path / "out" / "report.html").is_file()


def run_with_figures(place: Path) -> int:
    return main(["run", "calm", "--days", "20", "--out", str(place), "--quiet"])


def test_a_daemonic_process_may_run_with_figures(tmp_path: Path) -> None:
    with get_context("spawn").Pool(1) as pool:
        assert pool.map(run_with_figures, [tmp_path / "out"]) == [0]
    assert len(list((tmp_path / "out").glob("*.png"))) == len(FIGURES)
