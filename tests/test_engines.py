"""The same batch on a Dask cluster on the loopback, with one of its two workers killed in the middle."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing import active_children
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


def test_a_silent_scheduler_is_named_within_seconds(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Faults, match="tcp://127.0.0.1:9: no scheduler answered"), cluster("tcp://127.0.0.1:9"):
        pass
    assert time.monotonic() - begun < 20
