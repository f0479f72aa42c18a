"""Executors: tasks, what a killed process does to others, Ctrl-C, scripts, and a batch on processes or a cluster."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from model.tables.faults import Faults
from runs.batch.design import read_design
from runs.batch.execution import make_plan, run_batch
from runs.processes import starting, worker
from runs.processes.executors import ProcessExecutor, cluster_executor
from runs.processes.starting import LostWorker
from tests.support.batches import hashes, write_design
from tests.support.tasks import (
    LOCK,
    count_workers,
    end_in_the_middle_of_the_message,
    kill_itself,
    load,
    note,
    notes,
    print_much,
    raise_faults,
    raise_private,
    take_lock,
)

pytestmark = pytest.mark.subprocess
HOUSE = Path(__file__).parents[2]
SOON_SECONDS = 20.0
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@pytest.fixture(params=["copies of this process", "copies of a new Python", "new Pythons"])
def start_mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ways in which workers come to be, by system and by the threads of their parent."""
    if "copies" in request.param and sys.platform != "linux":
        pytest.skip("copies are made on Linux only")
    monkeypatch.setattr(starting, "CAN_COPY", "copies" in request.param)
    monkeypatch.setattr(threading, "active_count", lambda: 1 if "this" in request.param else 2)
    return str(request.param)


def is_running(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end_soon(pids: list[int]) -> bool:
    """Whether processes end by themselves."""
    deadline = time.monotonic() + SOON_SECONDS
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(is_running, pids))


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(HOUSE)}


# ---------------------------------------------------------------------------------------------------------- tasks


def test_tasks_return_and_raise_as_if_they_were_called_here(start_mode: str) -> None:
    with ProcessExecutor(2) as executor:
        assert executor.submit(os.getpid).result() != os.getpid()
        assert list(executor.map(pow, range(20), [2] * 20)) == [n * n for n in range(20)]
        assert executor.submit(int, "20", base=3).result() == 6
        with pytest.raises(ValueError, match="invalid literal"):
            executor.submit(int, "x").result()
        with pytest.raises(Faults) as caught:
            executor.submit(raise_faults).result()
    assert caught.value.sentences == ("one", "two") and "in raise_faults" in caught.value.__notes__[0]


def test_what_cannot_be_pickled_is_raised_and_the_worker_stays(start_mode: str) -> None:
    with ProcessExecutor(1) as executor:
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            executor.submit(threading.Lock).result()
        with pytest.raises(RuntimeError, match="Private: of this function"):
            executor.submit(raise_private).result()
        with pytest.raises((AttributeError, pickle.PicklingError)):
            executor.submit(lambda: 1).result()
        assert executor.submit(abs, -1).result() == 1


def test_each_worker_loads_and_initialises_once_before_its_next_task(start_mode: str) -> None:
    with ProcessExecutor(2, load) as executor:
        assert list(executor.map(notes, range(4))) == 4 * [["load"]]
        executor.initialise(note, "record")
        assert list(executor.map(notes, range(4))) == 4 * [["load", "record"]]


def test_what_a_task_prints_disturbs_no_message(start_mode: str) -> None:
    with ProcessExecutor(1) as executor:
        assert executor.submit(print_much).result() == 1


# ------------------------------------------------------------------------------------------------ killed processes


@pytest.mark.parametrize("how", [end_in_the_middle_of_the_message, kill_itself])
def test_a_worker_that_is_killed_is_told_and_nobody_waits_for_it(start_mode: str, how: object) -> None:
    begun = time.monotonic()
    with ProcessExecutor(2) as executor:
        waiting = [executor.submit(time.sleep, 0.5) for _ in range(9)]
        lost = executor.submit(how)  # type: ignore[arg-type]
        with pytest.raises(LostWorker, match=r"this machine: a worker was lost .* memory runs out"):
            lost.result()
        with pytest.raises(LostWorker):
            executor.submit(abs, -1).result()
        assert waiting[0].result() is None
    assert time.monotonic() - begun < SOON_SECONDS


def test_a_message_that_is_cut_ends_with_an_error() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ours.makefile("rb") as stream:
        theirs.sendall((1000).to_bytes(worker.LENGTH_BYTES, "big") + b"half")
        theirs.close()
        with pytest.raises(EOFError, match="4 of 1000 bytes"):
            worker.receive(stream)


@LINUX
def test_nobody_stays_after_the_block(start_mode: str) -> None:
    with ProcessExecutor(2) as executor:
        pids = [executor.submit(os.getpid).result(), *(each.pid for each in executor.processes)]
        executor.submit(time.sleep, 600)
        assert all(map(is_running, pids))
    assert end_soon(pids)


PARENT = """
import os, sys, threading, time
from runs.processes import executors, starting

starting.CAN_COPY = "copies" in sys.argv[1]
if "this" not in sys.argv[1]:
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
with executors.ProcessExecutor(2) as executor:
    print(executor.submit(os.getpid).result(), *(each.pid for each in executor.processes), flush=True)
    executor.submit(time.sleep, 600)
    executor.submit(time.sleep, 600).result()
"""


@pytest.fixture
def parent(tmp_path: Path, start_mode: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A parent with two busy workers, in a process group of its own; and the ids of some processes that it started."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, start_mode], env=environment(), start_new_session=True, cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield process, [int(pid) for pid in process.stdout.readline().split()]
        process.kill()


@LINUX
def test_workers_end_when_their_parent_is_killed(parent: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, pids = parent
    assert len(pids) >= 2 and all(map(is_running, pids))
    process.kill()
    process.wait()
    assert end_soon(pids)


@LINUX
def test_ctrl_c_is_heard_by_the_parent_alone(parent: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, pids = parent
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=SOON_SECONDS)
    assert process.returncode == -signal.SIGINT
    assert err.count("Traceback") == 1 and err.rstrip().endswith("KeyboardInterrupt")
    assert end_soon(pids)


def refuse(*_: object, **__: object) -> None:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def test_a_process_that_cannot_start_is_told(start_mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(LostWorker, match=r"this machine: a worker was lost .Resource temporarily unavailable"):
        ProcessExecutor(2)


# ------------------------------------------------------------------------------------ who may start worker processes


def test_a_daemonic_process_may_start_workers(start_mode: str) -> None:
    with get_context("spawn").Pool(1) as pool:
        assert pool.map(count_workers, [2]) == [2]


def test_workers_may_start_while_another_thread_holds_locks() -> None:
    """A copy of this process would wait for ever for a lock whose thread it has not."""
    over, held = threading.Event(), threading.Event()

    def hold() -> None:
        with LOCK:
            held.set()
            over.wait(SOON_SECONDS)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(SOON_SECONDS)
    with ProcessExecutor(1) as executor:
        assert executor.submit(take_lock).result()
    over.set()
    thread.join()


def test_a_script_need_not_be_guarded_and_runs_once(tmp_path: Path) -> None:
    design = write_design(tmp_path)
    script = tmp_path / "script.py"
    script.write_text(
        f"print('begun', flush=True)\nfrom runs import experiments\nprint(len(experiments({str(design)!r})))"
    )
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("begun\n24\n", "", 0)


# -------------------------------------------------------------------------------------------------------- batches


def test_a_cluster_that_loses_a_worker_makes_the_same_files(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    plan, _ = make_plan(read_design(write_design(tmp_path)))
    run_batch(plan, tmp_path / "alone", ProcessExecutor(1))
    killed: list[int] = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        pids = {name: worker.pid for name, worker in workers.workers.items()}

        def tell(done: int) -> None:
            if not killed and done and len(list((tmp_path / "cluster").glob("experiments/*.parquet"))) >= 3:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        run_batch(plan, tmp_path / "cluster", cluster_executor(workers.scheduler_address), tell=tell)
    assert killed and hashes(tmp_path / "cluster") == hashes(tmp_path / "alone")


def test_a_lost_process_is_told_and_the_rest_is_resumed(tmp_path: Path) -> None:
    plan, _ = make_plan(read_design(write_design(tmp_path)))
    executor = ProcessExecutor(2)
    pid = executor.submit(os.getpid).result()

    def tell(done: int) -> None:
        if len(list((tmp_path / "out").glob("experiments/*.parquet"))) == 3:
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(Faults, match=r"^this machine: a worker was lost \(it was killed.*--resume$"):
        run_batch(plan, tmp_path / "out", executor, tell=tell)
    kept = hashes(tmp_path / "out")
    assert 3 <= len(kept) // 3 < 24
    run_batch(plan, tmp_path / "out", ProcessExecutor(2), resume=True)
    run_batch(plan, tmp_path / "alone", ProcessExecutor(1))
    assert hashes(tmp_path / "out") == hashes(tmp_path / "alone")
    assert kept.items() <= hashes(tmp_path / "out").items()


def test_a_silent_scheduler_is_named_within_seconds() -> None:
    pytest.importorskip("distributed")
    begun = time.monotonic()
    with (
        pytest.raises(Faults, match=r"tcp://127.0.0.1:9: no scheduler answered"),
        cluster_executor("tcp://127.0.0.1:9"),
    ):
        pass
    assert time.monotonic() - begun < 20
