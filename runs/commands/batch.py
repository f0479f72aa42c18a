"""Run a design of experiments: thousands of runs, paired by luck, on this machine or on a cluster."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runs.commands.arguments import add_processes, add_world, input_paths
from runs.commands.examples import HOME

if TYPE_CHECKING:
    from runs.batch.chunks import Plan
    from runs.batch.design import Design
    from runs.batch.execution import Cost
    from runs.batch.kept_inputs import Origin
    from runs.processes.executors import TaskExecutor

EXAMPLE = f"""linestop batch policies --out out/policies
         linestop batch --again out/policies --out out/checked

a lever or an uncertainty in a design is whatever 'run --set' takes: a number of the tables, such as
  set = "needs.cover_days[role=magnet_maker,country={HOME}]"                    cover by tier or firm
  set = "firms.finished_days[role=state_stock,country={HOME}]*"                 size of the state stock, as a multiple
  set = "minds.value[role=government,parameter=release_below_days]"         its release rule
  set = "minds.value[role=government,parameter=support_share]"              second-source budget
a tuned number (without low and high between its bounds), a key of the scenario, the whole story so many days later:
  set = "tuned.capacity_june"   set = "days"   set = "shift_days"
any key of a shock, by its number in the order of dates or its name; | stands between several, * makes multiples:
  set = "shock.oxide|magnets.review_days"   set = "shock.1.grant_share*"    how long an office takes, what it grants
  set = "shock.1.recent_use"                set = "shock.1.until"           its ceiling; for how many days it holds
  set = "shock.1.shift_days"                set = "shock.1.happens"         later by so many days; true or false
a world of the ensemble that fits the facts, drawn anew for each future:
  set = "ensemble"
'linestop parameters --scenario NAME' lists what can be varied in a scenario; or one of words:
  set = "rationing"   values: "as it is", "pro rata", "contract first", "home first", "yield first"
  set = "korea"       values: "as it is", "open", "closed"
  set = "minds"       values: "on", "off\""""
MOST_NAMED = 3  # files that differ
FOLDERS = re.compile(r"[^=]*[/\\\\]")  # of a path, what is before its last part
BAR = "{desc}: {percentage:3.0f}% {bar} {n_fmt} of {total_fmt} runs, {rate_fmt}, {remaining} left"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "design", metavar="NAME", nargs="?", help="a TOML file, or the name of a design that comes with Linestop"
    )
    parser.add_argument(
        "--again", type=Path, metavar="DIR", help="instead of a design: do the batch in this folder again from what it "
        "has kept, and say whether all files are equal to the bit (if not, the exit code is 1)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results (default: out/NAME)")
    add_world(parser)
    parser.add_argument("--resume", action="store_true", help="finish a batch that was interrupted")
    parser.add_argument(
        "--dry-run", action="store_true", help="print the size of the batch and the time it takes, and stop"
    )
    add_processes(parser)
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://192.0.2.7:8786")
    parser.add_argument("--quiet", action="store_true", help="print nothing but complaints")


def run(args: argparse.Namespace) -> int:
    """Print the size of the batch and, unless it is a dry run, run it behind a progress bar."""
    from model.tables.faults import Faults
    from runs.extras import require_extra

    if (args.design is None) == (args.again is None):
        raise Faults(["write the name of a design, or --again with the folder of a batch (one of the two)"])
    if args.scheduler:
        require_extra("cluster", "--scheduler")
    return run_design(args) if args.again is None else run_again(args)


def run_design(args: argparse.Namespace) -> int:
    """Run a design."""
    from runs.batch.design import find_design, read_design
    from runs.batch.kept_inputs import Origin, list_inputs
    from runs.batch.samplers import require_sampler
    from runs.files.folder import refuse_place

    design = read_design(args.design)
    require_sampler(design)
    if args.world is not None:
        design = design.model_copy(update={"world": str(args.world)})
    place = args.out or Path("out") / design.name
    refuse_place(place, "batch", input_paths(args.design, args.world))
    plan = prepare(args, design)
    if not args.dry_run:
        run_with_bar(plan, place, args, Origin(command_text(), list_inputs(plan.design, find_design(args.design))))
    return 0


def run_again(args: argparse.Namespace) -> int:
    """Do a batch again from its folder alone, and say what differs; return 1 if some file does."""
    from model.tables.faults import Faults
    from runs.batch.again import compare_parts, plan_again
    from runs.batch.kept_inputs import Origin, files_kept
    from runs.files.folder import refuse_place

    if args.out is None or args.world is not None:
        raise Faults(["--again: it takes a folder for the results with --out, and no --world"])
    refuse_place(args.out, "batch", [args.again])
    again = plan_again(args.again)
    tell_size(again.plan, again.seconds_each, args)
    for words in again.differences:
        print(f"linestop: {args.again}: {words}", file=sys.stderr)
    if args.dry_run:
        return 0
    run_with_bar(again.plan, args.out, args, Origin(command_text(), files_kept(args.again)))
    equal, different = compare_parts(args.again, args.out)
    print(f"{equal} of {equal + len(different)} Parquet files are equal to the bit to those of {args.again}"
          + (f"; others are {', '.join(different[:MOST_NAMED])}" if different else ""))  # fmt: skip
    return 1 if different else 0


def command_text() -> str:
    """The command as it was typed, of paths only the last part: what was where on a machine concerns nobody."""
    return shlex.join(["linestop", *(FOLDERS.sub("", word.rstrip("/")) for word in sys.argv[1:])])


def prepare(args: argparse.Namespace, design: Design) -> Plan:
    """Make the plan of a batch and print its size."""
    from runs.batch.execution import make_plan
    from runs.commands.with_progress import warn_of_edited_tables
    from runs.processes.progress import load_simulation_with_progress, show_progress

    load_simulation_with_progress(args.quiet)
    with show_progress("getting ready", quiet=args.quiet):
        plan, seconds = make_plan(design)
    warn_of_edited_tables(design.world, args.quiet)
    tell_size(plan, seconds, args)
    return plan


def tell_size(plan: Plan, seconds: float, args: argparse.Namespace) -> None:
    """Print the size of a batch; seconds: those that one of its runs takes."""
    from runs.batch.execution import Cost
    from runs.processes.executors import usable_processors

    if not args.quiet:
        cost = Cost(plan.total, seconds, args.processes or usable_processors())
        print(size_text(plan, cost, args.scheduler), flush=True)


def run_with_bar(plan: Plan, place: Path, args: argparse.Namespace, origin: Origin) -> None:
    """Run what is missing of the batch behind a progress bar."""
    from tqdm import tqdm

    from runs.batch.execution import run_batch

    hidden = args.quiet or None
    bar = partial(tqdm, total=plan.total, unit=" run", desc=plan.design.name, bar_format=BAR, disable=hidden)
    with executor_of(args) as executor, bar() as shown:  # the executor first: it copies this process, with one thread

        def count(runs: int) -> None:
            shown.update(runs)

        done = run_batch(plan, place, nullcontext(executor), args.resume, origin, count)
    if not args.quiet:
        print(f"{done:,} runs done now, {plan.total:,} in all, in {place}\n'linestop analyse {place}' draws them")


def executor_of(args: argparse.Namespace) -> AbstractContextManager[TaskExecutor]:
    """The executor that was asked for."""
    from runs.batch.chunks import run_chunk
    from runs.processes.compiled_day import simulation_executor
    from runs.processes.executors import cluster_executor

    if args.scheduler:
        return cluster_executor(args.scheduler)
    return simulation_executor(run_chunk, args.processes, args.quiet)


def size_text(plan: Plan, cost: Cost, scheduler: str | None) -> str:
    """The size of a batch and the time that it takes, in words."""
    words = ("scenario", "scenarios"), ("future", "futures"), ("seed", "seeds"), ("policy", "policies")
    parts = " x ".join(f"{n:,} {w[n != 1]}" for n, w in zip(plan.shape, words, strict=True))
    where = f"the workers of {scheduler}" if scheduler else f"{cost.width} processes"
    time = f"about {1000 * cost.seconds_each:.0f} ms each"
    whole_time = "" if scheduler else f", about {duration_text(cost.seconds)} in all"
    lines = [plan.design.title, f"{parts} = {plan.total:,} runs; {time}, on {where}{whole_time}"]
    if plan.scenarios_without_luck:
        names, seeds = " and ".join(plan.scenarios_without_luck), len(plan.design.seeds)
        note = f"luck plays no part in {names}, as far as trial runs show"
        lines.append(f"{note}: {seeds} seeds are the same run {seeds} times; write seeds = 1")
    lines += [f"note: {words}" for words in plan.notes]
    return "\n".join(lines)


def duration_text(seconds: float) -> str:
    """A span of time in words."""
    if seconds < 100:
        return f"{seconds:.0f} seconds"
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 100 else f"{minutes / 60:.1f} hours"
