"""Measure what a simulated year costs in a world of so many firms: CPU time, time a link and day, memory."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from runs.commands.arguments import FEWEST_FIRMS, MOST_FIRMS, add_json, add_seed, add_world, whole_number

EXAMPLE = "linestop bench --firms 10000"
LONGEST_BENCHMARK_DAYS = 3_650
USUAL_DAYS = 365


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--firms", type=whole_number(FEWEST_FIRMS, MOST_FIRMS), metavar="N", help="firms to make up")
    add_world(parser)
    add_seed(parser)
    parser.add_argument(
        "--days", type=whole_number(1, LONGEST_BENCHMARK_DAYS), default=USUAL_DAYS, metavar="N",
        help="days to simulate; the time of a year is computed from them (default: 365)",
    )  # fmt: skip
    parser.add_argument("--people", action="store_true", help="let people decide and record every day")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Generate the world in another process, so that its memory is not counted; then load it and simulate days."""
    from tempfile import TemporaryDirectory

    from model.tables.faults import Faults

    if (args.firms is None) == (args.world is None):
        raise Faults(["give one of --firms and --world, not both or neither"])
    if args.world is not None:
        return print_benchmark(args, args.world)
    with TemporaryDirectory() as folder:
        place = Path(folder) / "world"
        generate_in_process(args.firms, args.seed, place)
        return print_benchmark(args, place)


def generate_in_process(firms: int, seed: int, place: Path) -> None:
    """Generate a world in another process."""
    from runs.processes.executors import ProcessExecutor
    from runs.processes.progress import show_progress
    from runs.worlds.synthetic import generate

    with show_progress("making firms, needs and links"), ProcessExecutor(1) as executor:
        executor.submit(generate, firms, seed, place).result()


def print_benchmark(args: argparse.Namespace, world: Path) -> int:
    """Measure what a simulated year in a world costs, and print it."""
    from runs.commands.benchmark import measure_year, result_text
    from runs.commands.with_progress import warn_of_edited_tables

    found = measure_year(world, args.seed, args.days, args.people)
    warn_of_edited_tables(world)
    print(json.dumps(found, indent=1) if args.json else result_text(found))
    return 0
