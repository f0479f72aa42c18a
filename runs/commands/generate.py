"""Make up an economy of thousands or a million firms around the named ones."""

from __future__ import annotations

import argparse
from pathlib import Path

from runs.commands.arguments import LARGEST_SEED, whole

EXAMPLE = "linestop generate --firms 10000 --seed 1 --out out/world-10000"
MOST_FIRMS = 2_000_000


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--firms", type=whole(100, MOST_FIRMS), required=True, metavar="N", help="firms to make up")
    parser.add_argument("--seed", type=whole(0, LARGEST_SEED), default=1, metavar="N", help="luck (default: 1)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the world (default: out/world-N)")


def run(args: argparse.Namespace) -> int:
    """Make the economy and keep it in a folder of its own."""
    import numpy as np

    from model.table_files import read_tables
    from runs.folder import results_folder
    from runs.generate import economy
    from runs.stage import DATA
    from runs.worlds import write_world

    place = args.out or Path("out") / f"world-{args.firms}"
    named = np.array([line.demand_per_year for line in read_tables(DATA).firms])
    made = economy(args.firms, args.seed, named)
    with results_folder(place, {"command": "generate", "firms": args.firms, "seed": args.seed}) as folder:
        write_world(made, folder, args.seed)
    print(f"{args.firms:,} firms with {len(made.links):,} links, around {made.named} named lines, in {place}")
    return 0
