"""What the facts tell of each free number, which numbers they cannot tell apart, and what that does to the flagship."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from model.tables.ensemble import World, settings_for_scenario, tuned_numbers
from model.tables.free_numbers import FreeNumber
from runs.batch.fates import play_fate, scenario_documents
from runs.measures.spread import BAND, Fate, band_of, day_text
from runs.processes.compiled_day import simulation_executor
from runs.simulation.stage import DEFAULT_SCENARIO
from runs.validation.cost_of_a_stop import Array, Callback

TOLD_BELOW = 0.7  # of the width before: a number whose band is wider is not told by the facts
TOGETHER_FROM = 0.5  # correlation in the ensemble from which two numbers are told only together


@dataclass(frozen=True)
class ToldNumber:
    """A free number before and after the facts, both as bands of 90 %, and the number that it is told together with.

    partner and correlation: of the number that goes with it most in the ensemble; ends: the flagship with this number
    alone turned to the low and to the high end of what fits; empty where the flagship does not read it.
    """

    key: str
    meaning: str
    role: str
    before: tuple[float, float]
    after: tuple[float, float]
    partner: str
    correlation: float
    ends: tuple[Fate, ...] = ()

    @property
    def width(self) -> float:
        """The width after the facts as a share of that before them."""
        return (self.after[1] - self.after[0]) / (self.before[1] - self.before[0])

    @property
    def verdict(self) -> str:
        """Whether the facts tell the number: told, told together with another, or not told."""
        if self.width < TOLD_BELOW:
            return "told"
        return "told only together" if abs(self.correlation) >= TOGETHER_FROM else "not told"


@dataclass(frozen=True)
class Identifiability:
    """All free numbers, and the flagship in the base case and in the worlds of the ensemble."""

    numbers: list[ToldNumber]
    central: Fate
    worlds: list[Fate] = field(default_factory=list)


def tell_numbers(numbers: Sequence[FreeNumber], worlds: Sequence[World]) -> list[ToldNumber]:
    """What an ensemble tells of each number that is not tied, in their order."""
    drawn = [number for number in numbers if number.role != "tied" and number.key in worlds[0]]
    columns = np.array([[world[number.key] for number in drawn] for world in worlds])
    with np.errstate(invalid="ignore", divide="ignore"):
        together = np.nan_to_num(np.corrcoef(columns, rowvar=False))
    np.fill_diagonal(together, 0.0)
    return [told_number(number, columns[:, i], together[i], drawn) for i, number in enumerate(drawn)]


def told_number(number: FreeNumber, values: Array, together: Array, drawn: Sequence[FreeNumber]) -> ToldNumber:
    """One number, from its values in the worlds and its correlations with the others."""
    low, high = number.ends
    mate = int(np.argmax(np.abs(together)))
    after = np.quantile(values, BAND).tolist()
    before = tuple(low + share * (high - low) for share in BAND)
    return ToldNumber(number.key, tuned_numbers()[number.key].meaning, number.role, (before[0], before[1]),
                      (after[0], after[1]), drawn[mate].key, float(together[mate]))  # fmt: skip


def play_flagship(values: Mapping[str, float], seed: int = 1) -> Fate:
    """Simulate the default scenario with some tuned numbers changed."""
    return play_fate(DEFAULT_SCENARIO, seed, settings_for_scenario(values, scenario_documents(DEFAULT_SCENARIO)))


def is_read_by_flagship(key: str) -> bool:
    """Whether the default scenario reads a tuned number."""
    return bool(settings_for_scenario({key: tuned_numbers()[key].value}, scenario_documents(DEFAULT_SCENARIO)))


def count_flagship_runs(numbers: Sequence[FreeNumber], worlds: Sequence[World]) -> int:
    """How many runs `identify` takes."""
    return 1 + len(worlds) + 2 * sum(number.role != "tied" and is_read_by_flagship(number.key) for number in numbers)


def identify(
    numbers: Sequence[FreeNumber], worlds: Sequence[World], width: int | None = None, tick: Callback = lambda: None
) -> Identifiability:
    """Tell each number, and turn it alone to both ends of what fits; width: processes; tick: called after each run."""
    told = tell_numbers(numbers, worlds)
    turned = [(place, {each.key: end}) for place, each in enumerate(told) if is_read_by_flagship(each.key)
              for end in each.after]  # fmt: skip
    tasks: list[tuple[World, int]] = [({}, 1), *((world, seed) for seed, world in enumerate(worlds, 1))]
    tasks += [(values, 1) for _, values in turned]
    found: list[Fate] = []
    with simulation_executor(play_flagship, width) as executor:
        for future in [executor.submit(play_flagship, *task) for task in tasks]:
            found.append(future.result())
            tick()
    ends: dict[int, list[Fate]] = {}
    for (place, _), outcome in zip(turned, found[1 + len(worlds) :], strict=True):
        ends.setdefault(place, []).append(outcome)
    with_ends = [replace_ends(each, tuple(ends.get(place, ()))) for place, each in enumerate(told)]
    return Identifiability(with_ends, found[0], found[1 : 1 + len(worlds)])


def replace_ends(told: ToldNumber, ends: tuple[Fate, ...]) -> ToldNumber:
    """A number with what the flagship comes to at its ends."""
    return ToldNumber(**{**told.__dict__, "ends": ends})


TOLD_COLUMNS = (
    "number", "role", "could be (90 %)", "fits (90 %)", "width left", "goes with", "verdict", "first car stop, day",
    "cost, % of GDP",
)  # fmt: skip


def told_row(told: ToldNumber) -> tuple[str, ...]:
    """A number as the cells of TOLD_COLUMNS."""
    partner = f"{told.partner} ({told.correlation:+.1f})" if abs(told.correlation) >= TOGETHER_FROM else ""
    stops = " to ".join("never" if math.isnan(end.first_stop) else f"{end.first_stop:.0f}" for end in told.ends)
    costs = " to ".join(f"{end.cost:.2f}" for end in told.ends)
    return (told.meaning, told.role, pair_text(told.before), pair_text(told.after), f"{told.width:.0%}", partner,
            told.verdict, stops or "not read", costs or "not read")  # fmt: skip


def pair_text(pair: tuple[float, float]) -> str:
    """Two ends of a band."""
    return f"{pair[0]:.3g} to {pair[1]:.3g}"


def sentences_of(found: Identifiability) -> list[str]:
    """What the facts tell and leave open, and the flagship over all worlds that fit."""
    kinds = {word: sum(each.verdict == word for each in found.numbers)
             for word in ("told", "told only together", "not told")}  # fmt: skip
    stop, cost = (band_of(found.worlds, outcome) for outcome in ("first_stop", "cost"))
    return [
        f"Of {len(found.numbers)} free numbers the facts of 2025 tell {kinds['told']}, "
        f"{kinds['told only together']} only together with another, and {kinds['not told']} not.",
        f"{DEFAULT_SCENARIO} in {len(found.worlds)} worlds that fit: first stop of a car line {day_text(stop.middle)} "
        f"(90 %: {day_text(stop.low)} to {day_text(stop.high)}), cost {cost.middle:.2f} % of GDP "
        f"(90 %: {cost.low:.2f} to {cost.high:.2f}).",
    ]
