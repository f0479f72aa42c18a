"""Measure what a simulated year costs in a world of so many firms: CPU time, time a link and day, memory."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from runs.commands.arguments import LARGEST_SEED, add_json, add_world, whole

EXAMPLE = "linestop bench --firms 10000"
FEWEST_FIRMS, MOST_FIRMS = 300, 2_000_000
MOST_DAYS = 3_650
YEAR_DAYS = 365


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--firms", type=whole(FEWEST_FIRMS, MOST_FIRMS), metavar="N", help="firms to make up")
    add_world(parser)
    parser.add_argument("--seed", type=whole(0, LARGEST_SEED), default=1, metavar="S", help="luck (default: 1)")
    parser.add_argument(
        "--days", type=whole(1, MOST_DAYS), default=YEAR_DAYS, metavar="N",
        help="days to simulate; a year's time is reckoned from them (default: 365)",
    )  # fmt: skip
    parser.add_argument("--people", action="store_true", help="let people decide and the recorder note every day")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Make the world in a process of its own, so that its memory is not counted; then load it and let days pass."""
    from tempfile import TemporaryDirectory

    from model.tables.faults import Faults

    if (args.firms is None) == (args.world is None):
        raise Faults(["found neither or both of --firms and --world; give one of them"])
    if args.world is not None:
        return measure(args, args.world)
    with TemporaryDirectory() as folder:
        place = Path(folder) / "world"
        generate_in_other_process(args.firms, args.seed, place)
        return measure(args, place)


def generate_in_other_process(firms: int, seed: int, place: Path) -> None:
    """Generate a world in another process."""
    from runs.processes.executors import ProcessExecutor
    from runs.processes.progress import show_progress
    from runs.worlds.synthetic import generate

    with show_progress("making firms, needs and links"), ProcessExecutor(1) as executor:
        executor.submit(generate, firms, seed, place).result()


def measure(args: argparse.Namespace, world: Path) -> int:
    """Measure and print what a year in a world costs."""
    from runs.commands.in_sight import tell_edited
    from runs.commands.measuring import as_text, bench

    found = bench(world, args.seed, args.days, args.people)
    tell_edited(world)
    print(json.dumps(found, indent=1) if args.json else as_text(found))
    return 0
