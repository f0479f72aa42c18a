"""The same batch on a Dask cluster on the loopback, with one of its two workers killed in the middle."""

from __future__ import annotations

import os
import select
import signal
import tempfile
import time
from contextlib import nullcontext
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from batches import hashes, written

from model.faults import Faults
from runs.batch import batch, planned
from runs.engines import cluster, processes
from runs.experiment import read_experiment

distributed = pytest.importorskip("distributed")


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
    assert len(from_pool) >= plan.chunks and max(int(length) for _, length in sent) <= 512 <= select.PIPE_BUF
    assert not list(shelves.iterdir())


def test_a_full_shelf_is_told(tmp_path: Path) -> None:
    plan, _ = planned(read_experiment(written(tmp_path)))
    with processes(1) as running, pytest.raises(Faults, match="linestop-.* in TMPDIR; what was finished is kept"):
        assert running.shelf
        running.shelf.rmdir()
        batch(plan, tmp_path / "out", nullcontext(running))


def test_a_silent_scheduler_is_named_within_seconds(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Faults, match="tcp://127.0.0.1:9: no scheduler answered"), cluster("tcp://127.0.0.1:9"):
        pass
    assert time.monotonic() - begun < 20
