"""Compare the model, or a world that brings facts, with what was observed: every fact, hit or missed, over seeds."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runs.batch.bounds import MOST_SEEDS
from runs.commands.arguments import add_json, add_out, add_processes, add_world, page_width, whole_number

if TYPE_CHECKING:
    from runs.validation.fact_results import FactResult
    from runs.validation.page import Validation

EXAMPLE = "linestop validate --seeds 30 --into runs/validation/HISTORY.md"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--seeds", type=whole_number(1, MOST_SEEDS), default=30, metavar="N", help="seeds 1 to N (default: 30)"
    )
    add_world(parser)
    add_out(parser, "out/validate")
    add_processes(parser)
    parser.add_argument("--maps", action="store_true", help="also draw what stops and cuts cost, and the stoppage map")
    parser.add_argument("--screening", action="store_true", help="also screen which assumptions matter most (Morris)")
    parser.add_argument(
        "--series", type=Path, metavar="FILE",
        help="what customs reported, instead of the base case's: a table that 'linestop import series' wrote",
    )  # fmt: skip
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help="replace the table between the markers of this Markdown file",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Run the episodes, write and print the table; missed facts do not change the exit code."""
    return validate_base_case(args) if args.world is None else validate_own_world(args, args.world)


def validate_own_world(args: argparse.Namespace, world: Path) -> int:
    """Judge the facts of a world, write and print their table."""
    from model.tables.faults import Faults
    from model.tables.world_folder import about_world
    from runs.commands.with_progress import warn_of_edited_tables
    from runs.files.folder import results_folder
    from runs.processes.progress import load_simulation_with_progress, show_progress
    from runs.validation.fact_results import check_markers, episodes, results_markdown
    from runs.validation.world_facts import read_world_facts, titles_of, validate_world, write_world_validation

    given = [name for name in ("maps", "screening") if getattr(args, name)]
    if given:
        raise Faults(f"--{name}: it is about the base case; leave it or --world out" for name in given)
    place, done = args.out or Path("out/validate"), list[None]()
    about = {"kind": "validate", "command": "validate", "seeds": args.seeds, "world": about_world(world)}
    if args.into:
        check_markers(args.into)
    count = args.seeds * len(episodes(read_world_facts(world)))
    with results_folder(place, about, [world]) as folder:
        warn_of_edited_tables(world, args.json)
        load_simulation_with_progress(args.json)
        with show_progress("runs of the episodes", lambda: len(done), count, args.json):
            results = validate_world(world, range(1, args.seeds + 1), args.processes, lambda: done.append(None))
        write_world_validation(world, results, folder)
    print_results(results, args, place)
    write_into_page(args.into, results_markdown(results, titles_of(world, results)))
    return 0


def validate_base_case(args: argparse.Namespace) -> int:
    """Run the episodes of the base case, write and print the table."""
    from runs.extras import require_extra
    from runs.files.folder import results_folder
    from runs.processes.progress import show_progress
    from runs.validation.fact_results import check_markers, count_runs, validate
    from runs.validation.page import Validation, write_validation
    from runs.validation.series import read_series

    if args.screening:
        require_extra("analysis", "--screening")
    place = args.out or Path("out/validate")
    done: list[None] = []
    about = {"kind": "validate", "command": "validate", "seeds": args.seeds}
    if args.series:
        read_series(args.series)
        about["series"] = str(args.series)
    if args.into:
        check_markers(args.into)
    with results_folder(place, about) as folder:
        with show_progress("runs of the episodes", lambda: len(done), count_runs(args.seeds), args.json):
            results = validate(range(1, args.seeds + 1), args.processes, lambda: done.append(None), args.series)
        validation = Validation(results, series=args.series)
        validation.find_fans(args.processes, quiet=args.json)
        validation.tell_numbers(args.processes, quiet=args.json)
        if args.maps:
            validation.compute_maps(args.processes, quiet=args.json)
        if args.screening:
            validation.screen(args.processes, quiet=args.json)
        write_validation(validation, folder)
    print_validation(validation, args, place)
    return 0


def print_validation(validation: Validation, args: argparse.Namespace, place: Path) -> None:
    """Print the table and what the facts tell, and replace what stands in a page if one was named."""
    from runs.validation.fact_results import results_markdown
    from runs.validation.fans import fans_markdown
    from runs.validation.identifiability import sentences_of

    results = validation.results
    told = [] if validation.told is None else sentences_of(validation.told)
    print_results(results, args, place)
    if not args.json:
        print("".join(f"{sentence}\n" for sentence in told), end="")
    write_into_page(args.into, results_markdown(results), fans_markdown(validation.fans), "\n".join(["", *told]))


def print_results(results: Sequence[FactResult], args: argparse.Namespace, place: Path) -> None:
    """Print the table of facts, as JSON if asked for."""
    from runs.validation.fact_results import results_text

    if args.json:
        print(json.dumps([result.plain() for result in results], indent=1, ensure_ascii=False))
    else:
        print(results_text(results, page_width()))
        print(f"\nPage: {place / 'validation.html'}; tables and figures are beside it")


def write_into_page(page: Path | None, *parts: str) -> None:
    """Replace what stands between the markers of a Markdown file, if one was named."""
    from runs.validation.fact_results import check_markers, replace_between_markers

    if page and not replace_between_markers(page, "\n".join(part for part in parts if part)):
        check_markers(page)
