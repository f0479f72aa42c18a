"""Show every number of the base case with its unit and its source, or as an assumption with low and high."""

from __future__ import annotations

import argparse
import json

from runs.commands.arguments import add_json, page_width

EXAMPLE = "linestop facts needs --line SEJ-H"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "table",
        metavar="TABLE",
        nargs="?",
        default="",
        help="countries, goods, firms, needs, links or minds (default: all)",
    )
    parser.add_argument("--line", metavar="CODE", help="only what concerns a line, by code, firm code or name")
    parser.add_argument("--search", metavar="WORD", default="", help="only what has this word in name or source")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the facts that are asked for."""
    from model.tables.faults import Faults, unknown
    from model.tables.table_files import DATA, read_tables
    from runs.reference.names import find_lines
    from runs.reference.parameters import TABLES, chosen, facts, shown

    if args.table and args.table not in TABLES:
        raise Faults([unknown(args.table, "table", TABLES)])
    tables = read_tables(DATA)
    rows = find_lines(args.line, tables.firms, "--line") if args.line is not None else []
    some = chosen(facts(tables), args.table, [tables.firms[row].line for row in rows], args.search)
    if not some:
        raise Faults([f"no number has '{args.search}' in it here; search for less, or in all tables"])
    print(json.dumps([each.plain() for each in some], indent=1) if args.json else shown(some, page_width()))
    return 0
