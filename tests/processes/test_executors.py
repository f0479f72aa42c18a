"""The same batch on a Dask cluster on the loopback, with one of its two workers killed in the middle."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from model.tables.faults import Faults
from runs.batch.batch import batch, finished, planned
from runs.batch.experiment import read_experiment
from runs.processes.executors import cluster, done_by_shelf, processes
from tests.support.batches import hashes, written

distributed = pytest.importorskip("distributed")


@pytest.mark.subprocess
def test_a_cluster_that_loses_a_worker_makes_the_same_files(tmp_path: Path) -> None:
    plan, _ = planned(read_experiment(written(tmp_path)))
    batch(plan, tmp_path / "alone", processes(1))
    killed: list[int] = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        pids = {name: worker.pid for name, worker in workers.workers.items()}

        def tell(done: int) -> None:
            if not killed and done and len(list((tmp_path / "cluster").glob("experiments/*.parquet"))) >= 3:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        batch(plan, tmp_path / "cluster", cluster(workers.scheduler_address), tell=tell)
    assert killed and hashes(tmp_path / "cluster") == hashes(tmp_path / "alone")


@pytest.mark.subprocess
def test_a_lost_process_is_told_and_the_rest_is_resumed(tmp_path: Path) -> None:
    plan, _ = planned(read_experiment(written(tmp_path)))
    killed: list[int] = []

    def tell(done: int) -> None:
        if not killed and len(list((tmp_path / "out").glob("experiments/*.parquet"))) >= 3:
            killed.extend(child.pid or 0 for child in active_children()[:1])
            os.kill(killed[0], signal.SIGKILL)

    with pytest.raises(Faults, match="this machine: a worker was lost.*--resume"):
        batch(plan, tmp_path / "out", processes(2), tell=tell)
    kept = hashes(tmp_path / "out")
    assert killed and 3 <= len(kept) // 3 < 24
    batch(plan, tmp_path / "out", processes(2), resume=True)
    batch(plan, tmp_path / "alone", processes(1))
    assert hashes(tmp_path / "out") == hashes(tmp_path / "alone")
    assert kept.items() <= hashes(tmp_path / "out").items()


@pytest.mark.subprocess
@pytest.mark.skipif(sys.platform != "linux", reason="only forked processes inherit the ear that listens here")
def test_no_message_of_a_pool_can_be_cut_in_half_by_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool waits for ever for the rest of a message whose writer was killed; a short one is written at once."""
    plan, _ = planned(read_experiment(written(tmp_path)))
    plain = Connection._send_bytes  # type: ignore[attr-defined]

    def noted(self: Connection, content: bytes) -> None:
        with (tmp_path / "messages").open("a") as note:
            note.write(f"{os.getpid() == here} {len(content)}\n")
        plain(self, content)

    here, shelves = os.getpid(), tmp_path / "shelves"
    shelves.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(shelves))
    monkeypatch.setattr(Connection, "_send_bytes", noted)
    batch(plan, tmp_path / "out", processes(2))
    sent = [line.split() for line in (tmp_path / "messages").read_text().splitlines()]
    from_pool = [int(length) for ours, length in sent if ours == "False"]
    assert len(from_pool) >= plan.chunks and max(from_pool) <= select.PIPE_BUF
    assert not list(shelves.iterdir())


SHELF = "linestop-.*: temporary files cannot be written there .*TMPDIR; what a batch has finished is kept"


def test_a_lost_shelf_is_told(tmp_path: Path) -> None:
    plan, _ = planned(read_experiment(written(tmp_path)))
    with processes(1) as running, pytest.raises(Faults, match=SHELF):
        assert running.shelf
        running.shelf.rmdir()
        batch(plan, tmp_path / "out", nullcontext(running))


def much(content: bytes, size: int) -> bytes:
    return bytes(size)


@pytest.fixture
def small_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for temporary files that holds a megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip("only an administrator can make a small disk")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.subprocess
def test_a_worker_that_finds_the_shelf_full_says_so_and_leaves_nothing(small_place: Path) -> None:
    with processes(1) as running:
        full = running.submit(much, b"", 2_000_000)
        with pytest.raises(Faults, match=SHELF):
            finished(full, running)
        assert running.shelf and len(list(running.shelf.iterdir())) == 1  # what all workers share
        assert running.found(running.submit(much, b"", 1000)) == bytes(1000)


def test_a_place_without_room_for_a_shelf_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    with pytest.raises(Faults, match="nowhere: temporary files cannot be written there .*TMPDIR"), processes(1):
        pass


def failing(content: bytes, number: int) -> None:
    raise MemoryError("x" * 100_000)


@pytest.mark.subprocess
def test_what_a_worker_raises_comes_by_the_shelf_too() -> None:
    with processes(1) as running, pytest.raises(Faults, match="this machine: a worker was lost .xxx"):
        finished(running.submit(failing, b"", 1), running)


def test_what_comes_too_late_is_cleared_away(tmp_path: Path) -> None:
    def closing(content: bytes, number: int) -> None:
        (shelf / "shared").unlink()

    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "shared").write_bytes(b"")
    done_by_shelf(closing, shelf / "shared", 1)
    assert not shelf.exists()


def test_a_silent_scheduler_is_named_within_seconds(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Faults, match="tcp://127.0.0.1:9: no scheduler answered"), cluster("tcp://127.0.0.1:9"):
        pass
    assert time.monotonic() - begun < 20
