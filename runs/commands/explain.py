"""Say why a line stopped: from the stop back through missing inputs and suppliers to the root."""

from __future__ import annotations

import argparse
import json
import textwrap

from runs.commands.arguments import add_json, add_scenario, add_settings, add_world, page_width, settings_of

EXAMPLE = "linestop explain two-months --firm Toyota"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_scenario(parser)
    parser.add_argument(
        "--firm", required=True, metavar="NAME", help="line code (TOY-HEV), firm code (TOY) or part of a name"
    )
    add_settings(parser)
    add_world(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Simulate the scenario and explain each line that is meant."""
    from model.cascade import explain
    from runs.commands.in_sight import play_in_sight, stage_in_sight
    from runs.reference.names import find_lines

    chain = stage_in_sight(args.scenario, args.seed, settings_of(args), world=args.world)
    lines = chain.register.tables.firms
    rows = find_lines(args.firm, lines)
    record = play_in_sight(chain)
    if args.json:
        found = [{"line": lines[row].line, "words": explain(record, row)} for row in rows]
        print(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(textwrap.fill(explain(record, row), page_width()) for row in rows))
    return 0
