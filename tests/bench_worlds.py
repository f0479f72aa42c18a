"""How fast a day is: made-up worlds of growing size on one core, CPU seconds a year and nanoseconds a link and day.

Run it with `python3 tests/bench_worlds.py 1000 10000 100000`; it is no test.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date

import numpy as np

from model.chain import SupplyChain
from model.table_files import read_tables
from runs.generate import economy
from runs.stage import DATA
from runs.worlds import joined

DAYS = 365


def bench(firms: int) -> str:
    """Generate, rest, pass a warm-up day and then a year."""
    tables = read_tables(DATA)
    named = np.array([line.demand_per_year for line in tables.firms])
    chain = SupplyChain(joined(tables, economy(firms, 1, named)), (), date(2025, 1, 1))
    chain.pass_quiet_days(1)
    begun = time.process_time()
    chain.pass_quiet_days(DAYS)
    seconds = time.process_time() - begun
    links = len(chain.world.network.need_of)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    kept = float(chain.world.flows.output.sum() / chain.world.network.baseline.sum())
    each = seconds / DAYS / links * 1e9
    return (f"{firms:>9,} firms {links:>10,} links {seconds:8.2f} CPU s a year {each:6.1f} ns a link and day "
            f"{peak:5.2f} GB at most; output at the end over rest {kept:.6f}")  # fmt: skip


if __name__ == "__main__":
    for size in sys.argv[1:] or ("100", "1000", "10000"):
        print(bench(int(size)), flush=True)
