"""Watch a stop spread through the chain, in the browser, and steer it."""

from __future__ import annotations

import argparse

EXAMPLE = "linestop watch"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop watch`."""
    from runs.browser.serve import add_address

    add_address(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the page."""
    from runs.browser.serve import serve

    return serve("watch", args)
