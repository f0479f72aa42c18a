"""Benchmark of a simulated year: loading, CPU seconds, time a link and day, and peak memory of this process."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from typing import Any

from model.tables.table_files import DATA
from model.tables.world_folder import data_folder
from runs.processes.progress import show_progress
from runs.simulation.stage import Stage, play, stage

YEAR_DAYS = 365
BENCHMARK_SCENARIO = "full-stop"  # its shock on day 90 makes the year no quiet one
OTHER_SCENARIO = "calm"  # in worlds other than the base case
WARM_DAYS = 100  # until after the shock, so that everything is compiled
NS_PER_SECOND = 1e9
BYTES_PER_MIB = 1 << 20


def measure_year(world: Path, seed: int, days: int, people: bool = False) -> dict[str, Any]:
    """Load a world and simulate days; return sizes, seconds, nanoseconds a link and day, and peak memory in MiB.

    Without `people` nobody decides and nothing is recorded: the physics alone. A year is without compiling and loading.
    """
    scenario = BENCHMARK_SCENARIO if data_folder(world, DATA) == DATA else OTHER_SCENARIO
    warm = stage(BENCHMARK_SCENARIO, seed, minds=people)
    simulate_days(warm, WARM_DAYS, people)
    begun = time.process_time()
    with show_progress("loading the world"):
        chain = stage(scenario, seed, [f"days={max(days, YEAR_DAYS)}"], world=world, minds=people)
    loaded = time.process_time() - begun
    wall, cpu = time.perf_counter(), time.process_time()
    with show_progress("days", lambda: chain.day, days):
        simulate_days(chain, days, people)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    net = chain.world.network
    return {
        "scenario": scenario,
        "firms": len(net.good_of), "needs": len(net.line_of), "links": len(net.need_of), "days": days,
        "with_people_and_recorder": people,
        "cpu_seconds_to_load": loaded,
        "cpu_seconds_a_year": cpu * YEAR_DAYS / days,
        "wall_seconds_a_year": wall * YEAR_DAYS / days,
        "ns_a_link_and_day": cpu * NS_PER_SECOND / (days * max(1, len(net.need_of))),
        "peak_memory_mib": peak_memory(),
    }  # fmt: skip


def simulate_days(chain: Stage, days: int, people: bool) -> None:
    """Simulate days, with people or with the physics alone, then release the people."""
    if people:
        play(chain, days)
    else:
        chain.pass_quiet_days(days)
    chain.release()


def peak_memory() -> float:
    """The peak memory of this process in MiB; nan where the system does not report it, as on Windows."""
    try:
        import resource
    except ImportError:
        return math.nan
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / BYTES_PER_MIB if sys.platform == "darwin" else most / (BYTES_PER_MIB / 1024)


def result_text(found: dict[str, Any]) -> str:
    """The result of a benchmark as text."""
    what = "with people and recorder" if found["with_people_and_recorder"] else "of physics alone"
    return "\n".join(
        [
            f"{found['firms']:,} lines, {found['needs']:,} needs, {found['links']:,} links; "
            f"scenario {found['scenario']}",
            f"loading            {found['cpu_seconds_to_load']:10.2f} CPU s",
            f"a year             {found['cpu_seconds_a_year']:10.2f} CPU s {what} "
            f"({found['wall_seconds_a_year']:.2f} s on the clock)",
            f"a link and day     {found['ns_a_link_and_day']:10.1f} ns",
            f"peak memory        {found['peak_memory_mib']:10.0f} MiB",
        ]
    )
