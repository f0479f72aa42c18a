"""The ensemble: worlds that fit the facts about as well as the best one, a row each; the base case is one of them."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from model.tables.calibrated import BY_HAND, WHOLE_DAYS, Tuned, keys_in, read_tuned
from model.tables.faults import Faults, unknown
from model.tables.table_files import DATA

FILE = "ensemble.csv"
BASE = "none"  # no other world of the ensemble than the base case, which the tables are
WORLD = "world"  # the column with the number of a world
ENSEMBLE = "ensemble"  # the key of the setting that draws a world by its number
World = Mapping[str, float]


def read_ensemble(folder: Path = DATA) -> list[dict[str, float]]:
    """Read the worlds of an ensemble, numbers by key; none without such a table. Raise Faults for a bad one."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise Faults([f"{FILE}: it cannot be read ({error}); write it with 'linestop calibrate'"]) from None
    lines = csv.DictReader(text.splitlines())
    tuned = read_tuned(folder)
    faults = [f"{FILE}: {unknown(key, 'key of calibrated.csv', list(tuned))}"
              for key in lines.fieldnames or () if key != WORLD and key not in tuned]  # fmt: skip
    worlds: list[dict[str, float]] = []
    for row in lines:
        try:
            numbers = {key: float(cell) for key, cell in row.items() if key != WORLD}
        except (TypeError, ValueError):
            numbers = {FILE: math.nan}
        if all(map(math.isfinite, numbers.values())):
            worlds.append(numbers)
        else:
            faults.append(f"{FILE}: line {lines.line_num}: found a cell that is no number; write it with "
                          "'linestop calibrate'")  # fmt: skip
    if faults:
        raise Faults(faults)
    return worlds


def ensemble_text(worlds: Sequence[World]) -> str:
    """The table of an ensemble as text: a row a world, a column a number."""
    keys = list(worlds[0]) if worlds else []
    lines = [",".join([WORLD, *keys])]
    lines += [",".join([str(number), *(f"{world[key]:.4g}" for key in keys)]) for number, world in enumerate(worlds, 1)]
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=1)
def tuned_numbers() -> dict[str, Tuned]:
    """The table of tuned numbers of the base case, read once."""
    return read_tuned(DATA)


def world_settings(world: World) -> tuple[str, ...]:
    """Tuned numbers as settings of the command line; whole days are rounded, as a scenario rounds them."""
    tuned = tuned_numbers()
    return tuple(
        f"{BY_HAND}{key}={round(value) if tuned[key].unit == WHOLE_DAYS else value!r}" for key, value in world.items()
    )


def settings_for_scenario(world: World, documents: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
    """The settings of a world that a scenario takes: numbers of its files, and cells of the tables.

    documents: the files of the scenario, as `read_files` has them.
    """
    read = set().union(*(keys_in(document) for _, document in documents))
    cells = values_of_cells(world)
    return world_settings({key: value for key, value in world.items() if key in cells or key in read})


def values_of_cells(world: World) -> dict[str, float]:
    """Those of some tuned numbers that replace a cell of the tables; no other is read outside the episode."""
    tuned = tuned_numbers()
    return {key: value for key, value in world.items() if tuned[key].cell is not None}


def pick_world(settings: Sequence[str], worlds: Callable[[], Sequence[World]]) -> tuple[World, list[str]]:
    """The world that a setting such as `ensemble=3` draws, and all other settings; an empty one for the base case.

    worlds: reads those of the ensemble. Raise Faults where there is none of that number.
    """
    drawn = [each for each in settings if each.partition("=")[0].strip() == ENSEMBLE and "=" in each]
    others = [each for each in settings if each not in drawn]
    text = drawn[-1].partition("=")[2].strip() if drawn else BASE
    if text == BASE:
        return {}, others
    every = worlds()
    if not every:
        raise Faults([f"--set: {drawn[-1]}: found no {FILE} beside the tables; write it with 'linestop calibrate'"])
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(len(every))) + 1 and 1 <= int(text)
            <= len(every)):  # fmt: skip
        raise Faults([f"--set: {drawn[-1]}: must be the number of a world, 1 to {len(every)}, or {BASE}, got '{text}'"])
    return every[int(text) - 1], others


def in_world(tuned: Mapping[str, Tuned], world: World) -> dict[str, Tuned]:
    """The table of tuned numbers with those of a world of the ensemble; whole days are rounded."""
    own = {key: round(value) if tuned[key].unit == WHOLE_DAYS else value for key, value in world.items()}
    return {key: each.model_copy(update={"value": own[key]}) if key in own else each for key, each in tuned.items()}
