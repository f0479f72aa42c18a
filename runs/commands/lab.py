"""Open Mesa's own SolaraViz on the chain, or serve a page of your own that is built from it."""

from __future__ import annotations

import argparse
from pathlib import Path

EXAMPLE = "linestop lab"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop lab`."""
    from runs.browser.serve import add_address

    parser.add_argument("file", nargs="?", metavar="FILE", help="a Python file with a page of your own")
    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the page."""
    from runs.browser.serve import serve

    return serve("lab", args, None if args.file is None else own_page(args.file))


def own_page(text: str) -> Path:
    """The file with a page of one's own. Raise Faults where it is none."""
    from model.tables.faults import Faults

    file = Path(text)
    if file.suffix != ".py" or not file.is_file():
        raise Faults([f"'{text[:200]}' is no Python file; `linestop lab FILE.py` serves the page that is made in it"])
    return file
