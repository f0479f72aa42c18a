"""The first time: the day is compiled before it is needed, by two processes, half of it each.

Compiling takes some twenty seconds after an installation and is kept on disk. Types are known from the declarations of
the columns, so that no world is needed for it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
from numba import from_dtype, types

from model.physics import compiled
from model.physics.compiled import compiled_handle
from model.physics.compiling import PLAIN_PYTHON, cache_folder, forget_old_versions
from model.physics.day import pass_day, pass_morning, turn_page
from model.physics.licensing import refile, void
from model.physics.sourcing import people_look_around
from model.state import Conditions, Flows, Network, Policy, State, World, columns, kinds
from runs.processes.signals import may_begin, sheltered, undisturbed

ROOMS = dict(zip(World._fields, (Network, Conditions, Policy, State, Flows), strict=True))
LUCK = types.Array(types.float64, 1, "C")


def is_compiled() -> bool:
    """Whether the day lies on disk, compiled for this Python, or need not be compiled."""
    if PLAIN_PYTHON:
        return True
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    with suppress(OSError):
        return any(file.stat().st_size for file in cache_folder().glob(f"day.pass_day-*.{python}*.nbi"))
    return False


def compile_day() -> None:
    """Compile what passes after decisions, unless it lies on disk."""
    code: Any = pass_day
    code.compile((world_type(), types.int64))


def compile_morning() -> None:
    """Compile all else that a day with minds takes, unless it lies on disk."""
    for function, arguments in (
        (compiled_handle, (tables_type(),)), (turn_page, (world_type(),)), (people_look_around, (world_type(),)),
        (pass_morning, (world_type(), types.int64, LUCK)), (void, (world_type(), types.int64)),
        (refile, (world_type(), types.int64, types.int64)),
    ):  # fmt: skip
        code: Any = function
        code.compile(arguments)


def compile_in_two() -> None:
    """Have the day compiled by two processes, whose memory goes with them; what they leave undone is done when due."""
    if not may_begin():
        return
    forget_old_versions()
    context = get_context("spawn")
    halves: list[BaseProcess] = []
    try:
        with suppress(OSError), sheltered():
            for work in (compile_day, compile_morning):
                half = context.Process(target=work, daemon=True)
                half.start()
                halves.append(half)
        for begun in halves:
            begun.join()
    finally:
        for begun in halves:
            begun.terminate()


def load_day() -> None:
    """Load the compiled day, in a second or so, before anybody may interrupt it: llvmlite would crash."""
    if PLAIN_PYTHON:
        return
    with undisturbed():
        compile_day()
        compile_morning()


def array_types(room: type) -> list[Any]:
    """What compiled code calls the columns of a room; those that never change cannot be written to."""
    letters, numbers, fixed = columns(room), kinds(room), room is Network
    dimensions = {name: max(1, sum(map(str.isalpha, column.letters))) for name, column in letters.items()}
    return [types.Array(from_dtype(np.dtype(numbers[name])), dimensions[name], "C", readonly=fixed) for name in letters]


def tables_type() -> Any:
    """What compiled code calls a world of tuples, from which a reference is made."""
    named: Any = types.NamedTuple
    return named([named(array_types(room), room) for room in ROOMS.values()], World)


def world_type() -> Any:
    """What compiled code calls a reference to a world."""
    room_type: Any = compiled.RoomType
    whole: Any = compiled.WorldType
    rooms = {name: list(zip(columns(room), array_types(room), strict=True)) for name, room in ROOMS.items()}
    return whole([(name, room_type(fields)) for name, fields in rooms.items()])
