"""Tasks for the tests of executors; a worker imports little to do them."""

from __future__ import annotations

import os
import select
import signal
import threading
import time

from model.tables.faults import Faults
from runs.processes import worker
from runs.processes.executors import ProcessExecutor

CALLS: list[str] = []
LOCK = threading.Lock()


def raise_faults() -> None:
    raise Faults(["one", "two"])


def raise_private() -> None:
    class Private(Exception):
        pass

    raise Private("of this function")


def note(what: str) -> None:
    CALLS.append(what)


def load() -> None:
    note("load")


def notes(_: int) -> list[str]:
    time.sleep(0.2)  # so that both workers have tasks
    return CALLS


def print_much() -> int:
    print("x" * 100_000)
    return 1


def end_in_the_middle_of_the_message() -> bytes:
    def cut(stream: object, content: bytes) -> None:
        os.write(stream.fileno(), len(content).to_bytes(worker.LENGTH_BYTES, "big") + content[:1000])  # type: ignore[attr-defined]
        os.kill(os.getpid(), signal.SIGKILL)

    worker.send = cut
    return bytes(10 * select.PIPE_BUF)


def count_workers(count: int) -> int:
    with ProcessExecutor(count) as executor:
        return sum(executor.map(abs, [-1] * count))


def take_lock() -> bool:
    return LOCK.acquire(timeout=5.0)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
