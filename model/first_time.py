"""The first time: the day is compiled before it is needed, half of it by a second process.

Compiling takes some twenty seconds after an installation and is kept on disk. Types are known from the declarations of
the columns, so that no world is needed for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numba import from_dtype, types

from model.compiled import RoomType, WorldType, refer
from model.day import pass_day, pass_morning, turn_page
from model.sourcing import people_look_around
from model.state import Conditions, Flows, Network, Policy, State, World, columns, kinds

ROOMS = dict(zip(World._fields, (Network, Conditions, Policy, State, Flows), strict=True))
LUCK = types.Array(types.float64, 1, "C")


def is_compiled() -> bool:
    """Whether the day lies compiled on disk."""
    code: Any = pass_day
    return any(Path(code.stats.cache_path).glob("day.pass_day-*.nbi"))


def compile_day() -> None:
    """Compile what passes after decisions, unless it lies on disk."""
    code: Any = pass_day
    code.compile((world_type(), types.int64))


def compile_morning() -> None:
    """Compile all else that a day with minds takes, unless it lies on disk."""
    for function, arguments in (
        (refer, (tables_type(),)), (turn_page, (world_type(),)), (people_look_around, (world_type(),)),
        (pass_morning, (world_type(), types.int64, LUCK)),
    ):  # fmt: skip
        code: Any = function
        code.compile(arguments)


def compile_in_two() -> None:
    """Compile the day in this process and one more; whatever the other one leaves undone is compiled when needed."""
    with second_process():
        compile_morning()
    compile_day()


@contextmanager
def second_process() -> Iterator[None]:
    """Have the day compiled elsewhere meanwhile; it is waited for, and ended with this process."""
    other = get_context("spawn").Process(target=compile_day, daemon=True)
    other.start()
    try:
        yield
        other.join()
    finally:
        other.terminate()


def array_types(room: type) -> list[Any]:
    """What compiled code calls the columns of a room."""
    letters, numbers = columns(room), kinds(room)
    return [
        types.Array(from_dtype(np.dtype(numbers[name])), max(1, sum(map(str.isalpha, letters[name].letters))), "C")
        for name in letters
    ]


def tables_type() -> Any:
    """What compiled code calls a world of tuples, from which a reference is made."""
    rooms = [types.NamedTuple(array_types(room), room) for room in ROOMS.values()]
    return types.NamedTuple(rooms, World)


def world_type() -> Any:
    """What compiled code calls a reference to a world."""
    rooms: list[tuple[str, Any]] = []
    for name, room in ROOMS.items():
        fields: Any = room._fields  # type: ignore[attr-defined]
        rooms.append((name, RoomType(list(zip(fields, array_types(room), strict=True)))))
    return WorldType(rooms)
