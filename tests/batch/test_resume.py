"""Kill a batch with signal 9 at some moment, resume it, and compare every byte with one that was left in peace."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest

from model.tables.faults import Faults
from runs.batch.design import read_design
from runs.batch.execution import make_plan, run_batch
from runs.batch.results import FULL_DISK_HINT
from runs.files.durable import write_whole
from runs.processes.executors import ProcessExecutor
from tests.support.batches import copy_house, hashes, write_design

PATIENCE_SECONDS = 300
KILLS = 2
LATEST_KILL_SECONDS = 6.0  # from the start of a resumed batch: imports, trial run, chunks
SMALL, LARGE = "400k", "20m"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_house(tmp_path_factory.mktemp("house"))


def command(design: Path, place: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "runs", "batch", str(design), "--out", str(place), "--quiet", *more]


def parts(place: Path) -> list[Path]:
    return list(place.glob("experiments/part-*.parquet"))


def wait_for_parts(place: Path, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(parts(place)) < count and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.subprocess
def test_killed_and_resumed_is_the_same_to_the_bit(tmp_path: Path, house: Path) -> None:
    design, peace, war = write_design(tmp_path / "made"), tmp_path / "peace", tmp_path / "war"
    subprocess.run(command(design, peace, "--processes", "1"), cwd=house, check=True)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    surroundings = os.environ | {"TMPDIR": str(temporary)}
    victim = subprocess.Popen(command(design, war, "--processes", "2"), cwd=house, env=surroundings)
    wait_for_parts(war, 3)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    kept = {path: path.stat().st_mtime_ns for path in parts(war)}
    assert 3 <= len(kept) < 24
    for _ in range(KILLS):
        victim = subprocess.Popen(command(design, war, "--resume", "--processes", "1"), cwd=house)
        time.sleep(random.uniform(0.0, LATEST_KILL_SECONDS))  # any moment will do: the end is the same
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    subprocess.run(command(design, war, "--resume"), cwd=house, check=True)
    assert hashes(war) == hashes(peace)
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())  # nothing was run twice
    assert not list(war.rglob("*.tmp")) and not list(temporary.iterdir())
    again = subprocess.run(command(design, war), cwd=house, capture_output=True, text=True)
    assert again.returncode == 2 and "--resume" in again.stderr


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few hundred kilobytes."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip("only an administrator can make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.subprocess
def test_a_disk_that_fills_up_keeps_what_is_there_and_can_be_resumed(disk: Path, tmp_path: Path, house: Path) -> None:
    design, out, peace = write_design(tmp_path / "made"), disk / "out", tmp_path / "peace"
    full = subprocess.run(command(design, out, "--processes", "1"), cwd=house, capture_output=True, text=True)
    kept = hashes(out)
    assert full.returncode == 2 and "No space left on device" in full.stderr and "--resume" in full.stderr
    assert "Traceback" not in full.stderr and len(full.stderr.splitlines()) == 1
    assert 0 < len(parts(out)) < 24
    subprocess.run(["mount", "-o", f"remount,size={LARGE}", str(disk)], check=True)
    subprocess.run(command(design, out, "--resume", "--processes", "1"), cwd=house, check=True)
    subprocess.run(command(design, peace, "--processes", "1"), cwd=house, check=True)
    assert hashes(out) == hashes(peace) and kept.items() <= hashes(out).items()


def test_a_full_disk_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Faults, match=r"No space left on device.*--resume"):
        write_whole(tmp_path / "part", b"content", FULL_DISK_HINT)
    assert not list(tmp_path.iterdir())


@pytest.mark.subprocess
def test_two_batches_do_not_share_a_folder(tmp_path: Path) -> None:
    from runs.batch.results import lock_batch_folder

    place = tmp_path / "out"
    place.mkdir()
    plan, _ = make_plan(read_design(write_design(tmp_path)))
    busy = pytest.raises(Faults, match="another batch is writing")
    with ProcessExecutor(1) as executor, lock_batch_folder(place), busy:
        run_batch(plan, place, nullcontext(executor))


@pytest.mark.subprocess
def test_a_folder_is_free_when_its_batch_has_ended_though_a_worker_lingers(tmp_path: Path) -> None:
    from runs.batch.results import lock_batch_folder

    with ExitStack() as stack:
        with lock_batch_folder(tmp_path):
            lingers = stack.enter_context(ProcessExecutor(1)).submit(time.sleep, 2.0)  # started while it is locked
        with lock_batch_folder(tmp_path):
            assert not lingers.done()
