"""A world of one's own to begin with: the worked example in a folder, table by table, ready to be run and changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from model.tables.faults import Faults
from runs.files.durable import make_parents, reason, sync_tree

EXAMPLE = Path(__file__).parent / "example"  # ten firms or so, made up, with a page that explains each column
SCENARIO = "scenario.toml"


def write_example(place: Path) -> list[str]:
    """Write the worked example into a folder that is not there yet, or is empty; return the names of its files.

    Raise Faults where the place is taken or cannot be written; nothing half-written is left.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        what = "a folder that is not empty" if place.is_dir() else "a file"
        raise Faults([f"{place}: it is {what}, so it is left alone; choose another folder"])
    real = Path(os.path.realpath(place))
    hidden = real.parent / f".{real.name}.{os.getpid()}.part"
    try:
        make_parents(real.parent, [])
        shutil.copytree(EXAMPLE, hidden, copy_function=shutil.copyfile)
        sync_tree(hidden)
        if real.is_dir():
            real.rmdir()
        hidden.rename(real)
    except OSError as error:
        raise Faults([f"{place}: it cannot be written ({reason(error)}); choose another folder"]) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    return sorted(entry.name for entry in real.iterdir())
