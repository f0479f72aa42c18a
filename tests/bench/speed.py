"""Measure speed and memory, for the record: run `python -m tests.bench.speed`; it prints and judges nothing."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HOUSE = Path(__file__).parents[2]
YEAR_DAYS = 365
ROUNDS = 9
KIB = 1024
IMPORT = "import time; start = time.perf_counter(); import runs.simulation.stage; print(time.perf_counter() - start)"


def best_of(what: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of some rounds, in CPU milliseconds: what the work takes when nobody disturbs it."""
    took = []
    for _ in range(rounds):
        start = time.process_time()
        what()
        took.append(time.process_time() - start)
    return min(took) * 1000.0


def plain_python() -> int:
    """Something whose time depends on the machine alone, to compare machines and moments by."""
    total = 0
    for i in range(300_000):
        total += i * i
    return total


def import_time() -> float:
    """Milliseconds to import the stage in a fresh process, compiled code in its cache."""
    done = [
        subprocess.run([sys.executable, "-c", IMPORT], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    return min(float(seconds) for seconds in done) * 1000.0


def main() -> None:
    """Print how long things take."""
    start = time.perf_counter()
    from runs.simulation.stage import Stage, play, stage

    first = stage()
    first.step()
    print(f"first day in a fresh process       {time.perf_counter() - start:8.2f} s (compiling, if it was due)")
    print(f"import of the stage                {import_time():8.0f} ms")
    who = first.register
    size = f"{len(who.firms)} lines, {len(who.needs)} needs, {len(who.links)} links"

    built: list[Stage] = []
    build = best_of(lambda: built.append(stage()))
    print(f"reading and building the base case {build:8.0f} ms ({size})")

    for name, words in (("calm", "a quiet year"), ("full-stop", "a year with a ban")):

        def year(minds: bool, recorded: bool, name: str = name) -> float:
            took = []
            for _ in range(ROUNDS):
                chain = stage(name, minds=minds)
                run = (
                    (lambda c=chain: play(c, YEAR_DAYS)) if recorded else (lambda c=chain: c.pass_quiet_days(YEAR_DAYS))
                )
                took.append(best_of(run, 1))
                chain.release()
            return min(took)

        physics, recorded, full = year(False, False), year(False, True), year(True, True)
        print(f"{words}, physics alone       {physics:8.1f} ms ({physics / YEAR_DAYS * 1000:.0f} us a day)")
        print(f"{words}, with recording      {recorded:8.1f} ms ({recorded / physics:.1f} times physics)")
        print(f"{words}, with minds as well  {full:8.1f} ms ({full / physics:.1f} times physics)")
    print(f"a fixed loop of plain Python       {best_of(plain_python):8.1f} ms (how fast this machine is just now)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    print(f"peak memory of this process        {peak:8.0f} MiB")


if __name__ == "__main__":
    main()
