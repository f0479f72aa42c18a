"""Validation: every stylised fact against many seeds of its episode, told as pass or miss."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.tables.faults import Faults
from runs.files.durable import refuse_place_of_file, write_whole
from runs.processes.executors import processes
from runs.simulation.stage import play, stage
from runs.validation.cost_of_a_stop import cost_measure, costs_of_stops
from runs.validation.stylised_facts import MEASURES, StylisedFact, measured, stylised_facts

SEEDS = 30
TUNED = "april-2025"
COSTS = "two-months"
README_BEGIN, README_END = "<!-- validation: made by `linestop validate` -->", "<!-- end of validation -->"
USED = {"yes": "tuned on", "no": "kept aside", "imposed": "given"}

Tick = Callable[[], Any]


@dataclass(frozen=True)
class Verdict:
    """What the model says about a fact: median, the band of 90 % of the seeds, and whether that is right."""

    fact: StylisedFact
    median: float | None
    low: float | None
    high: float | None
    seeds: int
    said: int
    passes: bool | None

    def words(self) -> str:
        """Pass, miss, or nothing to hold it against."""
        return {True: "pass", False: "miss", None: "prediction"}[self.passes]

    def plain(self) -> dict[str, Any]:
        """The verdict as a row of a table."""
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
        }
        return {**fact, **own, "verdict": self.words()}


def validate(
    seeds: Sequence[int] = range(1, SEEDS + 1), width: int | None = None, tick: Tick = lambda: None
) -> list[Verdict]:
    """Hold all facts against the model, in the order of their table; `tick` is called after each run."""
    facts = stylised_facts()
    tasks = [(episode, seed) for episode in episodes(facts) for seed in seeds]
    found: dict[int, list[float]] = defaultdict(list)
    with processes(width) as engine:
        futures = [engine.executor.submit(measures_of, episode, seed) for episode, seed in tasks]
        for future in futures:
            for place, value in future.result().items():
                found[place].append(value)
            tick()
    return [verdict(fact, found[place]) for place, fact in enumerate(facts)]


def episodes(facts: Iterable[StylisedFact]) -> list[str]:
    """The episodes that facts are about, in order."""
    return list(dict.fromkeys(fact.episode for fact in facts))


def runs_of(seeds: int) -> int:
    """How many runs a validation takes."""
    return seeds * len(episodes(stylised_facts()))


def measures_of(episode: str, seed: int) -> dict[int, float]:
    """What one run says about each fact of its episode: place of the fact -> value."""
    mine = [(place, fact) for place, fact in enumerate(stylised_facts()) if fact.episode == episode]
    if episode == COSTS:
        costs = costs_of_stops(seed)
        return {place: cost_measure(fact, costs) for place, fact in mine}
    chain = stage(episode, seed)
    record = play(chain)
    chain.release()
    return {place: measured(fact, record) for place, fact in mine if fact.measure in MEASURES}


def verdict(fact: StylisedFact, values: Sequence[float]) -> Verdict:
    """Judge a fact by the median over seeds; a fact that most seeds say nothing about is missed."""
    told = np.array([value for value in values if math.isfinite(value)])
    said = len(told)
    if not values or said * 2 < len(values):
        endless = values and sum(value == math.inf for value in values) * 2 > len(values)
        return Verdict(fact, None, None, None, len(values), said, fact.holds(math.inf if endless else math.nan))
    low, median, high = (float(value) for value in np.quantile(told, (0.05, 0.5, 0.95)))
    return Verdict(fact, median, low, high, len(values), said, fact.holds(median))


def tally(verdicts: Iterable[Verdict]) -> str:
    """How many facts are hit, in a sentence."""
    told = list(verdicts)
    parts = []
    for used, words in (("yes", "facts tuned on"), ("no", "facts kept aside")):
        mine = [v for v in told if v.fact.tuned_on == used and v.passes is not None]
        parts.append(f"{sum(bool(v.passes) for v in mine)} of {len(mine)} {words}")
    return f"{parts[0]} and {parts[1]} are within their tolerance"


def keep(verdicts: Sequence[Verdict], folder: Path) -> None:
    """Write the verdicts as CSV and JSON into a folder that exists."""
    rows = [verdict.plain() for verdict in verdicts]
    with (folder / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (folder / "facts.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def number(value: float | None) -> str:
    """A number in a table: as many digits as it deserves."""
    if value is None:
        return "none"
    if abs(value) >= 1e5:
        return "any"
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.0f}"


def row(verdict: Verdict) -> tuple[str, ...]:
    """A verdict in words: number, fact, target, tolerance, model, band, use, verdict."""
    fact = verdict.fact
    reach = "" if fact.low is None else f"{number(fact.low)} to {number(fact.high)}"
    band = "" if verdict.low is None else f"{number(verdict.low)} to {number(verdict.high)}"
    target = "" if fact.target is None else number(fact.target)
    return (fact.fact, f"{fact.what} ({fact.unit})", target, reach, number(verdict.median), band,
            USED[fact.tuned_on], verdict.words())  # fmt: skip


HEAD = ("no", "fact", "observed", "tolerance", "model", "90 % of seeds", "use", "verdict")
TITLES = {
    "april-2025": "April 2025: the control for all (tuned on this episode alone)",
    "two-months": "The cost of a full stop",
    "january-2026": "January 2026: nothing tuned",
    "september-2010": "September 2010: nothing tuned",
}


def markdown(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as Markdown tables, an episode each, for README and ODD."""
    lines = [f"{tally(verdicts)[0].upper()}{tally(verdicts)[1:]} (median of {verdicts[0].seeds} seeds)."]
    for episode in episodes(verdict.fact for verdict in verdicts):
        lines += ["", f"**{TITLES[episode]}**", "", f"| {' | '.join(HEAD)} |", "|" + "---|" * len(HEAD)]
        lines += [f"| {' | '.join(row(v))} |" for v in verdicts if v.fact.episode == episode]
    return "\n".join(lines)


def put_between_markers(path: Path, text: str) -> bool:
    """Renew the generated part of a text file; False if the file has no such part."""
    whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    head, begin, rest = whole.partition(README_BEGIN)
    _, end, tail = rest.partition(README_END)
    if not begin or not end:
        return False
    write_whole(path, f"{head}{begin}\n{text}\n{end}{tail}")
    return True


def refuse_without_markers(path: Path) -> None:
    """Raise Faults, before any work, where a text file cannot be written or has no part to renew."""
    refuse_place_of_file(path)
    try:
        whole = path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise Faults([f"{path}: it cannot be read as UTF-8 text ({error})"]) from None
    if README_END not in whole.partition(README_BEGIN)[2]:
        raise Faults([f"{path}: found no '{README_BEGIN}' with its end; write both where the table belongs"])


def plain_text(verdicts: Sequence[Verdict], width: int) -> str:
    """The verdicts for a terminal: a line each, the fact cut to what fits."""
    room = max(24, width - 58)
    lines = [f"{'no':>2}  {'fact':<{room}} {'observed':>8} {'model':>8} {'90 % of seeds':>16}  {'use':<10} verdict"]
    for verdict in verdicts:
        no, what, target, _, model, band, use, words = row(verdict)
        lines.append(f"{no:>2}  {what[:room]:<{room}} {target:>8} {model:>8} {band:>16}  {use:<10} {words}")
    return "\n".join([*lines, "", tally(verdicts) + "."])
