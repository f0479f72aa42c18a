"""Something to look at while a long run goes on: a bar on the terminal, and only there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from runs.processes.compiled_day import compile_in_two, is_compiled, load_day

PATIENCE_SECONDS = 2.0  # what is over by then is not worth a bar
REFRESH_SECONDS = 0.25
COUNTED = "{desc}: {bar} {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"
UNCOUNTED = "{desc} [{elapsed}]"


@contextmanager
def show_progress(
    words: str | Callable[[], str], count: Callable[[], int] = lambda: 0, total: int = 0, quiet: bool = False
) -> Iterator[None]:
    """Show how far something has come that takes over two seconds; it need not know that it is watched.

    words: what goes on; count: how far it is, out of `total` (0 where nothing can be counted). Nothing is
    shown where stderr is not a terminal, or when `quiet`.
    """
    over = threading.Event()
    watcher = threading.Thread(target=watch, args=(over, words, count, total, quiet), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def watch(
    over: threading.Event, words: str | Callable[[], str], count: Callable[[], int], total: int, quiet: bool
) -> None:
    """Draw the bar again and again until it is over."""
    if quiet or over.wait(PATIENCE_SECONDS):
        return
    shape = COUNTED if total else UNCOUNTED
    with tqdm(total=total or None, bar_format=shape, leave=False, disable=None, delay=REFRESH_SECONDS) as bar:
        if not bar.disable:
            bar.start_t -= PATIENCE_SECONDS  # it began before anybody looked
        while not over.wait(REFRESH_SECONDS):
            bar.n = count()
            bar.set_description_str(words if isinstance(words, str) else words())


def prepare_compiled_day(quiet: bool = False) -> None:
    """See to it that the day is compiled, which it is once after an installation, and loaded."""
    if not is_compiled():
        with show_progress("compiling the day, once", quiet=quiet):
            compile_in_two()
    with show_progress("getting ready", quiet=quiet):
        load_day()
