"""Engines do the runs: processes on this machine, or workers of a Dask cluster; one code path for both."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any

from model.faults import Faults

PATIENCE_SECONDS = 10  # for a scheduler to answer
LONELY_SECONDS = 60.0  # a cluster may be without any worker for so long


@dataclass(frozen=True)
class Engine:
    """Something that runs: an executor, how many runs it does at a time, and a look at whether it still lives."""

    name: str
    executor: Executor
    width: Callable[[], int]


@contextmanager
def processes(count: int | None = None) -> Iterator[Engine]:
    """Lend a pool of processes on this machine, as many as it has processors unless told otherwise."""
    count = count or usable_processors()
    context = get_context("fork" if sys.platform == "linux" else "spawn")  # a fork inherits the compiled day
    executor = ProcessPoolExecutor(count, context, initializer=enlist)
    try:
        yield Engine("this machine", executor, lambda: count)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def usable_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def enlist() -> None:
    """Make a process of the pool deaf to Ctrl-C, which its parent hears, and let it end when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=follow_the_parent, daemon=True).start()


def follow_the_parent() -> None:
    """End this process as soon as its parent has gone, killed or not."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def cluster(address: str) -> Iterator[Engine]:
    """Lend the workers of a Dask scheduler such as tcp://192.0.2.7:8786; raise Faults if it does not answer."""
    try:
        import distributed
    except ImportError:
        raise Faults(["--scheduler needs the extra 'cluster'; install it: pip install 'linestop[cluster]'"]) from None
    try:
        dask: Any = distributed
        client: Any = dask.Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).split("\n")[0] or type(error).__name__
        raise Faults([f"{address}: no scheduler answered within {PATIENCE_SECONDS} s ({reason}); start one with "
                      "'dask scheduler', or leave --scheduler out"]) from None  # fmt: skip
    with client:
        if not client.nthreads():
            raise Faults([f"{address}: the scheduler has no workers; start some with 'dask worker {address}'"])
        yield Engine(address, client.get_executor(pure=False), lambda: sum(client.nthreads().values()))
