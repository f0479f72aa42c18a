"""Summarise a batch: which lever buys time most cheaply, which uncertainty matters, when stops come early."""

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
    """Write the page and its figures into the folder, and print the summary."""
    from runs.analysis.brief import write_brief
    from runs.analysis.findings import read_findings
    from runs.analysis.page import write_page
    from runs.analysis.summary import summarize
    from runs.batch.results import changed_parts

    found = read_findings(args.results)
    changed = changed_parts(args.results)
    if changed:
        words = f"{len(changed)} parts such as {changed[0]} were changed since the batch was finished"
        print(f"linestop: {words}; the answers are of the changed files", file=sys.stderr)
    path, brief = write_page(found, args.results), write_brief(found, args.results)
    print(found.design.title)
    if found.design.question:
        print(f"\n{fill(found.design.question, page_width())}")
    for scenario, some in found.by_scenario:
        print("\n".join([f"\n{scenario}", *(fill(each, page_width()) for each in summarize(some))]))
    print(f"\n{path} shows them; {brief} is the page to hand over, on two sheets of paper")
    return 0
