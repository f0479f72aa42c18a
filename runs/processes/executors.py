"""Executors do tasks: processes on this machine, or the workers of a Dask cluster. All processes start by them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol, TypeVar

from model.tables.faults import Faults
from runs.extras import require_extra
from runs.processes.starting import THIS_MACHINE, LostWorker, Worker, end, start_workers

Result = TypeVar("Result")

SCHEDULER_TIMEOUT_SECONDS = 10  # for a scheduler to answer
WORKERLESS_TIMEOUT_SECONDS = 60.0  # a cluster may be without any worker for so long


class TaskExecutor(Protocol):
    """What a batch asks of an executor."""

    name: str

    def width(self) -> int:
        """How many tasks it does at a time."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a function called with arguments; the future is what it returns or raises."""


class ProcessExecutor(Executor):
    """Processes on this machine, which start at once; leaving its `with` block ends them.

    count: how many, as many as this process may use processors if None; load: called once before any task, for instance
    to import what tasks need. When a worker is lost, all tasks that are not finished raise LostWorker, as in Python's
    own executors.
    """

    name = THIS_MACHINE

    def __init__(self, count: int | None = None, load: Callable[[], object] | None = None) -> None:
        self.count = count or usable_processors()
        self._initialisers: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self.processes, workers, loaded = start_workers(self.count, load)
        if load is not None and not loaded:
            self.initialise(load)
        self._lost: LostWorker | None = None
        self._workers: SimpleQueue[Worker] = SimpleQueue()
        for worker in workers:
            self._workers.put(worker)
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="worker")

    def width(self) -> int:
        """How many tasks are done at a time."""
        return self.count

    def initialise(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Have a function called in each worker before its next task."""
        self._initialisers.append((function, arguments))

    def submit(self, function: Callable[..., Result], /, *arguments: Any, **keywords: Any) -> Future[Result]:
        """Have a function of a module called with arguments that can be pickled."""
        return self._threads.submit(self._call, partial(function, **keywords) if keywords else function, arguments)

    def _call(self, function: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        """Have an idle worker call a function; there are as many threads as workers, so that one is idle."""
        worker = self._workers.get()
        try:
            if self._lost is not None:
                raise self._lost
            for initialiser in self._initialisers[worker.initialised :]:
                worker.call(*initialiser)
                worker.initialised += 1
            value: Result = worker.call(function, arguments)
            return value
        except LostWorker as error:
            self._lost = error
            raise
        finally:
            self._workers.put(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, after all tasks if `wait`, whatever they are doing else."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for process in self.processes:
            end(process)
        self._threads.shutdown()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes at once: tasks whose results nobody has asked for by now are not wanted."""
        self.shutdown(wait=False, cancel_futures=True)


def usable_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ClusterExecutor:
    """The workers of a Dask scheduler."""

    def __init__(self, address: str, client: Any) -> None:
        self.name = address
        self._client, self._executor = client, client.get_executor(pure=False)

    def width(self) -> int:
        """How many tasks are done at a time; workers come and go."""
        return sum(self._client.nthreads().values())

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a function called with arguments."""
        future: Future[Any] = self._executor.submit(function, *arguments)
        return future


@contextmanager
def cluster_executor(address: str) -> Iterator[ClusterExecutor]:
    """Connect to a Dask scheduler such as tcp://192.0.2.7:8786; raise Faults if it does not answer."""
    require_extra("cluster", "--scheduler")
    import distributed

    try:
        dask: Any = distributed
        client: Any = dask.Client(address, timeout=SCHEDULER_TIMEOUT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        words = str(error).split("\n")[0] or type(error).__name__
        raise Faults([f"{address}: no scheduler answered within {SCHEDULER_TIMEOUT_SECONDS} s ({words}); start one "
                      "with 'dask scheduler', or leave --scheduler out"]) from None  # fmt: skip
    with client:
        if not client.nthreads():
            raise Faults([f"{address}: the scheduler has no workers; start some with 'dask worker {address}'"])
        yield ClusterExecutor(address, client)
