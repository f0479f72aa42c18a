"""Make a world of firms (edges, inoue-todo), of an input-output table (pymrio) or of tables; or renew the series.

  edges FILE         who supplies whom: CSV, GraphML or GEXF
  inoue-todo FOLDER  the four text files of the production network simulator, and its delta files as scenarios
  pymrio FOLDER      an input-output table that pymrio saved
  tables FOLDER      CSV tables of your own, as a spreadsheet saves them
  series FILE...     trade by month as customs publish it, into a series table that 'validate --series' takes

What was mended, dropped and assumed is printed, and kept in linestop.json of the world.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runs.commands.examples import HOME, MONEY

EXAMPLE = "linestop import edges suppliers.csv --country DE --out out/mine"
FORMATS = ("edges", "inoue-todo", "pymrio", "tables", "series")
LEAST_TIMES, MOST_TIMES = 1e-12, 1e12
LEAST_COVER, MOST_COVER = 1e-3, 3_650.0  # days
SIMULATORS = ("boario", "inoue-todo", "pymacroio")  # as in runs/worlds/rules
USUAL_COVER = 15.0  # days, as in runs/worlds/imported.py
LONGEST_CODE, SHOWN_LETTERS = 30, 40


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the file or the folder to read")
    parser.add_argument("more", type=Path, nargs="*", metavar="FILE", help="more files, of series only")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER",
        help="folder for the world (default: out/world-NAME), or the series table to write (default: out/series.csv)",
    )  # fmt: skip
    parser.add_argument(
        "--times", type=number_within(LEAST_TIMES, MOST_TIMES), metavar="X",
        help="millions of the currency in a unit of the files (default: 1, or what the unit file of a table says)",
    )  # fmt: skip
    parser.add_argument(
        "--currency", type=currency_code, metavar="CODE",
        help=f"in what all amounts are counted, as in ISO 4217, such as EUR (default: as the files say, else {MONEY})",
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
        "--country", type=country_code, metavar="CODE",
        help=f"where firms are of which no country is said (default: {HOME})",
    )  # fmt: skip


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


def currency_code(text: str) -> str:
    """Parse the code of a currency, in small letters, too."""
    from model.tables.faults import unknown
    from runs.worlds.money import currencies

    word = text.strip().upper()
    if word not in currencies():
        raise argparse.ArgumentTypeError(unknown(word[:SHOWN_LETTERS], "currency of ISO 4217", currencies()))
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
    from runs.worlds import country_codes, edges, inoue_todo, mrio
    from runs.worlds.flows import mend_flows
    from runs.worlds.imported import write_world

    if args.format == "pymrio" and args.country is not None:
        raise Faults(["--country: a table of pymrio says itself where its sectors are; leave it out"])
    if args.format == "series":
        return run_series(args)
    if args.more:
        raise Faults([f"{args.more[0]}: {args.format} reads one file or folder; leave it out"])
    resolved = args.folder.resolve()
    place = args.out or Path("out") / f"world-{resolved.stem if resolved.is_file() else resolved.name}"
    if args.format == "tables":
        return run_tables(args, place)
    refuse_place(place, "world", [args.folder])
    country = country_codes.country_code(args.country or HOME)
    with show_progress("reading and mending the network"):
        if args.format == "pymrio":
            found = mrio.read_flows(args.folder, args.times, args.currency)
        elif args.format == "edges":
            found = edges.read_flows(args.folder, country, args.times, args.currency)
        else:
            found = inoue_todo.read_flows(args.folder, country, args.times, args.currency)
        flows, command = mend_flows(found, args.least), f"import {args.format}"
        about = write_world(flows, place, command, args.cover or USUAL_COVER, args.simulator)
    for note in about["notes"]:
        print(note)
    print(
        f"{about['firms']:,} lines ({about['firms'] - about['counts']['lines']:,} of them named) with "
        f"{about['links']:,} links, in {place}; 'linestop run calm --world {place}' plays on it"
    )
    return 0


def run_series(args: argparse.Namespace) -> int:
    """Renew a series table by the files that customs publish, and print what was found in them."""
    from runs.files.durable import make_parents, refuse_place_of_file
    from runs.validation.series import import_series

    refuse_what_is_said_elsewhere(
        args, "series have no such setting; leave it out", cover=args.cover, currency=args.currency
    )
    place = args.out or Path("out/series.csv")
    if args.out is None:
        make_parents(place.parent, [])
    refuse_place_of_file(place)
    for note in import_series([args.folder, *args.more], place):
        print(note)
    print(f"Series in {place}; 'linestop validate --series {place}' compares the model with them")
    return 0


def refuse_what_is_said_elsewhere(args: argparse.Namespace, words: str, **more: Any) -> None:
    """Raise Faults for options that this format does not take; more: those that only this one does not."""
    from model.tables.faults import Faults

    given = {"--times": args.times, "--least": args.least or None, "--country": args.country}
    given |= {f"--{name}": value for name, value in more.items()}
    if args.simulator:
        raise Faults(["--as: tables say by which rules they go in a rules.toml beside them; leave it out"])
    strays = [name for name, value in given.items() if value is not None]
    if strays:
        raise Faults(f"{name}: {words}" for name in strays)


def run_tables(args: argparse.Namespace, place: Path) -> int:
    """Mend, fill up and check tables of one's own, write them as a world, and print what was mended and assumed."""
    from runs.worlds.own_tables import import_tables

    refuse_what_is_said_elsewhere(args, "tables say this themselves; leave it out")
    about = import_tables(args.folder, place, args.cover, args.currency)
    for note in about["notes"]:
        print(note)
    print(
        f"{about['lines']:,} lines with {about['links']:,} links, in {place}; 'linestop world check {place}' shows "
        f"what they are at rest, 'linestop run calm --world {place}' plays on them"
    )
    return 0
