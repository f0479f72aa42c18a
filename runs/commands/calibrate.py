"""Search for worlds that fit the facts of 2025, first those until August, and take the one in their middle."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from runs.commands.arguments import add_processes, add_seed, whole_number

if TYPE_CHECKING:
    from runs.validation.calibrate import Calibration

EXAMPLE = "linestop calibrate --seed 1 --minutes 40"
RUNS = Path("out/calibrate.jsonl")
TIME_RAN_OUT = 1


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_seed(parser, "luck of the search")
    count = whole_number(1, 10_000)
    parser.add_argument("--minutes", type=count, default=40, metavar="N", help="longest time of it (default: 40)")
    parser.add_argument("--generations", type=count, metavar="N", help="steps to the best world (default: 100)")
    parser.add_argument(
        "--members", type=whole_number(5, 10_000), metavar="N", help="worlds in one of these steps (default: 64)"
    )
    parser.add_argument("--worlds", type=count, metavar="N", help="worlds of the ensemble (default: 40)")
    add_processes(parser, 2)
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="table of the base case to rewrite, or a new one to make; ensemble.csv and foretold.csv are written "
        "beside it (default: the model's calibrated.csv)",
    )  # fmt: skip
    parser.add_argument(
        "--runs", type=Path, default=RUNS, metavar="FILE",
        help=f"file that keeps each simulated world; a search that was ended goes on from it (default: {RUNS})",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Search, write the worlds into their tables if there was time, and print how well they fit."""
    from dataclasses import replace

    from model.tables.calibrated import FILE
    from model.tables.table_files import DATA
    from runs.extras import require_extra
    from runs.files.durable import make_parents, refuse_place_of_file
    from runs.files.locks import hold_lock
    from runs.processes.progress import load_simulation_with_progress, show_progress
    from runs.validation.calibrate import (
        Progress,
        base_case_problem,
        calibrate,
        identity_of_runs,
    )
    from runs.validation.calibration_tables import read_target_table, write_calibration
    from runs.validation.ensemble_search import Effort
    from runs.validation.measured_worlds import OutOfTime

    require_extra("calibrate", "calibrate")
    place, progress, problem = args.out or DATA / FILE, Progress(say=print_without_bar), base_case_problem()
    read_target_table(place)
    make_parents(args.runs.parent, [])
    refuse_place_of_file(args.runs)
    given = {name: getattr(args, name) for name in ("generations", "members", "worlds")}
    effort = replace(Effort(), **{name: value for name, value in given.items() if value})
    lock = args.runs.with_name(f".{args.runs.name}.lock")
    with hold_lock(lock, f"{args.runs}: another search is writing into it; wait for its end, or name another --runs"):
        load_simulation_with_progress()
        with show_progress(progress.words, lambda: progress.runs, effort.most_runs()):
            identity = identity_of_runs(problem)
            try:
                found = calibrate(
                    problem, args.seed, effort, args.minutes, args.processes, args.runs, identity, progress
                )  # fmt: skip
            except OutOfTime:
                print(f"{progress.runs} runs; time ran out, so nothing was written; the same command with more "
                      "--minutes goes on from here")  # fmt: skip
                return TIME_RAN_OUT
    print(words_of(found))
    write_calibration(found, problem, place)
    print(f"Written: {place}, and ensemble.csv and foretold.csv beside it")
    print("'linestop validate' holds them against every fact")
    return 0


def print_without_bar(words: str) -> None:
    """Print a stage of the search where stderr is no terminal, and so shows no progress bar."""
    if not sys.stderr.isatty():
        print(words, file=sys.stderr, flush=True)


def words_of(found: Calibration) -> str:
    """How well the best world, the ensemble and the base case in its middle fit, in sentences."""
    from runs.validation.calibrate import mean_squared, missed

    lines, facts, ensemble = [f"{found.runs} runs"], len(found.misses), found.ensemble
    for name, misses in (("the best world", found.misses), ("the base case", found.typical_misses)):
        lines += [f"{name} is within tolerance of {facts - len(missed(misses))} of {facts} facts "
                  f"(mean squared miss {mean_squared(misses):.3f})"]  # fmt: skip
        lines += [f"  missed: {fact.fact} {fact.what}" for fact in missed(misses)]
    fit = "all fit" if ensemble.furthest <= 0.0 else f"the furthest is {ensemble.furthest:.3f} tolerances from fitting"
    lines.append(f"the base case is the one in the middle of {len(ensemble.worlds)} worlds that fit about as well as "
                 f"the best: {fit}; {ensemble.acceptance:.0%} of the last moves were taken")  # fmt: skip
    return "\n".join(lines)
