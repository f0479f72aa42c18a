"""How worker processes start and end, and what they look like to their parent.

On Linux a first process loads what tasks need and then copies itself (`fork`); each copy is a worker. The first process
is a copy of the caller, which has loaded most of it, if the caller has one thread. In a copy of a process with more
threads their locks stay locked, so beside a progress bar or in a notebook the first process is a new Python. On other
systems, where a process that has loaded system libraries must not be copied, each worker is a new Python. None of them
runs the caller's script once more, as those of Python's `multiprocessing` do.

- Ctrl-C is told to the processes of a terminal's foreground group; workers belong to a group of their own.
- Each worker has a stream of its own, whose end says that the other side has gone, in the middle of a message too. A
  worker ends when its parent has gone, and a parent never waits for the rest of a message of a killed worker.
"""

from __future__ import annotations

import math
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from model.tables.faults import Faults
from runs.files.durable import reason
from runs.processes.worker import receive, send, serve_copies

EXIT_SECONDS = 10.0  # for a worker that was told to end
THIS_MACHINE = "this machine"
WHY_LOST = "it was killed, as happens where memory runs out, or it ended by itself"
WORKER = "from runs.processes.worker import run_worker; run_worker()"
LOOK_SECONDS = 0.002  # whether a copy has ended
CAN_COPY = sys.platform == "linux"  # elsewhere a process that has loaded libraries of the system must not be copied


class LostWorker(Faults):
    """A worker process ended in the middle of its work, or could not be started; `why` says how."""

    def __init__(self, why: str, advice: str = "start it again") -> None:
        super().__init__([f"{THIS_MACHINE}: a worker was lost ({why}); {advice}"])
        self.why = why


class Process(Protocol):
    """A process that this one has started, as `subprocess.Popen` shows it."""

    pid: int
    returncode: int | None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise TimeoutExpired if that takes more seconds."""

    def kill(self) -> None:
        """End it at once."""


@dataclass
class Copy:
    """A copy of this process."""

    pid: int
    returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raise TimeoutExpired if that takes more seconds."""
        deadline = time.monotonic() + (math.inf if timeout is None else timeout)
        while self.returncode is None:
            pid, status = self.pid, 0
            with suppress(ChildProcessError):  # where the system reaps by itself
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("a copy of this process", timeout or 0.0)
            else:
                time.sleep(LOOK_SECONDS)
        return self.returncode

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)


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


def start_workers(count: int, load: Callable[[], object] | None) -> tuple[Sequence[Process], list[Worker], bool]:
    """Start workers: their processes, the workers, and whether they have loaded what tasks need.

    Raise LostWorker if the system refuses.
    """
    try:
        processes, workers = start_and_copy(count, load) if CAN_COPY else start_each(count)
    except OSError as error:
        raise LostWorker(reason(error)) from error
    return processes, workers, CAN_COPY


def start_and_copy(count: int, load: Callable[[], object] | None) -> tuple[Sequence[Process], list[Worker]]:
    """Start a process that loads what tasks need and then copies itself, `count` times; the process and the workers."""
    pairs = [socket.socketpair() for _ in range(count)]
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    process: Process = fork(ours, theirs, load) if threading.active_count() == 1 else start_new(theirs, load)
    for each in theirs:
        each.close()
    workers = [Worker(each.makefile("wb"), each.makefile("rb")) for each in ours]
    for each in ours:
        each.close()  # the files keep it open
    return [process], workers


def fork(ours: list[socket.socket], theirs: list[socket.socket], load: Callable[[], object] | None) -> Copy:
    """Start a copy of this process, in a process group of its own, that serves sockets."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()  # or the copy would print it again
    pid = os.fork()
    if pid:
        return Copy(pid)
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for each in ours:
            each.close()
        serve_copies(theirs, load)
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(1)


def start_new(theirs: list[socket.socket], load: Callable[[], object] | None) -> subprocess.Popen[bytes]:
    """Start a new Python that serves sockets."""
    numbers = [each.fileno() for each in theirs]
    process = start(*map(str, numbers), pass_fds=numbers, stdin=subprocess.PIPE)
    stdin, _ = streams_of(process)
    with stdin:
        pickle.dump(load, stdin)
    return process


def start_each(count: int) -> tuple[Sequence[Process], list[Worker]]:
    """Start `count` new Pythons, each of which is a worker."""
    processes = [start(stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)]
    return processes, [Worker(*streams_of(process)) for process in processes]


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a new Python that finds modules where this one does, in a process group of its own."""
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


def end(process: Process) -> None:
    """End a process and its copies, and wait for its end."""
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(EXIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
