"""Processes that load what figures need while the days of a run still pass, and draw its figures when it is over."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Future, as_completed
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from runs.figures.captions import names_of_figures
from runs.files.durable import write_whole
from runs.processes.executors import ProcessExecutor, usable_processors
from runs.processes.starting import LostWorker

if TYPE_CHECKING:
    from runs.simulation.record import Record

MOST_WORKERS = 2  # the cascade takes a third as long as all figures together: a third worker would soon have no work


@contextmanager
def figure_workers(wanted: bool = True) -> Iterator[FigureWorkers]:
    """Start two figure workers, and end them after the block; none on a single processor or if they are not wanted."""
    workers = FigureWorkers(MOST_WORKERS if wanted and usable_processors() > 1 else 0)
    try:
        yield workers
    finally:
        workers.close()


class FigureWorkers:
    """Draw the figures of a run in `count` processes, which load what they need at once.

    What they do not deliver is drawn by the caller, so that errors are raised there.
    """

    def __init__(self, count: int) -> None:
        self.executor: ProcessExecutor | None = None
        self._futures: dict[Future[bytes], str] = {}
        if count:
            with suppress(LostWorker):
                self.executor = ProcessExecutor(count, load_figures)

    def begin(self, record: Record) -> None:
        """Hand the record out, so that drawing goes on while the caller does other things."""
        self._record = record
        if self.executor is not None:
            self.executor.initialise(keep_record, pickle.dumps(record, pickle.HIGHEST_PROTOCOL))
            self._futures = {self.executor.submit(draw, name): name for name in names_of_figures(record)}

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Each figure as soon as it is drawn: its name, and the PNG."""
        missing = dict.fromkeys(names_of_figures(self._record))
        for future in as_completed(self._futures):
            if future.exception() is None:
                name = self._futures[future]
                del missing[name]
                yield name, future.result()
        if missing:
            from runs.figures.catalogue import figure_png

            yield from ((name, figure_png(self._record, name)) for name in missing)

    def draw_into(self, folder: Path, progress: Callable[[str], None] = lambda name: None) -> list[Path]:
        """Write all figures into a folder that exists; `progress` is called with the name of each when it is there."""
        written = []
        for name, picture in self.pictures():
            written.append(write_whole(folder / f"{name}.png", picture))
            progress(name)
        return written

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        if self.executor is not None:
            self.executor.shutdown(wait=False, cancel_futures=True)


RECORDS: list[Record] = []  # in a worker: the record whose figures it draws


def load_figures() -> None:
    """Import what it takes to draw, and to read a record."""
    import runs.figures.catalogue  # noqa: F401

    gc.disable()  # a worker lives for a few seconds


def keep_record(notes: bytes) -> None:
    """Take the record whose figures are to be drawn."""
    RECORDS[:] = [pickle.loads(notes)]


def draw(name: str) -> bytes:
    """Draw a figure of the record: its PNG."""
    from runs.figures.catalogue import figure_png

    return figure_png(RECORDS[0], name)
