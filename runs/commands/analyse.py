"""Answer from a batch: which lever buys time most cheaply, which unknown matters, when stops come early."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from textwrap import fill

from runs.commands.arguments import page_width

EXAMPLE = "linestop analyse out/cover-and-release"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("results", type=Path, metavar="RESULTS", help="folder that 'linestop batch' has filled")


def run(args: argparse.Namespace) -> int:
    """Write the page and its figures into the folder, and say the answers."""
    from runs.analysis.answers import answers
    from runs.analysis.findings import findings
    from runs.analysis.page import write_page
    from runs.batch.results import changed_parts

    found = findings(args.results)
    changed = changed_parts(args.results)
    if changed:
        words = f"{len(changed)} parts such as {changed[0]} were changed since the batch was finished"
        print(f"linestop: {words}; the answers are of what stands there now", file=sys.stderr)
    path = write_page(found, args.results)
    print(found.design.title)
    for scenario, some in found.chapters:
        print("\n".join([f"\n{scenario}", *(fill(each, page_width()) for each in answers(some))]))
    print(f"\n{path} shows them")
    return 0
