"""Results of the stylised facts: each is measured over many seeds of its episode and passes or is missed."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.tables.ensemble import World, read_ensemble
from model.tables.faults import Faults
from runs.batch.fates import settings_in_world
from runs.files.durable import refuse_place_of_file, write_whole
from runs.processes.compiled_day import simulation_executor
from runs.reference.markdown_table import markdown_table
from runs.simulation.stage import play, stage
from runs.validation.cost_of_a_stop import Callback, cost_measure, costs_of_stops
from runs.validation.series import renewed_facts
from runs.validation.stylised_facts import MEASURES, StylisedFact, measure_fact, read_foretold, stylised_facts

DEFAULT_SEEDS = 30
SMALL_BELOW = 0.05  # where all numbers that were observed are smaller, two decimals do not tell them apart
TUNED_EPISODE, COST_EPISODE = "april-2025", "full-stop"
BEGIN_MARKER, END_MARKER = "<!-- validation: made by `linestop validate` -->", "<!-- end of validation -->"
USE_NAMES = {"yes": "tuned on", "held out": "tuned on later", "no": "kept aside", "imposed": "imposed"}


@dataclass(frozen=True)
class FactResult:
    """The model's values of a fact: median, a band of 90 %, and whether the median is within tolerance.

    The median is that of the base case over seeds. The band is that of the ensemble, worlds that fit the facts tuned on
    about as well, of which the base case is one, each with luck of its own; of the seeds alone where there is no
    ensemble. said: how many seeds have a value; passes: None where nothing was observed; worlds: of the ensemble, and
    within: how many of these are within tolerance; foretold: what the best world of a search that ended before the
    fact says of it.
    """

    fact: StylisedFact
    median: float | None
    low: float | None
    high: float | None
    seeds: int
    said: int
    passes: bool | None
    worlds: int = 0
    within: int = 0
    foretold: float | None = None

    def foretold_words(self) -> str:
        """What a search that had not seen the fact said of it, and whether it was right; empty for other facts."""
        if self.foretold is None:
            return ""
        return f"{short_number(self.foretold)} ({'right' if self.fact.holds(self.foretold) else 'wrong'})"

    def words(self) -> str:
        """`pass`, `miss`, `prediction` where nothing was observed, or `imposed` where the scenario itself says so."""
        if self.fact.tuned_on == "imposed":
            return "imposed"
        return {True: "pass", False: "miss", None: "prediction"}[self.passes]

    def plain(self) -> dict[str, Any]:
        """The result as a row of a table."""
        fact = asdict(self.fact)
        for name in ("measure", "argument"):
            fact.pop(name)
        fact["tolerance_low"], fact["tolerance_high"] = fact.pop("low"), fact.pop("high")
        own = {
            "median": self.median,
            "band_low": self.low,
            "band_high": self.high,
            "seeds": self.seeds,
            "said": self.said,
            "worlds": self.worlds,
            "worlds_within": self.within,
            "foretold": self.foretold,
        }
        return {**fact, **own, "verdict": self.words()}


def validate(
    seeds: Sequence[int] = range(1, DEFAULT_SEEDS + 1),
    width: int | None = None,
    tick: Callback = lambda: None,
    series: Path | None = None,
) -> list[FactResult]:
    """Measure all facts, in the order of their table; width: processes; tick: called after each run.

    series: a table by which facts are renewed before they judge. The base case is run with each seed, and each world
    of the ensemble with a seed of its own.
    """
    facts, worlds = stylised_facts(), read_ensemble()
    if series is not None:
        facts = renewed_facts(facts, series)
    tasks = [(episode, seed, None) for episode in episodes(facts) for seed in seeds]
    more = [(episode, seed, world) for episode in episodes(facts) for seed, world in enumerate(worlds, 1)]
    found: dict[tuple[int, bool], list[float]] = defaultdict(list)
    with simulation_executor(measure_episode, width) as executor:
        futures = [(executor.submit(measure_episode, *task), task[2] is None) for task in (*tasks, *more)]
        for future, central in futures:
            for place, value in future.result().items():
                found[place, central].append(value)
            tick()
    said = read_foretold()
    results = [replace(judge_fact(fact, found[place, True]), foretold=said.get((fact.measure, fact.argument)))
               for place, fact in enumerate(facts)]  # fmt: skip
    return [with_ensemble(result, found[place, False]) for place, result in enumerate(results)]


def with_ensemble(result: FactResult, values: Sequence[float]) -> FactResult:
    """A result with the band of an ensemble: the model's values in its worlds, one each; none: no change."""
    known = [value for value in values if math.isfinite(value)]
    if not values:
        return result
    band = np.quantile(known, (0.05, 0.95)).tolist() if 2 * len(known) >= len(values) else (None, None)
    within = sum(result.fact.holds(value) is True for value in values)
    return replace(result, low=band[0], high=band[1], worlds=len(values), within=within)


def episodes(facts: Iterable[StylisedFact]) -> list[str]:
    """The episodes of facts, in the order of their first one."""
    return list(dict.fromkeys(fact.episode for fact in facts))


def count_runs(seeds: int) -> int:
    """How many runs a validation takes."""
    return (seeds + len(read_ensemble())) * len(episodes(stylised_facts()))


def measure_episode(episode: str, seed: int, world: World | None = None) -> dict[int, float]:
    """Simulate an episode with a seed and measure its facts: place of the fact in the table -> value.

    world: of an ensemble; the base case if None.
    """
    settings = () if world is None else settings_in_world(episode, world)
    mine = [(place, fact) for place, fact in enumerate(stylised_facts()) if fact.episode == episode]
    if episode == COST_EPISODE:
        costs = costs_of_stops(seed, settings)
        return {place: cost_measure(fact, costs) for place, fact in mine}
    chain = stage(episode, seed, settings)
    record = play(chain)
    chain.release()
    return {place: measure_fact(fact, record) for place, fact in mine if fact.measure in MEASURES}


def judge_fact(fact: StylisedFact, values: Sequence[float]) -> FactResult:
    """Judge a fact by its median over seeds; a fact without a value in most of them is missed."""
    known = np.array([value for value in values if math.isfinite(value)])
    said = len(known)
    if not values or said * 2 < len(values):
        endless = values and sum(value == math.inf for value in values) * 2 > len(values)
        return FactResult(fact, None, None, None, len(values), said, fact.holds(math.inf if endless else math.nan))
    low, median, high = (float(value) for value in np.quantile(known, (0.05, 0.5, 0.95)))
    return FactResult(fact, median, low, high, len(values), said, fact.holds(median))


def count_passes(results: Iterable[FactResult]) -> str:
    """How many facts pass, in sentences; what a scenario imposes counts neither way."""
    results = [result for result in results if result.passes is not None]
    parts = []
    for uses, words in ((("yes", "held out"), "tuned on"), (("no",), "kept aside")):
        mine = [result for result in results if result.fact.tuned_on in uses]
        if mine or not results:
            parts.append(f"{sum(bool(result.passes) for result in mine)} of {len(mine)} facts {words}")
    told = [result for result in results if result.foretold is not None]
    right = sum(result.fact.holds(result.foretold) is True for result in told if result.foretold is not None)
    first = f"; a search that ended in August had foretold {right} of the {len(told)} later ones" if told else ""
    return f"{' and '.join(parts)} are within their tolerance{first}"


def write_results_tables(results: Sequence[FactResult], folder: Path) -> None:
    """Write the results as CSV and JSON into a folder that exists."""
    rows = [result.plain() for result in results]
    with (folder / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (folder / "facts.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def short_number(value: float | None) -> str:
    """A number as the text of a cell: two decimals below 10, else none."""
    if value is None:
        return "none"
    if abs(value) >= 1e5:
        return "any"
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.0f}"


def small_number(value: float | None) -> str:
    """A number as the text of a cell, beside others of which two decimals show nothing: two digits."""
    return "none" if value is None else f"{value:.2g}"


def result_row(result: FactResult) -> tuple[str, ...]:
    """A result as the cells of RESULT_COLUMNS."""
    fact = result.fact
    is_small = 0.0 < max(abs(end or 0.0) for end in (fact.target, fact.low, fact.high)) < SMALL_BELOW
    text = small_number if is_small else short_number
    reach = "" if fact.low is None else f"{text(fact.low)} to {text(fact.high)}"
    band = "" if result.low is None else f"{text(result.low)} to {text(result.high)}"
    target = "" if fact.target is None else text(fact.target)
    return (fact.fact, f"{fact.what} ({fact.unit})", target, reach, text(result.median), band,
            USE_NAMES[fact.tuned_on], result.foretold_words(), result.words())  # fmt: skip


RESULT_COLUMNS = ("no", "fact", "observed", "tolerance", "model", "90 % band", "use", "foretold", "verdict")
EPISODE_TITLES = {
    "april-2025": "April 2025: the control for all (tuned on this episode alone)",
    "full-stop": "The cost of a full stop",
    "january-2026": "January 2026: nothing tuned",
    "september-2010": "September 2010: nothing tuned",
}


def results_markdown(results: Sequence[FactResult], titles: Mapping[str, str] = EPISODE_TITLES) -> str:
    """The results as Markdown tables, one an episode, for a page."""
    lines = [f"{count_passes(results)[0].upper()}{count_passes(results)[1:]} ({how_measured(results)})."]
    for episode in episodes(result.fact for result in results):
        lines += ["", f"**{titles[episode]}**", ""]
        rows = (result_row(result) for result in results if result.fact.episode == episode)
        lines.append(markdown_table(RESULT_COLUMNS, rows))
    return "\n".join(lines)


def how_measured(results: Sequence[FactResult]) -> str:
    """Of what medians and bands are, in words."""
    worlds = max((result.worlds for result in results), default=0)
    if not worlds:
        return f"median of {results[0].seeds} seeds; band of luck alone"
    bands = f"band of {worlds} worlds that fit, each with its own luck"
    banded = [result for result in results if result.median is not None and result.low is not None]
    outside = sum(not result.low <= result.median <= result.high for result in banded)  # type: ignore[operator]
    told = f"for {outside} of {len(banded)} facts the base case, whose median it is, lies outside it"
    return f"median of {results[0].seeds} seeds; {bands}; {told}"


def replace_between_markers(path: Path, text: str) -> bool:
    """Replace the generated part of a text file; False if the file has no such part."""
    whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    head, begin, rest = whole.partition(BEGIN_MARKER)
    _, end, tail = rest.partition(END_MARKER)
    if not begin or not end:
        return False
    write_whole(path, f"{head}{begin}\n{text}\n{end}{tail}")
    return True


def check_markers(path: Path) -> None:
    """Raise Faults, before any work, where a text file cannot be written or has no generated part."""
    refuse_place_of_file(path)
    try:
        whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise Faults([f"{path}: it cannot be read as UTF-8 text ({error})"]) from None
    if END_MARKER not in whole.partition(BEGIN_MARKER)[2]:
        raise Faults([f"{path}: found no '{BEGIN_MARKER}' with its end; write both where the table belongs"])


def results_text(results: Sequence[FactResult], width: int) -> str:
    """The results for a terminal: a line each, the fact cut to the width."""
    told = 14 if any(result.foretold is not None for result in results) else 0  # letters of what was foretold
    room = max(24, width - 63 - told)
    head = f"{'no':>2}  {'fact':<{room}} {'observed':>8} {'model':>8} {'90 % band':>16}  {'use':<14} "
    lines = [f"{head}{'foretold'[:told]:<{told}}verdict"]
    for result in results:
        no, what, target, _, model, band, use, foretold, words = result_row(result)
        cells = f"{no:>2}  {what[:room]:<{room}} {target:>8} {model:>8} {band:>16}  {use:<14} "
        lines.append(f"{cells}{foretold:<{told}}{words}")
    return "\n".join([*lines, "", f"{count_passes(results)} ({how_measured(results)})."])
