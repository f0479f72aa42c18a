"""Make a synthetic economy of up to millions of firms around the named ones, as a folder for --world."""

from __future__ import annotations

import argparse
from pathlib import Path

from runs.commands.arguments import FEWEST_FIRMS, MOST_FIRMS, add_seed, whole_number

EXAMPLE = "linestop generate --firms 10000 --seed 1 --out out/world-10000"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--firms", type=whole_number(FEWEST_FIRMS, MOST_FIRMS), required=True, metavar="N", help="firms to make up"
    )
    add_seed(parser)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the world (default: out/world-N-S)")


def run(args: argparse.Namespace) -> int:
    """Generate the economy and write it into a folder of its own."""
    from runs.processes.progress import show_progress
    from runs.worlds.synthetic import generate

    place = args.out or Path("out") / f"world-{args.firms}-{args.seed}"
    with show_progress("making firms, needs and links"):
        about = generate(args.firms, args.seed, place)
    counts = about["counts"]
    print(
        f"{counts['lines']:,} firms with {counts['needs']:,} needs and {counts['links']:,} links around "
        f"{about['named']} named lines, in {place}; 'linestop run --world {place}' plays on it"
    )
    return 0
