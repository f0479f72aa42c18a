"""Begin a world of your own (new), or tell all that is wrong with one and what it looks like at rest (check)."""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path

from runs.commands.arguments import add_json, page_width

EXAMPLE = "linestop world new my-world && linestop world check my-world"
ACTIONS = ("new", "check")
MISTAKE = 2


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("action", choices=ACTIONS, metavar="ACTION", help=" or ".join(ACTIONS))
    parser.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="the folder of the world; check also takes the name of one that comes with Linestop",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the worked example, or check a world."""
    from runs.simulation.shipped_worlds import find_world

    return check(find_world(args.folder), args.json) if args.action == "check" else begin(args.folder, args.json)


def begin(folder: Path, as_json: bool) -> int:
    """Write the worked example and say what to do with it."""
    from runs.worlds.own_world import SCENARIO, write_example

    names = write_example(folder)
    if as_json:
        print(json.dumps({"folder": str(folder), "files": names}, indent=1, ensure_ascii=False))
        return 0
    print(
        f"{folder} holds a worked example: {', '.join(names)}.\n"
        f"README.md in it explains each table. Now:\n"
        f"  linestop world check {folder}\n"
        f"  linestop run {folder / SCENARIO} --world {folder}"
    )
    return 0


def check(folder: Path, as_json: bool) -> int:
    """Print what a world looks like at rest, and raise Faults with all that is wrong; as JSON both in one document."""
    from model.tables.faults import Faults
    from runs.worlds.at_rest import world_at_rest
    from runs.worlds.rest_text import rest_text
    from runs.worlds.world_check import check_world

    found = check_world(folder)
    rest = None if found.register is None else world_at_rest(found.register)
    if as_json:
        about = {"folder": str(folder), "faults": found.faults, "scenarios": found.scenarios, "at_rest": rest}
        print(json.dumps(about, indent=1, ensure_ascii=False))
        return MISTAKE if found.faults else 0
    if rest is not None:
        print(rest_text(rest, page_width()), end="\n\n")
    if found.faults:
        raise Faults(found.faults)
    scenarios = f"; scenarios in it: {', '.join(found.scenarios)}" if found.scenarios else ""
    print(textwrap.fill(f"{folder}: no fault found{scenarios}", page_width(), break_long_words=False))
    return 0
