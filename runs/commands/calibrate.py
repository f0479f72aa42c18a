"""Tune the free numbers on the control of April 2025, and on nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

from runs.commands.arguments import LARGEST_SEED, whole

EXAMPLE = "linestop calibrate --seed 1 --minutes 25"
MOST_PROCESSES = 4096


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--seed", type=whole(0, LARGEST_SEED), default=1, metavar="N", help="luck of the search (default: 1)"
    )
    parser.add_argument(
        "--minutes", type=whole(1, 10_000), default=28, metavar="N", help="at most so long (default: 28)"
    )
    parser.add_argument("--generations", type=whole(1, 10_000), metavar="N", help="steps of the search (default: 36)")
    parser.add_argument("--members", type=whole(5, 10_000), metavar="N", help="points in a generation (default: 64)")
    parser.add_argument(
        "--processes",
        type=whole(1, MOST_PROCESSES),
        default=2,
        metavar="N",
        help="runs at a time (default: 2)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="table to renew, or a new one to make (default: the model's calibrated.csv)",
    )


def run(args: argparse.Namespace) -> int:
    """Search, write the numbers into their table, say how good they are."""
    from model.tables.calibrated import FILE
    from model.tables.table_files import DATA
    from runs.processes.progress import show_progress
    from runs.validation.calibrate import GENERATIONS, MEMBERS, Progress, calibrate, refuse_table, write_tuned

    place, told = args.out or DATA / FILE, Progress()
    refuse_table(place)
    generations, members = args.generations or GENERATIONS, args.members or MEMBERS
    total = members * (generations + 1)
    with show_progress(lambda: f"runs; best so far {told.best:.3f}", lambda: told.runs, total):
        values, told = calibrate(args.seed, args.minutes, args.processes, members, generations, told)
    write_tuned(values, place)
    print(f"{told.runs} runs, mean squared miss {told.best:.3f}; {len(values)} numbers written to {place}")
    if len(told.history) < generations:
        print("Time ran out before the last generation, so another machine may end elsewhere")
    print("'linestop validate' holds them against every fact")
    return 0
