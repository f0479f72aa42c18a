"""Explain why a line stopped: from the stop back through missing inputs and suppliers to the root."""

from __future__ import annotations

import argparse
import json
import textwrap

from runs.commands.arguments import add_json, add_scenario, add_settings, add_world, page_width, settings_of
from runs.commands.examples import EXAMPLES

EXAMPLE = f"linestop explain two-months --firm {EXAMPLES['name']}"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_scenario(parser)
    parser.add_argument(
        "--firm",
        required=True,
        metavar="NAME",
        help=f"line code ({EXAMPLES['line']}), firm code ({EXAMPLES['firm']}) or part of a name",
    )
    add_settings(parser)
    add_world(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Simulate the scenario and explain each line with this name."""
    from model.cascade import explain
    from runs.commands.with_progress import play_with_progress, stage_with_progress
    from runs.reference.names import find_lines

    chain = stage_with_progress(args.scenario, args.seed, settings_of(args), world=args.world)
    lines = chain.register.tables.firms
    rows = find_lines(args.firm, lines)
    record = play_with_progress(chain)
    if args.json:
        found = [{"line": lines[row].line, "words": explain(record, row)} for row in rows]
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(textwrap.fill(explain(record, row), page_width()) for row in rows))
    return 0
