"""The simulation is compiled once after an installation, by one process, for just the types of the columns."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np
import pytest

from model.physics import compiling
from model.physics.day import pass_day, pass_morning, turn_page
from runs.processes import compiled_day
from runs.processes.compiled_day import COMPILING, prepare_simulation, tables_type, world_type
from runs.simulation.stage import Stage
from tests.support.tasks import raise_private

HOUSE = Path(__file__).parents[2]


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


def run_calm(house: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run three quiet days in a copy of the house."""
    command = [sys.executable, "-m", "runs", "run", "calm", "--days", "3", "--no-figures", "--out", "kept", *more]
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "NUMBA_CACHE_DIR")}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.subprocess
def test_a_first_run_compiles_once_and_leaves_the_day_on_disk(fresh_house: Path) -> None:
    done = run_calm(fresh_house)
    assert (done.returncode, done.stderr) == (0, COMPILING + "\n")
    cache = fresh_house / "model" / "__pycache__"
    assert len(list(cache.rglob("day.pass_day-*.nbi"))) == 1
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")}
    again = run_calm(fresh_house)
    assert (again.returncode, again.stderr) == (0, "")
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")} == before


@pytest.mark.subprocess
def test_a_mistake_is_told_before_anything_is_compiled(fresh_house: Path) -> None:
    shutil.rmtree(fresh_house / "model" / "__pycache__", ignore_errors=True)
    command = [sys.executable, "-m", "runs", "run", "clam"]
    done = subprocess.run(command, cwd=fresh_house, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "calm" in done.stderr
    assert not list((fresh_house / "model").rglob("*.nbi"))


def test_where_no_process_can_start_the_simulation_is_compiled_when_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(compiled_day, "is_compiled", lambda: False)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "fork", refuse)
    prepare_simulation()
    prepare_simulation(quiet=True)
    assert capfd.readouterr().err == COMPILING + "\n"
    compiled_day.load_simulation()


@pytest.mark.subprocess
def test_an_error_of_the_compiler_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_day, "is_compiled", lambda: False)
    monkeypatch.setattr(compiled_day, "compile_simulation", raise_private)
    with pytest.raises(RuntimeError, match="Private: of this function"):
        prepare_simulation(quiet=True)


def damage(cache: Path, pattern: str, spoil: Callable[[bytes], bytes]) -> int:
    """Spoil the kept files of a compiled day as a power cut or a bad disk does; how many."""
    files = list(cache.rglob(pattern))
    for file in files:
        file.write_bytes(spoil(file.read_bytes()))
    return len(files)


@pytest.mark.subprocess
@pytest.mark.parametrize(
    ("pattern", "spoil"),
    [
        ("*.nbi", lambda content: b""),
        ("*.nbi", lambda content: content[: len(content) // 2]),
        ("*.nbc", lambda content: content[:-100]),
        ("*.nbc", lambda content: content[:5000] + bytes(64) + content[5064:]),
    ],
)
def test_a_damaged_cache_is_compiled_anew(fresh_house: Path, pattern: str, spoil: Callable[[bytes], bytes]) -> None:
    cache = fresh_house / "model" / "__pycache__"
    assert run_calm(fresh_house).returncode == 0
    assert damage(cache, pattern, spoil) > 10
    done = run_calm(fresh_house, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")}
    assert run_calm(fresh_house).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb?")} == before  # it was written anew, and whole


@pytest.mark.subprocess
def test_every_file_that_compiled_code_is_made_of_decides_where_it_is_kept(tmp_path: Path) -> None:
    names = {path.relative_to(compiling.HERE).as_posix() for path in compiling.compiled_sources()}
    assert {"physics/day.py", "physics/production.py", "state.py", "physics/compiled.py"} <= names
    assert not names & {"chain.py", "scenario/scenario.py", "tables/tables.py"}
    shutil.copytree(HOUSE / "model", tmp_path / "model", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-c", "from model.physics.compiling import cache_folder; print(cache_folder())"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def folder() -> str:
        done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout

    seen = {folder()}
    for name in sorted(names):
        with (tmp_path / "model" / name).open("a", encoding="utf-8") as handle:
            handle.write("\n# edited\n")
        seen.add(folder())
    assert len(seen) == len(names) + 1
    with (tmp_path / "model" / "cascade.py").open("a", encoding="utf-8") as handle:
        handle.write("\n# edited\n")
    assert folder() in seen
    assert all(str(tmp_path / "cache") in each for each in seen)


def test_importing_the_day_removes_nothing_and_compiling_keeps_the_latest_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "linestop-ours"
    others = [tmp_path / f"linestop-{i}" for i in range(9)]
    for age, folder in enumerate([ours, *others]):
        folder.mkdir()
        os.utime(folder, (1e9 - age, 1e9 - age))
    (tmp_path / "someone-else").mkdir()
    monkeypatch.setattr(compiling, "cache_folder", lambda: ours)
    compiling.forget_old_versions()
    assert {path.name for path in tmp_path.iterdir()} == {
        "linestop-ours", "linestop-0", "linestop-1", "linestop-2", "someone-else",
    }  # fmt: skip


@pytest.mark.subprocess
def test_without_the_compiler_the_day_is_plain_python_and_the_same_but_for_rounding(tmp_path: Path) -> None:
    """numba reckons mixed precision in double, numpy's scalars in single."""
    code = (
        "import sys\nimport numpy\nfrom runs.simulation.stage import play, stage\n"
        "record = play(stage('january-2026', settings=['days=30', 'shock_date=2025-10-20']))\n"
        "numpy.savez(sys.argv[1], **record.lines)"
    )
    told = []
    for name, switches in (("compiled.npz", {}), ("plain.npz", {"NUMBA_DISABLE_JIT": "1"})):
        command = [sys.executable, "-c", code, str(tmp_path / name)]
        subprocess.run(command, cwd=HOUSE, env=os.environ | switches, check=True, timeout=300)
        told.append(dict(np.load(tmp_path / name)))
    for name in ("output", "want", "sold", "binding", "usual"):
        np.testing.assert_allclose(told[0][name], told[1][name], rtol=1e-5, atol=1e-7)
    assert told[0]["output"].sum() > 0


@pytest.mark.parametrize(("sign", "heard"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)])
def test_whoever_interrupts_waits_until_the_day_is_loaded(
    sign: signal.Signals, heard: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception in the middle of loading compiled code crashes the process."""
    done: list[str] = []

    def compile_slowly() -> None:
        signal.raise_signal(sign)
        done.append("all of it")

    monkeypatch.setattr(compiled_day, "compile_simulation", compile_slowly)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with pytest.raises(heard):
            compiled_day.load_simulation()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_another_thread_no_signal_is_deferred() -> None:
    with ThreadPoolExecutor(1) as beside:
        beside.submit(compiled_day.load_simulation).result()
