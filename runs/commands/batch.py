"""Play an experiment: thousands of runs, paired by luck, on this machine or on a cluster."""

from __future__ import annotations

import argparse
import shlex
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from runs.commands.arguments import add_world, inputs_of, whole

if TYPE_CHECKING:
    from runs.batch.batch import Cost
    from runs.batch.chunks import Plan
    from runs.processes.executors import Engine

EXAMPLE = """linestop batch policies --out out/policies

a lever in an experiment file is whatever 'run --set' takes: a number of the tables, such as
  set = "needs.cover_days[role=magnet_maker,country=JP]"                    cover by tier or firm
  set = "firms.finished_days[role=state_stock,country=JP]*"                 size of the state stock, as a multiple
  set = "minds.value[role=government,parameter=release_below_days]"         its release rule
  set = "minds.value[role=government,parameter=support_share]"              second-source budget
a tuned number, a shock (by its number or its name), a key of the scenario:
  set = "tuned.capacity_june"   set = "shock.1.review_days"   set = "days"
or one of words:
  set = "rationing"   values: "as it is", "pro rata", "contract first", "home first"
  set = "korea"       values: "as it is", "open", "closed"
  set = "minds"       values: "on", "off\""""
MOST_PROCESSES = 4096
BAR = "{desc}: {percentage:3.0f}% {bar} {n_fmt} of {total_fmt} runs, {rate_fmt}, {remaining} left"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("experiment", metavar="EXPERIMENT", help="a TOML file, or the name of a shipped experiment")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results (default: out/EXPERIMENT)")
    add_world(parser)
    parser.add_argument("--resume", action="store_true", help="finish a batch that was interrupted")
    parser.add_argument("--dry-run", action="store_true", help="say how large the batch is and how long it takes; stop")
    parser.add_argument(
        "--processes", type=whole(1, MOST_PROCESSES), metavar="N", help="runs at a time (default: one a processor)"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://192.0.2.7:8786")
    parser.add_argument("--quiet", action="store_true", help="print nothing but complaints")


def run(args: argparse.Namespace) -> int:
    """Say what the batch will take; then do it, with a bar, unless this was all that was asked."""
    from runs.batch.batch import Cost, batch, planned
    from runs.batch.experiment import read_experiment
    from runs.batch.samplers import require_sampler
    from runs.commands.in_sight import tell_edited
    from runs.extras import require_extra
    from runs.files.folder import refuse_place
    from runs.processes.executors import usable_processors
    from runs.processes.progress import compile_in_sight, in_sight

    experiment = read_experiment(args.experiment)
    require_sampler(experiment)
    if args.scheduler:
        require_extra("cluster", "--scheduler")
    if args.world is not None:
        experiment = experiment.model_copy(update={"world": str(args.world)})
    place = args.out or Path("out") / experiment.name
    refuse_place(place, "batch", inputs_of(args.experiment, args.world))
    compile_in_sight(args.quiet)
    with in_sight("getting ready", quiet=args.quiet):
        plan, seconds = planned(experiment)
    tell_edited(experiment.world, args.quiet)
    cost = Cost(plan.total, seconds, args.processes or usable_processors())
    if not args.quiet:
        print(size(plan, cost, args.scheduler), flush=True)
    if args.dry_run:
        return 0
    from tqdm import tqdm

    command, quiet = shlex.join(["linestop", *sys.argv[1:]]), args.quiet or None
    with tqdm(total=plan.total, unit=" run", desc=plan.experiment.name, bar_format=BAR, disable=quiet) as bar:

        def count(runs: int) -> None:
            bar.update(runs)

        done = batch(plan, place, engine_of(args), args.resume, command, count)
    if not args.quiet:
        print(f"{done:,} runs done now, {plan.total:,} in all, in {place}\n'linestop analyse {place}' draws them")
    return 0


def engine_of(args: argparse.Namespace) -> AbstractContextManager[Engine]:
    """The engine that was asked for."""
    from runs.processes.executors import cluster, processes

    return cluster(args.scheduler) if args.scheduler else processes(args.processes)


def size(plan: Plan, cost: Cost, scheduler: str | None) -> str:
    """How large a batch is and how long it takes, in words."""
    words = ("scenario", "scenarios"), ("future", "futures"), ("seed", "seeds"), ("policy", "policies")
    parts = " x ".join(f"{n:,} {w[n != 1]}" for n, w in zip(plan.shape, words, strict=True))
    where = f"the workers of {scheduler}" if scheduler else f"{cost.width} processes"
    time = f"about {1000 * cost.seconds_each:.0f} ms each"
    whole_time = "" if scheduler else f", about {clock(cost.seconds)} in all"
    lines = [plan.experiment.title, f"{parts} = {plan.total:,} runs; {time}, on {where}{whole_time}"]
    if plan.luckless:
        seeds = len(plan.experiment.seeds)
        lines.append(f"luck plays no part in {' and '.join(plan.luckless)}, as far as trial runs show: {seeds} seeds "
                     f"are the same run {seeds} times; write seeds = 1")  # fmt: skip
    return "\n".join(lines)


def clock(seconds: float) -> str:
    """A span of time in words."""
    if seconds < 100:
        return f"{seconds:.0f} seconds"
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes < 100 else f"{minutes / 60:.1f} hours"
