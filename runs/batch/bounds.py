"""Bounds of a batch: how much a design may ask for, and how its runs are cut into chunks.

A design that asks for more is refused before any run. The module imports nothing, so that the commands can use its
numbers before anything slow is loaded.
"""

MOST_SEEDS = 10_000
LARGEST_SEED = 2**63 - 1
MOST_CHOICES = 1_000  # of one lever
MOST_POLICIES = 100_000  # combinations of the choices of all levers
MOST_SAMPLES = 10_000_000  # points, and levels of a grid
MOST_POINTS = 10_000_000  # of a grid
MOST_RUNS = 10_000_000  # of a batch
MOST_PROCESSES = 4_096

MOST_CHUNKS = 400  # of a batch, as long as none grows over
MOST_IN_CHUNK = 500  # experiments

TRIED_COMBINATIONS = 256  # of choices, before any run
TRIED_POLICIES = 16  # in search of a run in which luck matters
CACHED_POLICIES = 16  # worlds that a process keeps while luck varies
