"""Executors: what does tasks, processes on this machine or the workers of a Dask cluster.

All processes of Linestop start here, and in one way: as a new Python that runs `runs.processes.worker.main`.
A copy of the caller (the start method `fork`) would be faster, but it copies locks that other threads hold, such as
that of a progress bar; and what Python's `multiprocessing` starts otherwise runs the caller's script once more. Here a
script needs no `if __name__ == "__main__"`, and tasks are functions of modules. On Linux one process loads what tasks
need and then copies itself; elsewhere each process loads it.

- Ctrl-C is told to the processes of a terminal's foreground group; workers belong to a group of their own.
- Each worker has a stream of its own, whose end says that the other side has gone, in the middle of a message too. A
  worker ends when its parent has gone, and a parent never waits for the rest of a message of a killed worker.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any, BinaryIO, Protocol, TypeVar

from model.tables.faults import Faults
from runs.files.durable import reason
from runs.processes.worker import receive, send

T = TypeVar("T")

SCHEDULER_TIMEOUT_SECONDS = 10  # for a scheduler to answer
WORKERLESS_TIMEOUT_SECONDS = 60.0  # a cluster may be without any worker for so long
EXIT_SECONDS = 10.0  # for a worker that was told to end
THIS_MACHINE = "this machine"
WHY_LOST = "it was killed, as happens where memory runs out, or it ended by itself"
WORKER = "from runs.processes.worker import main; main()"
CAN_COPY = sys.platform == "linux"  # elsewhere a process that has loaded libraries of the system must not be copied

Processes = list[subprocess.Popen[bytes]]


class LostWorker(Faults):
    """A worker process ended in the middle of its work, or could not be started; `why` says how."""

    def __init__(self, why: str, advice: str = "start it again") -> None:
        super().__init__([f"{THIS_MACHINE}: a worker was lost ({why}); {advice}"])
        self.why = why


class TaskExecutor(Protocol):
    """What a batch asks of an executor."""

    name: str

    def width(self) -> int:
        """How many tasks it does at a time."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a function called with arguments; the future is what it returns or raises."""


class Worker:
    """A worker process as its parent sees it: a stream to it, one from it, and how many initialisers it has called."""

    def __init__(self, tasks: BinaryIO, results: BinaryIO, initialised: int = 0) -> None:
        self.tasks, self.results, self.initialised = tasks, results, initialised

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Have a function called; what it returns. Raise what it raises, or LostWorker if the process has gone."""
        task = pickle.dumps((function, arguments), protocol=5)
        try:
            send(self.tasks, task)
            result = receive(self.results)
        except (EOFError, OSError) as error:
            raise LostWorker(WHY_LOST) from error
        returned, value = pickle.loads(result)
        if not returned:
            raise value
        return value


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
        try:
            self.processes, workers = start_and_copy(self.count, load) if CAN_COPY else start_each(self.count)
        except OSError as error:
            raise LostWorker(reason(error)) from error
        if load is not None and not CAN_COPY:
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

    def submit(self, function: Callable[..., T], /, *arguments: Any, **keywords: Any) -> Future[T]:
        """Have a function of a module called with arguments that can be pickled."""
        return self._threads.submit(self._call, partial(function, **keywords) if keywords else function, arguments)

    def _call(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        """Have an idle worker call a function; there are as many threads as workers, so that one is idle."""
        worker = self._workers.get()
        try:
            if self._lost is not None:
                raise self._lost
            for initialiser in self._initialisers[worker.initialised :]:
                worker.call(*initialiser)
                worker.initialised += 1
            value: T = worker.call(function, arguments)
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


def start_and_copy(count: int, load: Callable[[], object] | None) -> tuple[Processes, list[Worker]]:
    """Start a process that loads what tasks need and then copies itself, `count` times; the process and the workers."""
    pairs = [socket.socketpair() for _ in range(count)]
    numbers = [theirs.fileno() for _, theirs in pairs]
    process = start(*map(str, numbers), pass_fds=numbers, stdin=subprocess.PIPE)
    stdin, _ = streams_of(process)
    with stdin:
        pickle.dump(load, stdin)
    workers = []
    for ours, theirs in pairs:
        theirs.close()
        with ours:  # the files keep it open
            workers.append(Worker(ours.makefile("wb"), ours.makefile("rb")))
    return [process], workers


def start_each(count: int) -> tuple[Processes, list[Worker]]:
    """Start `count` processes, each of which is a worker."""
    processes = [start(stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)]
    return processes, [Worker(*streams_of(process)) for process in processes]


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a worker process that finds modules where this one does, in a process group of its own."""
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        options["start_new_session"] = True
    places = os.pathsep.join(os.path.abspath(place) for place in sys.path)
    environment = {**os.environ, "PYTHONPATH": places}
    return subprocess.Popen([sys.executable, "-P", "-c", WORKER, *arguments], env=environment, **options)


def streams_of(process: subprocess.Popen[bytes]) -> tuple[Any, Any]:
    """The stream to a process and the one from it."""
    return process.stdin, process.stdout


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its copies, and wait for its end."""
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.terminate()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(EXIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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
    try:
        import distributed
    except ImportError:
        raise Faults(["--scheduler needs the extra 'cluster'; install it: pip install 'linestop[cluster]'"]) from None
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
