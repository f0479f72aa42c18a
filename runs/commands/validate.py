"""Hold the model against history: every stylised fact, hit or missed, over many seeds."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from runs.commands.arguments import add_json, add_out, page_width, whole

if TYPE_CHECKING:
    from runs.validation.verdicts import Verdict

EXAMPLE = "linestop validate --seeds 30 --readme README.md"
MOST_PROCESSES = 4096


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--seeds", type=whole(1, 10_000), default=30, metavar="N", help="seeds 1 to N (default: 30)")
    add_out(parser, "out/validate")
    parser.add_argument(
        "--processes",
        type=whole(1, MOST_PROCESSES),
        metavar="N",
        help="runs at a time (default: one a processor)",
    )
    parser.add_argument("--maps", action="store_true", help="also draw the cost of a stop and the stoppage map")
    parser.add_argument("--screening", action="store_true", help="also screen which assumptions matter most (Morris)")
    parser.add_argument(
        "--readme",
        type=Path,
        metavar="FILE",
        help="renew the table between the markers of this Markdown file",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Run the episodes, write and print the table; a missed fact is no mistake of the user's."""
    from runs.extras import require_extra
    from runs.files.folder import results_folder
    from runs.processes.progress import in_sight
    from runs.validation import verdicts as validation
    from runs.validation.page import Results, write_results

    if args.screening:
        require_extra("analysis", "--screening")
    place = args.out or Path("out/validate")
    done: list[None] = []
    about = {"kind": "validate", "command": "validate", "seeds": args.seeds}
    if args.readme:
        validation.refuse_without_markers(args.readme)
    with results_folder(place, about) as folder:
        with in_sight("runs of the episodes", lambda: len(done), validation.runs_of(args.seeds), args.json):
            verdicts = validation.validate(range(1, args.seeds + 1), args.processes, lambda: done.append(None))
        results = Results(verdicts)
        if args.maps:
            results.draw_maps(args.processes, quiet=args.json)
        if args.screening:
            results.screen(args.processes, quiet=args.json)
        write_results(results, folder)
    told(verdicts, args, place)
    return 0


def told(verdicts: list[Verdict], args: argparse.Namespace, place: Path) -> None:
    """Print the table, and renew it where that was asked for."""
    from runs.validation.verdicts import markdown, plain_text, put_between_markers, refuse_without_markers

    if args.json:
        print(json.dumps([verdict.plain() for verdict in verdicts], indent=1, ensure_ascii=False))
    else:
        print(plain_text(verdicts, page_width()))
        print(f"\nPage: {place / 'validation.html'}; tables and figures are beside it")
    if args.readme and not put_between_markers(args.readme, markdown(verdicts)):
        refuse_without_markers(args.readme)
