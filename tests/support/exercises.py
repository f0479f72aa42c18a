"""Exercises for tests: tables as their runs would give them, without a run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from runs.classroom.exercise import Exercise
from runs.classroom.sweep import place_of


def made_up(exercise: Exercise) -> dict[str, pd.DataFrame]:
    """Tables of the right shape with numbers from nowhere: what a page needs, without a run."""
    luck = np.random.default_rng(1)
    tables = {}
    for sweep in exercise.sweep:
        rows = []
        for point in sweep.points():
            for seed in range(1, sweep.seeds + 1):
                places = {axis: place_of(choice) for axis, choice in point.items()}
                rows.append({**places, "seed": seed, **{name: 10 + luck.random() for name in sweep.measures}})
        tables[sweep.name] = pd.DataFrame(rows)
    return tables
