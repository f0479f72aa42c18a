"""Answer from a batch: which lever buys time most cheaply, which unknown matters, when stops come early."""

from __future__ import annotations

import argparse
from pathlib import Path

EXAMPLE = "linestop analyse out/cover-and-release"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("results", type=Path, metavar="RESULTS", help="folder that 'linestop batch' has filled")


def run(args: argparse.Namespace) -> int:
    """Write the page and its figures into the folder, and say the answers."""
    from runs.analyse import findings
    from runs.analyse_page import write_page
    from runs.analyse_words import answers

    found = findings(args.results)
    path = write_page(found, args.results)
    print("\n".join([found.experiment.title, *answers(found), f"{path} shows them"]))
    return 0
