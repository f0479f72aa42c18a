"""A progress bar for what takes long, on a terminal only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from runs.processes.compiled_day import load_simulation, prepare_simulation

BAR_AFTER_SECONDS = 2.0  # what is over by then needs no bar
REFRESH_SECONDS = 0.25
tqdm.monitor_interval = 0  # no thread of its own, which would stay when the bar has gone
BAR_WITH_COUNT = "{desc}: {bar} {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"
BAR_WITHOUT_COUNT = "{desc} [{elapsed}]"


@contextmanager
def show_progress(
    words: str | Callable[[], str], count: Callable[[], int] = lambda: 0, total: int = 0, quiet: bool = False
) -> Iterator[None]:
    """Show a progress bar while the block runs, if that takes over two seconds.

    words: what is being done; count: how far it is, out of `total` (0 where nothing can be counted). Nothing is
    shown where stderr is not a terminal, or when `quiet`.
    """
    over = threading.Event()
    thread = threading.Thread(target=draw_bar, args=(over, words, count, total, quiet), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def draw_bar(
    over: threading.Event, words: str | Callable[[], str], count: Callable[[], int], total: int, quiet: bool
) -> None:
    """Draw the bar several times a second until it is over."""
    if quiet or over.wait(BAR_AFTER_SECONDS):
        return
    shape = BAR_WITH_COUNT if total else BAR_WITHOUT_COUNT
    with tqdm(total=total or None, bar_format=shape, leave=False, disable=None, delay=REFRESH_SECONDS) as bar:
        if not bar.disable:
            bar.start_t -= BAR_AFTER_SECONDS  # the time before the bar appeared counts
        while not over.wait(REFRESH_SECONDS):
            bar.n = count()
            bar.set_description_str(words if isinstance(words, str) else words())


def load_simulation_with_progress(quiet: bool = False) -> None:
    """Load the compiled simulation; compile it before unless it lies on disk."""
    prepare_simulation(quiet)
    with show_progress("getting ready", quiet=quiet):
        load_simulation()
