"""Engines do the runs: processes on this machine, or workers of a Dask cluster; one code path for both.

Processes of a pool write what they have found into one pipe. One that is killed in the middle of a long message leaves
half of it there, and the pool would wait for the other half for ever. So what a batch has found passes by a shelf, a
folder for temporary files, and only its name by the pipe: a short message is written whole or not at all (PIPE_BUF,
4,096 bytes on Linux).
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context, parent_process
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

from model.tables.faults import Faults
from runs.extras import require_extra
from runs.files.durable import reason

PATIENCE_SECONDS = 10  # for a scheduler to answer
LONELY_SECONDS = 60.0  # a cluster may be without any worker for so long


@dataclass(frozen=True)
class Engine:
    """Something that runs: an executor, how many runs it does at a time, and the shelf of its processes, if any."""

    name: str
    executor: Executor
    width: Callable[[], int]
    shelf: Path | None = None

    def submit(self, do: Callable[[bytes, int], Any], content: bytes, number: int) -> Future[Any]:
        """Have one of many things done, all of which need the same content; what it comes to is told by `found`.

        Raise BrokenExecutor where the engine is broken, Faults where the shelf is full.
        """
        if self.shelf is None:
            return self.executor.submit(do, content, number)
        shared = self.shelf / sha256(content).hexdigest()
        if not shared.exists():
            with shelf_in_order(self.shelf):
                shared.write_bytes(content)
        return self.executor.submit(done_by_shelf, do, shared, number)

    def found(self, future: Future[Any]) -> Any:
        """What the doing has come to; raise what it raised."""
        return future.result() if self.shelf is None else taken(future.result())


def done_by_shelf(do: Callable[[bytes, int], Any], shared: Path, number: int) -> str:
    """Do a thing with the content on a shelf and put what was found, or raised, there too: the name of its file."""
    try:
        found = do(shared.read_bytes(), number)
    except Exception as error:
        found = error
    with shelf_in_order(shared.parent):
        name = put(pickle.dumps(found, protocol=5), shared.parent)
    if not shared.exists():  # nobody waits for it any more, and the shelf was being cleared
        clear(Path(name))
    return name


def put(content: bytes, shelf: Path) -> str:
    """Put something on a shelf, whole or not at all: the name of its file."""
    with NamedTemporaryFile(dir=shelf, delete=False) as handle:
        try:
            handle.write(content)
            handle.flush()
        except OSError:
            os.unlink(handle.name)
            raise
    return handle.name


def taken(name: str) -> Any:
    """Take what was found off the shelf; raise it, if it is an error."""
    found = pickle.loads(Path(name).read_bytes())
    os.unlink(name)
    if isinstance(found, Exception):
        raise found
    return found


def clear(path: Path) -> None:
    """Remove a file that was put on a shelf too late, and the shelf."""
    with suppress(OSError):
        path.unlink()
        path.parent.rmdir()


@contextmanager
def shelf_in_order(shelf: str | Path) -> Iterator[None]:
    """Use a shelf; raise Faults where it cannot be written."""
    try:
        yield
    except OSError as error:
        words = f"{shelf}: temporary files cannot be written there ({reason(error)}); make room, or name another place"
        raise Faults([f"{words} in TMPDIR; what a batch has finished is kept, go on with --resume"]) from error


@contextmanager
def processes(count: int | None = None) -> Iterator[Engine]:
    """Lend a pool of processes on this machine, as many as it has processors unless told otherwise."""
    count = count or usable_processors()
    context = get_context("fork" if sys.platform == "linux" else "spawn")  # a fork inherits the compiled day
    with ExitStack() as stack:
        with shelf_in_order(os.environ.get("TMPDIR") or "the system's folder"):
            shelf = stack.enter_context(TemporaryDirectory(prefix="linestop-", ignore_cleanup_errors=True))
        executor = ProcessPoolExecutor(count, context, initializer=enlist, initargs=(shelf,))
        try:
            yield Engine("this machine", executor, lambda: count, Path(shelf))
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def usable_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def enlist(shelf: str) -> None:
    """Make a process of the pool deaf to Ctrl-C, which its parent hears, and let it end when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=follow_the_parent, args=(shelf,), daemon=True).start()


def follow_the_parent(shelf: str) -> None:
    """End this process as soon as its parent has gone, killed or not, and clear the shelf that it leaves."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(shelf, ignore_errors=True)
        os._exit(1)


@contextmanager
def cluster(address: str) -> Iterator[Engine]:
    """Lend the workers of a Dask scheduler such as tcp://192.0.2.7:8786; raise Faults if it does not answer."""
    require_extra("cluster", "--scheduler")
    import distributed

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
