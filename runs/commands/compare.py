"""Run scenarios with the same seeds and compare them side by side, in a table and a figure."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from runs.batch.bounds import MOST_SEEDS
from runs.commands.arguments import (
    add_json,
    add_out,
    add_world,
    input_paths,
    page_width,
    scenario_stem,
    whole_number,
)

if TYPE_CHECKING:
    from runs.batch.comparison import Comparison
    from runs.simulation.record import Record

EXAMPLE = "linestop compare two-months full-stop truce allied-stockpile --seeds 5"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("scenarios", metavar="SCENARIO", nargs="+", help="two or more scenarios, by name or file")
    parser.add_argument(
        "--seeds",
        type=whole_number(1, MOST_SEEDS),
        default=1,
        metavar="N",
        help="run each with seeds 1 to N (default: 1)",
    )
    add_world(parser)
    add_out(parser, "out/compare-A-B")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Run all scenarios with all seeds, write table and figure, print the table."""
    from model.tables.world_folder import about_world
    from runs.batch.comparison import compare, comparison_table, luck_note, outcome_labels, read_worlds
    from runs.files.folder import results_folder
    from runs.processes.progress import load_simulation_with_progress, show_progress

    names = [scenario_stem(each) for each in args.scenarios]
    check_names(names)
    place = args.out or Path("out") / f"compare-{'-'.join(names)}"
    about = {"kind": "compare", "command": "compare", "scenarios": args.scenarios, "seeds": args.seeds}
    if args.world is not None:
        about["world"] = about_world(args.world)
    done: list[None] = []
    with results_folder(place, about, input_paths(*args.scenarios, args.world)) as folder:
        worlds = read_worlds(args.scenarios, args.world)
        load_simulation_with_progress(args.json)
        with show_progress("runs", lambda: len(done), len(worlds) * args.seeds):
            comparison, records = compare(worlds, range(1, args.seeds + 1), lambda: done.append(None))
        write_comparison(comparison, records, folder)
    if args.json:
        print(json.dumps({"folder": str(place), "outcomes": comparison}, indent=1, ensure_ascii=False))
    else:
        parts = [
            comparison_table(comparison, outcome_labels(worlds[0][1]), page_width()),
            luck_note(comparison, args.seeds),
            f"Table and figure are in {place}/",
        ]
        print("\n\n".join(part for part in parts if part))
    return 0


def check_names(names: list[str]) -> None:
    """Raise Faults for a single scenario, and for one that is named twice."""
    from model.tables.faults import Faults

    if len(names) < 2:
        raise Faults([f"found '{names[0]}' alone; name at least two scenarios to compare"])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Faults([f"found '{name}' more than once; name each scenario once" for name in twice])


def write_comparison(comparison: Comparison, records: dict[str, Record], folder: Path) -> None:
    """Write all outcomes as a table, and the figure."""
    from runs.batch.comparison import outcomes_frame
    from runs.figures.comparison import compare_outputs
    from runs.figures.png import write_figure

    outcomes_frame(comparison).to_csv(folder / "comparison.csv", index=False)
    write_figure(compare_outputs(records), folder / "comparison.png")
