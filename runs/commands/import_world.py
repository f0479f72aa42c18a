"""Make a world of a network of firms (inoue-todo), of sectors and regions (pymrio), or of tables of your own."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from runs.commands.examples import HOME

EXAMPLE = "linestop import inoue-todo FOLDER --out out/world-of-firms"
FORMATS = ("inoue-todo", "pymrio", "tables")
LEAST_TIMES, MOST_TIMES = 1e-12, 1e12
LEAST_COVER, MOST_COVER = 1e-3, 3_650.0  # days
SIMULATORS = ("boario", "inoue-todo", "pymacroio")  # as in runs/worlds/rules
USUAL_COVER = 15.0  # days, as in runs/worlds/imported.py
LONGEST_CODE, SHOWN_LETTERS = 30, 40


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="the four text files, what pymrio saved, or CSV tables"
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the world (default: out/world-NAME)")
    parser.add_argument(
        "--times", type=number_within(LEAST_TIMES, MOST_TIMES), metavar="X",
        help="million JPY in a unit of the files (default: 1, or what the unit file of a table says)",
    )  # fmt: skip
    parser.add_argument(
        "--cover", type=number_within(LEAST_COVER, MOST_COVER), default=None, metavar="DAYS",
        help="days of stock of every input, or of those of which tables do not say it (default: 15)",
    )  # fmt: skip
    parser.add_argument(
        "--least", type=share, default=0.0, metavar="SHARE",
        help="leave out purchases below this share of the buyer's output (default: 0, none)",
    )  # fmt: skip
    parser.add_argument(
        "--as", dest="simulator", choices=SIMULATORS, metavar="NAME",
        help=f"let the world go by the rules of a published simulator: {', '.join(SIMULATORS)}",
    )  # fmt: skip
    parser.add_argument(
        "--country", type=country_code, metavar="CODE", help=f"where all firms of inoue-todo are (default: {HOME})"
    )


def number_within(least: float, most: float) -> Callable[[str], float]:
    """Make a parser of numbers from least to most."""

    def read(text: str) -> float:
        number = float_or_nan(text)
        if not least <= number <= most:
            words = f"a number from {least:g} to {most:g} was expected, got '{text[:SHOWN_LETTERS]}'"
            raise argparse.ArgumentTypeError(words)
        return number

    return read


def country_code(text: str) -> str:
    """Parse the code of a country."""
    word = text.strip()
    if not 1 <= len(word) <= LONGEST_CODE or not word.isprintable():
        words = f"a code of 1 to {LONGEST_CODE} letters such as DE was expected, got '{text[:SHOWN_LETTERS]}'"
        raise argparse.ArgumentTypeError(words)
    return word


def share(text: str) -> float:
    """Parse a number from 0 to below 1."""
    number = float_or_nan(text)
    if not 0.0 <= number < 1.0:
        raise argparse.ArgumentTypeError(f"a share must be >= 0 and < 1, got '{text[:SHOWN_LETTERS]}'")
    return number


def float_or_nan(text: str) -> float:
    """Parse a number; nan, which is within no bounds, for other text."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def run(args: argparse.Namespace) -> int:
    """Read the network, repair it, write it as a world, and print what was repaired."""
    from model.tables.faults import Faults
    from runs.files.folder import refuse_place
    from runs.processes.progress import show_progress
    from runs.worlds import inoue_todo, mrio
    from runs.worlds.flows import mend_flows
    from runs.worlds.imported import write_world

    if args.format == "pymrio" and args.country is not None:
        raise Faults(["--country: a table of pymrio says itself where its sectors are; leave it out"])
    place = args.out or Path("out") / f"world-{args.folder.resolve().name}"
    if args.format == "tables":
        return run_tables(args, place)
    refuse_place(place, "world", [args.folder])
    with show_progress("reading and mending the network"):
        if args.format == "pymrio":
            found = mrio.read_flows(args.folder, args.times)
        else:
            found = inoue_todo.read_flows(args.folder, args.country or HOME, args.times or 1.0)
        flows, command = mend_flows(found, args.least), f"import {args.format}"
        about = write_world(flows, place, command, args.cover or USUAL_COVER, args.simulator)
    for note in about["notes"]:
        print(note)
    print(
        f"{about['firms']:,} lines ({about['firms'] - about['counts']['lines']:,} of them named) with "
        f"{about['links']:,} links, in {place}; 'linestop run calm --world {place}' plays on it"
    )
    return 0


def run_tables(args: argparse.Namespace, place: Path) -> int:
    """Mend, fill up and check tables of one's own, write them as a world, and print what was mended and assumed."""
    from model.tables.faults import Faults
    from runs.worlds.own_tables import import_tables

    given = {"--times": args.times, "--least": args.least or None, "--country": args.country}
    if args.simulator:
        raise Faults(["--as: tables say by which rules they go in a rules.toml beside them; leave it out"])
    strays = [name for name, value in given.items() if value is not None]
    if strays:
        raise Faults(f"{name}: tables say this themselves; leave it out" for name in strays)
    about = import_tables(args.folder, place, args.cover)
    for note in about["notes"]:
        print(note)
    print(
        f"{about['lines']:,} lines with {about['links']:,} links, in {place}; 'linestop world check {place}' shows "
        f"what they are at rest, 'linestop run calm --world {place}' plays on them"
    )
    return 0
