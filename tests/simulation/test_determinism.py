"""The same seed is the same record to the bit in any process; another seed another, where luck has a say."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model.chance import stream
from runs.simulation.record import Record
from runs.simulation.stage import play, stage

HOUSE = Path(__file__).parents[2]
DAYS = 250
SCRIPT = f"from tests.simulation.test_determinism import digest; print(digest({{name!r}}, {{seed}}, {DAYS}))"


def digest(name: str, seed: int, days: int = DAYS) -> str:
    """A fingerprint of everything in the record of a run."""
    return fingerprint(play(stage(name, seed), days))


def fingerprint(record: Record) -> str:
    """sha256 over all arrays of a record, by name."""
    found = hashlib.sha256()
    tables = {
        "lines": record.lines,
        "needs": record.needs,
        "links": record.links,
        "licences": record.licences,
    }
    for table, values in {**tables, "prices": record.prices, "days": {"news": record.news}}.items():
        for name, array in sorted(values.items()):
            found.update(f"{table} {name} {array.dtype} {array.shape}".encode())
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def elsewhere(name: str, seed: int, hash_seed: str) -> str:
    """The same fingerprint, taken in another process that orders its sets otherwise."""
    script = SCRIPT.format(name=name, seed=seed)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=HOUSE, env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.subprocess
@pytest.mark.parametrize("name", ["april-2025", "full-stop"])
def test_the_same_seed_is_the_same_record_in_another_process(name: str) -> None:
    assert digest(name, 3) == elsewhere(name, 3, "1")


def test_two_runs_side_by_side_do_not_disturb_each_other() -> None:
    alone = digest("april-2025", 5, 120)
    one, other = stage("april-2025", 5), stage("full-stop", 6)
    for _ in range(60):
        other.step()
    assert fingerprint(play(one, 120)) == alone


def test_another_seed_is_another_record_where_licences_are_luck() -> None:
    assert digest("april-2025", 1) != digest("april-2025", 2)


def test_in_calm_times_luck_has_no_say() -> None:
    assert digest("calm", 1, 60) == digest("calm", 2, 60)


def test_luck_has_names() -> None:
    draw = stream(1, "licence", 0).random(4)
    np.testing.assert_array_equal(draw, stream(1, "licence", 0).random(4))
    for other in (stream(2, "licence", 0), stream(1, "inspection", 0), stream(1, "licence", 1)):
        assert np.all(other.random(4) != draw)
