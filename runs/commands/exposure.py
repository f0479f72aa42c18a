"""Rank what carries the risk: each line, licence and country of supply is out for some days, and what others lose.

Each is taken out in a run of its own, with people who decide, and held against the same run without the outage and with
the same luck. runs/exposure/METHOD.md says how this relates to the Risk Exposure Index of Simchi-Levi et al. and to the
economic systemic risk index (ESRI) of Diem et al. 2022, which --esri computes as published.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runs.commands.arguments import (
    add_json,
    add_out,
    add_processes,
    add_seed,
    add_world,
    input_paths,
    page_width,
    scenario_stem,
    whole_number,
)

if TYPE_CHECKING:
    from runs.exposure.results import Results
    from runs.exposure.study import Study
    from runs.processes.executors import TaskExecutor

EXAMPLE = "linestop exposure --days 90 --top 10"
LONGEST_OUTAGE_DAYS = 3_650
MOST_ROWS = 1_000
TAKEN_OUT = ("line", "licence", "country")
ALL, TOP = "all", "top"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--scenario", default="calm", metavar="SCENARIO",
        help="name of a scenario, or path to a TOML file, in which the outage happens (default: calm)",
    )  # fmt: skip
    add_world(parser)
    parser.add_argument(
        "--days", type=whole_number(1, LONGEST_OUTAGE_DAYS), default=60, metavar="N",
        help="days for which something is out (default: 60, the two months that stocks in the base case last: a "
        "shorter outage hides in them, in a longer one second sources open)",
    )  # fmt: skip
    add_seed(parser)
    parser.add_argument(
        "--top", type=whole_number(1, MOST_ROWS), default=15, metavar="N", help="rows to print and draw (default: 15)"
    )
    parser.add_argument("--all", action="store_true", help="print all rows")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=TAKEN_OUT,
        default=list(TAKEN_OUT),
        metavar="KIND",
        help=f"what is taken out: one or more of {', '.join(TAKEN_OUT)} (default: all three)",
    )
    parser.add_argument(
        "--precautions",
        choices=(ALL, TOP),
        help="for which losses a month more stock and second sources are tried: "
        "all, or the rows of --top (default: all, in a world with anonymous firms the rows of --top)",
    )
    parser.add_argument("--esri", action="store_true", help="compute the index of Diem et al. 2022 as well")
    add_processes(parser)
    add_out(parser, "out/exposure-SCENARIO")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Take everything out in turn, write table, figure and page, print the table."""
    from runs.exposure.study import loss_packed
    from runs.files.folder import refuse_place
    from runs.processes.compiled_day import simulation_executor

    place = args.out or Path("out") / f"exposure-{scenario_stem(args.scenario)}"
    inputs = input_paths(args.scenario, args.world)
    refuse_place(place, "exposure", inputs)
    study = study_of(args)
    with simulation_executor(loss_packed, args.processes, args.json) as executor:
        write_and_print(study, executor, place, args)
    return 0


def study_of(args: argparse.Namespace) -> Study:
    """The study that was asked for."""
    from runs.commands.with_progress import warn_of_edited_tables
    from runs.exposure.candidates import KINDS
    from runs.exposure.study import make_study
    from runs.simulation.stage import read_story

    warn_of_edited_tables(args.world, args.json)
    kinds = [kind for kind in KINDS if kind in args.only]
    return make_study(read_story(args.scenario, (), args.world), args.seed, args.days, kinds)


def precautions_of(study: Study, args: argparse.Namespace) -> int | None:
    """For how many of the largest losses precautions are tried; None for all."""
    wide = study.world[1].anonymous is not None
    return min(args.top, len(study.candidates)) if (args.precautions or (TOP if wide else ALL)) == TOP else None


def write_and_print(study: Study, executor: TaskExecutor, place: Path, args: argparse.Namespace) -> None:
    """Measure, write the results into a folder of their own, and print them."""
    from model.tables.world_folder import about_world
    from runs.exposure.results import Results, write_results
    from runs.exposure.study import measure_all, ranked
    from runs.exposure.systemic_risk import esri_of_world
    from runs.files.folder import results_folder
    from runs.processes.progress import show_progress

    about: dict[str, Any] = {"kind": "exposure", "command": "exposure", "scenario": args.scenario, "days": args.days,
                             "seed": args.seed}  # fmt: skip
    if args.world is not None:
        about["world"] = about_world(args.world)
    done, precautions = list[None](), precautions_of(study, args)
    total = len(study.candidates) + (len(study.candidates) if precautions is None else precautions)
    with results_folder(place, about, input_paths(args.scenario, args.world)) as folder:
        with show_progress("taken out", lambda: len(done), total, args.json):
            measured = measure_all(study, executor, lambda: done.append(None), precautions)
        table, lines = ranked([row for row, _ in measured]), [line for _, rows in measured for line in rows]
        esri = esri_of_world(study.world[1]) if args.esri else None
        results = Results(study, table, lines, esri, args.world, precautions)
        write_results(results, folder, args.top)
    print_results(results, place, args)


def print_results(results: Results, place: Path, args: argparse.Namespace) -> None:
    """Print a screen of text, or with --json everything."""
    from runs.exposure.results import plain_results
    from runs.exposure.words import headline, lacks, notes, table_text, title, tried

    if args.json:
        print(json.dumps({"folder": str(place), **plain_results(results)}, indent=1, ensure_ascii=False))
        return
    study, width = results.study, page_width()
    shown = results.table if args.all else results.table.head(args.top)
    sentences = [*headline(results.table, study), *lacks(study), tried(study, results.precautions)]
    sentences += results.esri_words()
    parts = [title(study), "\n".join(textwrap.fill(words, width) for words in sentences)]
    parts += [table_text(shown, study, width), textwrap.fill(" ".join(notes().split()), width)]
    left = len(results.table) - len(shown)
    files = f"Page: {place / 'exposure.html'}; figure and tables are beside it in {place}/"
    print("\n\n".join([*parts, f"{left} more rows with --all. {files}" if left else files]))
