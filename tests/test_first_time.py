"""The first time after an installation: the day is compiled by two processes, for just the world that is played."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numba
import pytest

from model import first_time
from model.day import pass_day, pass_morning, turn_page
from model.first_time import compile_in_two, tables_type, world_type
from runs.stage import Stage

HOUSE = Path(__file__).parent.parent


def test_types_are_known_before_there_is_a_world() -> None:
    chain = Stage()
    chain.step()
    assert numba.typeof(chain._world) == tables_type()
    for phase in (pass_day, pass_morning, turn_page):
        assert [signature[0] for signature in phase.signatures] == [world_type()]


@pytest.fixture(scope="module")
def fresh_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which nothing has been compiled yet."""
    house = tmp_path_factory.mktemp("fresh")
    for room in ("model", "agents", "runs"):
        shutil.copytree(HOUSE / room, house / room, ignore=shutil.ignore_patterns("__pycache__"))
    return house


def test_a_first_run_compiles_once_and_leaves_the_day_on_disk(fresh_house: Path) -> None:
    command = [sys.executable, "-m", "runs", "run", "calm", "--days", "3", "--no-figures", "--out", "out", "--quiet"]
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "NUMBA_CACHE_DIR")}
    done = subprocess.run(command, cwd=fresh_house, env=environment, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    cache = fresh_house / "model" / "__pycache__"
    assert len(list(cache.glob("day.pass_day-*.nbi"))) == 1
    before = {path: path.stat().st_mtime_ns for path in cache.glob("*.nb?")}
    shutil.rmtree(fresh_house / "out")
    assert subprocess.run(command, cwd=fresh_house, env=environment, timeout=300).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in cache.glob("*.nb?")} == before


def test_a_mistake_is_told_before_anything_is_compiled(fresh_house: Path) -> None:
    shutil.rmtree(fresh_house / "model" / "__pycache__", ignore_errors=True)
    command = [sys.executable, "-m", "runs", "run", "clam"]
    done = subprocess.run(command, cwd=fresh_house, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "calm" in done.stderr
    assert not list((fresh_house / "model").rglob("*.nbi"))


def test_where_no_process_can_begin_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: SpawnProcess) -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(SpawnProcess, "start", refuse)
    script = sys.modules["__main__"]
    compile_in_two()
    assert sys.modules["__main__"] is script


def test_what_was_compiled_before_an_edit_is_forgotten_wherever_it_is_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from model.day import pass_day; print(pass_day.stats.cache_path)"]
    environment = {**os.environ, "PYTHONPATH": str(HOUSE), "NUMBA_CACHE_DIR": str(tmp_path)}
    place = Path(subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())
    assert tmp_path in place.parents
    stale, fresh = place / "day.stale.nbi", place / "day.fresh.nbi"
    stale.touch()
    os.utime(stale, (0, 0))
    fresh.touch()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    assert fresh.exists() and not stale.exists()


@pytest.mark.parametrize(("sign", "heard"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)])
def test_whoever_interrupts_waits_until_the_day_is_loaded(
    sign: signal.Signals, heard: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception in the middle of loading compiled code crashes the process."""
    done: list[str] = []

    def day() -> None:
        signal.raise_signal(sign)
        done.append("day")

    monkeypatch.setattr(first_time, "compile_day", day)
    monkeypatch.setattr(first_time, "compile_morning", lambda: done.append("morning"))
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with pytest.raises(heard):
            first_time.load_day()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done == ["day", "morning"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_beside_the_main_thread_nothing_is_put_off() -> None:
    with ThreadPoolExecutor(1) as beside:
        beside.submit(first_time.load_day).result()
