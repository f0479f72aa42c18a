"""Tune the free numbers on the control of April 2025, and on nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

from runs.commands.arguments import add_processes, add_seed, whole_number

EXAMPLE = "linestop calibrate --seed 1 --minutes 25"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_seed(parser, "luck of the search")
    parser.add_argument(
        "--minutes",
        type=whole_number(1, 10_000),
        default=28,
        metavar="N",
        help="longest time of the search (default: 28)",
    )
    parser.add_argument(
        "--generations", type=whole_number(1, 10_000), metavar="N", help="steps of the search (default: 36)"
    )
    parser.add_argument(
        "--members", type=whole_number(5, 10_000), metavar="N", help="points in a generation (default: 64)"
    )
    add_processes(parser, 2)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="table to rewrite, or a new one to make (default: the model's calibrated.csv)",
    )


def run(args: argparse.Namespace) -> int:
    """Search, write the numbers into their table, and print their distance."""
    from model.tables.calibrated import FILE
    from model.tables.table_files import DATA
    from runs.processes.progress import load_simulation_with_progress, show_progress
    from runs.validation.calibrate import GENERATIONS, MEMBERS, Progress, calibrate, read_target_table, write_tuned

    place, progress = args.out or DATA / FILE, Progress()
    read_target_table(place)
    load_simulation_with_progress()
    generations, members = args.generations or GENERATIONS, args.members or MEMBERS
    total = members * (generations + 1)
    with show_progress(lambda: f"runs; best so far {progress.best:.3f}", lambda: progress.runs, total):
        values, progress = calibrate(args.seed, args.minutes, args.processes, members, generations, progress)
    write_tuned(values, place)
    print(f"{progress.runs} runs, mean squared miss {progress.best:.3f}; {len(values)} numbers written to {place}")
    if len(progress.history) < generations:
        print("Time ran out before the last generation, so another machine may find other numbers")
    print("'linestop validate' compares them with every fact")
    return 0
