"""Golden runs: what each scenario came to, kept; a change of results must be told in the changelog.

Rewrite them with `python3 -m tests.simulation.test_golden` and then say in CHANGELOG.md, under *Results change*, which
outcomes moved, by how much and why, with the digest that the command prints.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from model.scenario.scenario import scenario_names
from runs.measures.outcomes import outcomes
from runs.simulation.stage import SCENARIOS, play, stage

GOLDEN = Path(__file__).parent / "golden"
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
SEED = 1
NAMES = scenario_names(SCENARIOS)
DIGITS = 6  # significant: other processors and numba versions round the last digits otherwise


def run(name: str) -> dict[str, Any]:
    """What a scenario comes to."""
    return {key: rounded(value) for key, value in outcomes(play(stage(name, SEED))).items()}


def rounded(value: Any) -> Any:
    """A number to as many digits as are kept."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def close(value: Any) -> Any:
    """A number as near as another processor makes it."""
    return pytest.approx(value, rel=1e-4, abs=1e-6) if isinstance(value, float) else value


def digest() -> str:
    """A short name for all golden runs together."""
    texts = b"".join((GOLDEN / f"{name}.json").read_bytes() for name in NAMES)
    return hashlib.sha256(texts).hexdigest()[:8]


def write() -> None:
    """Run everything and keep what it comes to."""
    GOLDEN.mkdir(exist_ok=True)
    for name in NAMES:
        text = json.dumps(run(name), indent=1, sort_keys=True)
        (GOLDEN / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(f"golden runs written; put their digest into CHANGELOG.md under Results change: {digest()}")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_scenario_comes_to_what_it_came_to(name: str) -> None:
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    now = run(name)
    near = {key: close(value) for key, value in now.items()}
    moved = {key: (kept.get(key), now.get(key)) for key in kept.keys() | now.keys() if kept.get(key) != near.get(key)}
    assert not moved, f"results of {name} changed (kept, now): {moved}; see the head of this file"


def test_the_changelog_tells_of_these_results() -> None:
    assert digest() in CHANGELOG.read_text(encoding="utf-8").split("Results change", 1)[-1]


if __name__ == "__main__":
    write()
