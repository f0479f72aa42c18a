"""Draughtsmen: processes that make ready while the days still pass, and draw the figures of a run when they have."""

from __future__ import annotations

import gc
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from runs.figures.captions import names_of_figures
from runs.files.durable import write_whole
from runs.processes.executors import usable_processors
from runs.processes.signals import may_begin, sheltered

if TYPE_CHECKING:
    from runs.simulation.record import Record

MOST_DESKS = 2  # the cascade takes a third as long as all figures together: a third desk would soon stand idle
PRELOADED = ["runs.figures.catalogue", "model.scenario.scenario"]
GONE = (EOFError, OSError)  # what is heard from a process that has ended or cannot begin


@contextmanager
def drawing_room(wanted: bool = True) -> Iterator[DrawingRoom]:
    """Lend a room to draw in, with two desks where the machine has two processors, and nobody in it afterwards.

    Elsewhere than on Linux, on a single processor, in a process that may begin no others, or if no figures are
    `wanted`, it has no desks.
    """
    can = sys.platform == "linux" and usable_processors() > 1 and may_begin()
    room = DrawingRoom(MOST_DESKS if wanted and can else 0)
    try:
        yield room
    finally:
        room.close()


class DrawingRoom:
    """Desks at which others draw; what they do not deliver is drawn by whoever asks, so that faults are told there.

    The room is made ready at once: a process loads what it takes to draw, and draughtsmen are copies of it.
    """

    def __init__(self, desks: int) -> None:
        self._desks = desks
        self.draughtsmen: list[BaseProcess] = []
        self._lines: list[Connection] = []
        self._asked: dict[Connection, str] = {}
        self._to_draw: list[str] = []
        if desks:
            with suppress(*GONE):
                make_ready()

    def begin(self, record: Record) -> None:
        """Hand the record out, so that drawing goes on while the caller does other things."""
        self._record, self._to_draw = record, names_of_figures(record)
        with suppress(*GONE):
            for _ in range(self._desks):
                self.seat()
        notes = pickle.dumps(record, pickle.HIGHEST_PROTOCOL) if self._lines else b""
        for line in self._lines:
            with suppress(*GONE):
                line.send_bytes(notes)
                self.ask(line)

    def seat(self) -> None:
        """Put somebody at a desk, with a line on which to hear of the run and of what to draw."""
        room = get_context("forkserver")
        ours, theirs = room.Pipe()
        somebody = room.Process(target=draw, args=(theirs,), daemon=True)
        with theirs, sheltered():
            somebody.start()
        self.draughtsmen.append(somebody)
        self._lines.append(ours)

    def ask(self, line: Connection) -> None:
        """Ask for the next figure, if there is one left."""
        if self._to_draw:
            line.send(self._to_draw[0])
            self._asked[line] = self._to_draw.pop(0)

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Each figure as soon as it is drawn: its name, and the PNG."""
        while self._asked:
            for line in wait(list(self._asked)):
                assert isinstance(line, Connection)
                name = self._asked.pop(line)
                try:
                    picture = line.recv_bytes()
                except GONE:
                    self._to_draw.append(name)
                    continue
                with suppress(*GONE):
                    self.ask(line)
                yield name, picture
        if self._to_draw:
            from runs.figures.catalogue import figure_png

            yield from ((name, figure_png(self._record, name)) for name in self._to_draw)

    def draw_into(self, folder: Path, progress: Callable[[str], None] = lambda name: None) -> list[Path]:
        """Put all figures into a folder that exists; `progress` is told the name of each when it is there."""
        written = []
        for name, picture in self.pictures():
            written.append(write_whole(folder / f"{name}.png", picture))
            progress(name)
        return written

    def close(self) -> None:
        """Send everybody home, whatever they are at."""
        for somebody in self.draughtsmen:
            somebody.terminate()
            somebody.join()
        for line in self._lines:
            line.close()


def make_ready() -> None:
    """Begin the process that loads what it takes to draw, of which draughtsmen are copies."""
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(PRELOADED)
    with sheltered():
        forkserver.ensure_running()


def draw(line: Connection) -> None:
    """Hear of a run on a line, and draw the figures of it that are asked for, until nobody asks any more."""
    from runs.figures.catalogue import figure_png

    gc.disable()
    with suppress(Exception):  # whoever asked will draw it again, and tell what is wrong
        record = pickle.loads(line.recv_bytes())
        while True:
            line.send_bytes(figure_png(record, line.recv()))
