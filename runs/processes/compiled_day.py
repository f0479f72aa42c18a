"""The simulation is compiled once after an installation, by one process, and loaded by each process that simulates.

Compiling takes about half a minute and is kept on disk. Types are known from the declarations of the columns, so that
no world is needed for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from numba import from_dtype, types

from model.physics import compiled
from model.physics.compiled import compiled_handle
from model.physics.compiling import PLAIN_PYTHON, cache_folder, forget_old_versions
from model.physics.day import pass_day, pass_morning, turn_page
from model.physics.licensing import rules_change
from model.physics.sourcing import people_look_around
from model.state import Conditions, Flows, Network, Policy, State, World, columns, kinds
from runs.processes.executors import ProcessExecutor
from runs.processes.signals import defer_signals
from runs.processes.starting import LostWorker

PARTS_OF_WORLD = dict(zip(World._fields, (Network, Conditions, Policy, State, Flows), strict=True))
FLOAT64, INT64 = (types.Array(kind, 1, "C") for kind in (types.float64, types.int64))
COMPILING = "linestop: compiling the simulation for this machine, once; this takes about 25 seconds"


def is_compiled() -> bool:
    """Whether the simulation lies on disk, compiled for this Python, or need not be compiled."""
    if PLAIN_PYTHON:
        return True
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    with suppress(OSError):
        return any(file.stat().st_size for file in cache_folder().glob(f"day.pass_day-*.{python}*.nbi"))
    return False


def prepare_simulation(quiet: bool = False) -> None:
    """Compile the simulation unless it lies on disk, with a line on stderr that says so unless `quiet`.

    A process of its own compiles, for the compiler keeps 170 MB until its process ends, and a signal inside it would
    crash this one. Where no process can start, or it is lost, this one compiles when it loads the simulation.
    """
    if is_compiled():
        return
    if not quiet:
        print(COMPILING, file=sys.stderr, flush=True)
    forget_old_versions()
    with suppress(LostWorker), ProcessExecutor(1) as executor:
        executor.submit(compile_simulation).result()


def load_simulation() -> None:
    """Load the compiled simulation, in a second or so, before anybody may interrupt it: llvmlite would crash."""
    if not PLAIN_PYTHON:
        with defer_signals():
            compile_simulation()


def compile_simulation() -> None:
    """Compile, or load what lies on disk: the day, and what else a day with minds takes."""
    for function, arguments in (
        (compiled_handle, (tables_type(),)), (turn_page, (world_type(),)), (people_look_around, (world_type(),)),
        (pass_morning, (world_type(), types.int64, FLOAT64)), (pass_day, (world_type(), types.int64)),
        (rules_change, (world_type(), INT64, types.int64)),
    ):  # fmt: skip
        code: Any = function
        code.compile(arguments)


def simulation_executor(task: Callable[..., object], count: int | None = None, quiet: bool = False) -> ProcessExecutor:
    """Start processes that load the simulation and what a task needs; it is compiled before unless it lies on disk."""
    prepare_simulation(quiet)
    return ProcessExecutor(count, partial(load_for, task))


def load_for(task: Callable[..., object]) -> None:
    """Load the simulation in a worker; unpickling the argument `task` has already imported the module of the task."""
    load_simulation()


def array_types(room: type) -> list[Any]:
    """What compiled code calls the columns of a room; those that never change cannot be written to."""
    letters, numbers, fixed = columns(room), kinds(room), room is Network
    dimensions = {name: max(1, sum(map(str.isalpha, column.letters))) for name, column in letters.items()}
    return [types.Array(from_dtype(np.dtype(numbers[name])), dimensions[name], "C", readonly=fixed) for name in letters]


def tables_type() -> Any:
    """What compiled code calls a world of tuples, from which a reference is made."""
    named: Any = types.NamedTuple
    return named([named(array_types(room), room) for room in PARTS_OF_WORLD.values()], World)


def world_type() -> Any:
    """What compiled code calls a reference to a world."""
    room_type: Any = compiled.RoomType
    whole: Any = compiled.WorldType
    rooms = {name: list(zip(columns(room), array_types(room), strict=True)) for name, room in PARTS_OF_WORLD.items()}
    return whole([(name, room_type(fields)) for name, fields in rooms.items()])
