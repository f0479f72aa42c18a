"""Show the parameters: every number of a world with its unit and source; assumptions with low and high."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from runs.commands.arguments import add_json, add_world, page_width
from runs.commands.examples import EXAMPLES

if TYPE_CHECKING:
    from model.tables.tables import Tables

QUIET = "calm"  # a scenario that changes nothing in the tables
EXAMPLE = f"linestop parameters needs --line {EXAMPLES['maker']}"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "table",
        metavar="TABLE",
        nargs="?",
        default="",
        help="countries, goods, firms, needs, links, minds or industries (default: all)",
    )
    parser.add_argument("--line", metavar="CODE", help="only what concerns a line, by code, firm code or name")
    parser.add_argument("--scenario", metavar="NAME", help="what a batch can vary in a scenario beside its tables")
    parser.add_argument("--search", metavar="WORD", default="", help="only what has this word in name or source")
    add_world(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the parameters that are asked for."""
    from model.tables.faults import Faults, unknown
    from model.tables.table_files import DATA, read_tables
    from runs.reference.names import find_lines
    from runs.reference.parameters import TABLES, list_parameters, parameters_text, select_parameters

    if args.scenario is not None:
        print_variables(args)
        return 0
    if args.table and args.table not in TABLES:
        raise Faults([unknown(args.table, "table", TABLES)])
    tables = read_tables(DATA) if args.world is None else tables_of(args.world)
    rows = find_lines(args.line, tables.firms, "--line") if args.line is not None else []
    lines = [tables.firms[row].line for row in rows]
    some = select_parameters(list_parameters(tables), args.table, lines, args.search)
    if not some:
        raise Faults([f"--search: no parameter has '{args.search}' in it; search for a shorter word, or in all tables"])
    print(json.dumps([each.as_dict() for each in some], indent=1) if args.json else parameters_text(some, page_width()))
    return 0


def print_variables(args: argparse.Namespace) -> None:
    """Print what can be varied in a scenario; raise Faults beside arguments of tables, or where nothing is found."""
    from model.tables.faults import Faults
    from runs.reference.variables import list_variables, variables_text

    if args.table or args.line is not None or args.world is not None:
        raise Faults(["--scenario: it lists no tables; leave out TABLE, --line and --world"])
    some = [each for each in list_variables(args.scenario) if args.search in f"{each.key} {each.about}"]
    if not some:
        raise Faults([f"--search: no key has '{args.search}' in it; search for a shorter word"])
    print(json.dumps([each.as_dict() for each in some], indent=1) if args.json else variables_text(some, page_width()))


def tables_of(world: Path) -> Tables:
    """The tables of a world; raise Faults with all that is wrong in them."""
    from runs.simulation.stage import read_story

    return read_story(QUIET, (), world)[1]
