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

from runs.figures.captions import READING, names_of_figures
from runs.figures.run_figures import FIGURES, WIDE_FIGURES, picture
from runs.figures.workers import DrawingRoom, drawing_room
from runs.simulation.record import Record
from runs.simulation.stage import play, stage

HOUSE = Path(__file__).parents[2]
DESKS = 2 if sys.platform == "linux" else 0


@pytest.fixture(scope="module")
def record() -> Record:
    return play(stage("two-months", settings=["days=150"]))


def test_every_figure_has_a_title_and_a_reading(record: Record) -> None:
    assert set(READING) == set(FIGURES | WIDE_FIGURES)
    assert set(names_of_figures(record)) == set(FIGURES)


@pytest.mark.subprocess
def test_figures_are_the_same_to_the_byte_whoever_draws_them(record: Record, tmp_path: Path) -> None:
    here, there = DrawingRoom(0), DrawingRoom(DESKS)
    told: list[str] = []
    for room, place in ((here, tmp_path / "here"), (there, tmp_path / "there")):
        place.mkdir()
        room.begin(record)
        assert {path.stem for path in room.draw_into(place, told.append)} == set(FIGURES)
        room.close()
    assert sorted(told) == sorted(2 * list(FIGURES))
    assert {path.name for path in (tmp_path / "there").iterdir()} == {f"{name}.png" for name in FIGURES}
    for name in FIGURES:
        drawn = (tmp_path / "there" / f"{name}.png").read_bytes()
        assert drawn == (tmp_path / "here" / f"{name}.png").read_bytes() == picture(record, name), name


@pytest.mark.subprocess
def test_what_a_draughtsman_leaves_undone_is_drawn_here(record: Record) -> None:
    room = DrawingRoom(DESKS)
    room.begin(record)
    for somebody in room.draughtsmen:
        os.kill(somebody.pid or 0, signal.SIGKILL)
    assert {name for name, _ in room.pictures()} == set(FIGURES)
    room.close()


@pytest.mark.subprocess
def test_a_fault_in_a_figure_is_told_here_and_nobody_stays(record: Record, capfd: pytest.CaptureFixture[str]) -> None:
    broken = replace(record, licences={})
    with pytest.raises(KeyError, match="filed"), drawing_room() as room:
        room.begin(broken)
        assert "cascade" in dict(room.pictures())
    assert not any(somebody.is_alive() for somebody in room.draughtsmen)
    assert capfd.readouterr().err == ""


@pytest.mark.subprocess
@pytest.mark.skipif(not DESKS, reason="draughtsmen sit on Linux only")
@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.0])
def test_ctrl_c_is_heard_by_the_command_alone(tmp_path: Path, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "runs", "run", "two-months", "--days", "30000"], cwd=tmp_path, start_new_session=True,
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


def desks_in_a_pool(_: int) -> int:
    with drawing_room() as room:
        return room._desks


@pytest.mark.subprocess
def test_a_worker_of_a_pool_may_begin_nobody_and_draws_itself() -> None:
    with get_context("spawn").Pool(1) as pool:
        assert pool.map(desks_in_a_pool, [0]) == [0]
