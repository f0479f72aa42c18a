"""Make a world of somebody else's network: of firms (inoue-todo) or of sectors and regions (pymrio)."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

EXAMPLE = "linestop import inoue-todo FOLDER --out out/world-of-firms"
HOME = "JP"
FORMATS = ("inoue-todo", "pymrio")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("format", choices=FORMATS, metavar="FORMAT", help=" or ".join(FORMATS))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the four text files, or what pymrio saved")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the world (default: out/world-NAME)")
    parser.add_argument(
        "--times", type=positive, default=1.0, metavar="X", help="million JPY in a unit of the files (default: 1)"
    )
    parser.add_argument(
        "--cover", type=positive, default=15.0, metavar="DAYS", help="days of stock of every input (default: 15)"
    )
    parser.add_argument(
        "--least", type=share, default=0.0, metavar="SHARE",
        help="leave out purchases below this share of the buyer's output (default: 0, none)",
    )  # fmt: skip
    parser.add_argument("--country", metavar="CODE", help="where all firms of inoue-todo are (default: JP)")


def positive(text: str) -> float:
    """Read a number above 0."""
    number = plain(text)
    if not 0.0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"found '{text}'; a number above 0 was expected")
    return number


def share(text: str) -> float:
    """Read a number from 0 to below 1."""
    number = plain(text)
    if not 0.0 <= number < 1.0:
        raise argparse.ArgumentTypeError(f"found '{text}'; a share from 0 to below 1 was expected")
    return number


def plain(text: str) -> float:
    """Read a number; what is none is not a number, which lies within no bounds."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def run(args: argparse.Namespace) -> int:
    """Read the network, mend it, keep it as a world, and tell what was mended."""
    from model.faults import Faults
    from runs import inoue_todo, mrio
    from runs.flows import in_order
    from runs.folder import refuse_place
    from runs.imported import keep_world
    from runs.progress import in_sight

    if args.format == "pymrio" and args.country is not None:
        raise Faults(["--country: a table of pymrio says itself where its sectors are; leave it out"])
    place = args.out or Path("out") / f"world-{args.folder.resolve().name}"
    refuse_place(place, "world", [args.folder])
    with in_sight("reading and mending the network"):
        if args.format == "pymrio":
            found = mrio.read_flows(args.folder, args.times)
        else:
            found = inoue_todo.read_flows(args.folder, args.country or HOME, args.times)
        about = keep_world(in_order(found, args.least), place, f"import {args.format}", args.cover)
    for note in about["notes"]:
        print(note)
    print(
        f"{about['firms']:,} lines ({about['firms'] - about['counts']['lines']:,} of them named) with "
        f"{about['links']:,} links, in {place}; 'linestop run calm --world {place}' plays on it"
    )
    return 0
