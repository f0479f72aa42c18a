"""Build the handbook (pages of prose, and references made from the program itself) and open it.

It needs no network, neither to be built nor to be read: the folder can be copied to a memory stick as it is.
"""

from __future__ import annotations

import argparse
import sys
import webbrowser
from pathlib import Path

from runs.commands.catalogue import COMMANDS, DIFFERENT, DONE, EXIT_CODES, parser_of

EXAMPLE = "linestop handbook --no-browser --out out/handbook"
PLACE = Path("out") / "handbook"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--out", type=Path, metavar="DIR", default=PLACE, help=f"folder for the pages (default: {PLACE.as_posix()})"
    )
    parser.add_argument("--no-browser", action="store_true", help="build it and say where it is, and open nothing")


def run(args: argparse.Namespace) -> int:
    """Build the handbook; return 1 where something in it is wrong, such as a broken link."""
    from runs.extras import require_extra
    from runs.files.folder import results_folder
    from runs.processes.progress import show_progress

    require_extra("handbook", "the handbook")
    from runs.handbook.build import build_handbook

    parsers = {name: parser_of(name) for name in COMMANDS}
    with results_folder(args.out, {"kind": "handbook", "command": "handbook"}) as folder:
        with show_progress("building the handbook"):
            wrong = build_handbook(folder, parsers, EXIT_CODES)
        for sentence in wrong:
            print(f"linestop: {sentence}", file=sys.stderr)
    page = (args.out / "index.html").resolve()
    print(f"Open {args.out / 'index.html'}; the folder needs no network and can be copied as it is.")
    if not args.no_browser:
        webbrowser.open(page.as_uri())
    return DIFFERENT if wrong else DONE
