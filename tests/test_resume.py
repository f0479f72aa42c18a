"""Kill a batch with signal 9 at some moment, resume it, and compare every byte with one that was left in peace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batches import hashes, written

from model.faults import Faults
from runs.batch import batch, planned
from runs.engines import processes
from runs.experiment import read_experiment
from runs.results import write_whole

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 300


def command(experiment: Path, place: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "runs", "batch", str(experiment), "--out", str(place), "--quiet", *more]


def test_killed_and_resumed_is_the_same_to_the_bit(tmp_path: Path) -> None:
    experiment, peace, war = written(tmp_path), tmp_path / "peace", tmp_path / "war"
    subprocess.run(command(experiment, peace, "--processes", "1"), cwd=ROOT, check=True)
    victim = subprocess.Popen(command(experiment, war, "--processes", "2"), cwd=ROOT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(list(war.glob("experiments/part-*.parquet"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    kept = {path: path.stat().st_mtime_ns for path in war.glob("experiments/part-*.parquet")}
    assert 5 <= len(kept) < 24
    subprocess.run(command(experiment, war, "--resume"), cwd=ROOT, check=True)
    assert hashes(war) == hashes(peace)
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())  # nothing was run twice
    again = subprocess.run(command(experiment, war), cwd=ROOT, capture_output=True, text=True)
    assert again.returncode == 2 and "--resume" in again.stderr


def test_a_full_disk_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Faults, match="No space left on device.*--resume"):
        write_whole(tmp_path / "part", b"content")
    assert not list(tmp_path.iterdir())


def test_two_batches_do_not_share_a_folder(tmp_path: Path) -> None:
    from runs.results import locked

    place = tmp_path / "out"
    place.mkdir()
    with locked(place), pytest.raises(Faults, match="another batch is writing"):
        batch(planned(read_experiment(written(tmp_path)))[0], place, processes(1))
