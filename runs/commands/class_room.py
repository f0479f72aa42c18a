"""Teach a class: forty phones, one teacher, one projector, no internet and no accounts.

Phones come in by the address, the QR code and the six letters that are printed; the link of the teacher has its secret.
Everything is kept in one file: 'linestop class FILE' goes on with it, 'linestop replay FILE' plays it again to the bit.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

EXAMPLE = "linestop class"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `linestop class`."""
    from runs.browser.serve import add_address

    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="the room to go on with (default: a new room in a new file)"
    )
    parser.add_argument("--new", metavar="FILE", type=Path, help="file of a new room (default: in the user's data)")
    parser.add_argument("--new-link", action="store_true", help="a new link for the teacher; the old one ends")
    parser.add_argument(
        "--neutral", action="store_true", help="a new room whose pages call countries and companies by what they do"
    )
    parser.add_argument(
        "--selftest", action="store_true", help="see whether a phone can reach this machine, and what to do if not"
    )
    add_address(parser, host="0.0.0.0")


def run(args: argparse.Namespace) -> int:
    """Serve a class until somebody presses Ctrl+C."""
    from runs.browser.serve import serve_class, serve_selftest
    from runs.classroom.anonymised_names import anonymiser
    from runs.classroom.neutral_room import neutral_room
    from runs.classroom.wall_questions import drawer_for_wall, wall_questions
    from runs.extras import require_extra

    require_extra("class", "a class")
    refuse_arguments(args)
    if args.selftest:
        return serve_selftest(args)
    return serve_class(args, args.new or default_file(), wall_questions(), drawer_for_wall, neutral_room(anonymiser()))


def refuse_arguments(args: argparse.Namespace) -> None:
    """Raise Faults for options that would change nothing beside what else is asked for."""
    from model.tables.faults import Faults

    of_new = {"--new": args.new is not None, "--neutral": args.neutral}
    of_old = {"FILE": args.file is not None, "--new-link": args.new_link}
    faults = []
    if args.selftest:
        given = [option for option, is_given in (of_new | of_old).items() if is_given]
        faults += [f"{option}: the self-test plays no room; leave {option} out" for option in given]
    elif args.file is not None:
        given = [option for option, is_given in of_new.items() if is_given]
        faults += [
            f"{option}: the room to go on with has begun already; leave {option} or FILE out" for option in given
        ]
    elif args.new_link:
        faults.append("--new-link: a new room has a new link anyway; name the FILE of the room that is to have another")
    if faults:
        raise Faults(faults)


def default_file() -> Path:
    """Where a new room is kept unless it is said: by date and time in the user's data folder."""
    from platformdirs import user_data_path

    from runs.class_game.room_file import SUFFIX

    return user_data_path("linestop", appauthor=False) / "classes" / f"{time.strftime('%Y-%m-%d-%H%M%S')}{SUFFIX}"
