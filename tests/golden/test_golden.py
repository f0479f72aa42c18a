"""Golden runs: what each scenario came to, kept; a change of results must be told in the changelog.

`python3 -m tests.golden.test_golden` writes them anew. Where a result has changed, say in CHANGELOG.md, under *Results
change*, which outcomes moved, by how much and why, with the digest that the command prints. An outcome or a scenario
that is new changes no result: until the next change it is kept in added.json, and needs no line.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from model.scenario.scenario_files import scenario_names
from runs.measures.outcomes import outcomes
from runs.simulation.stage import SCENARIOS, play, stage

GOLDEN = Path(__file__).parent
ADDED = GOLDEN / "added.json"  # by scenario, outcomes that are newer than the last change of results
CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
SEED = 1
NAMES = scenario_names(SCENARIOS)
DIGITS = 6  # significant: other processors and numba versions round the last digits otherwise

Results = dict[str, Any]


def run(name: str) -> Results:
    """What a scenario comes to."""
    return {key: rounded(value) for key, value in outcomes(play(stage(name, SEED))).items()}


def rounded(value: Any) -> Any:
    """A number to as many digits as are kept."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def close(value: Any) -> Any:
    """A number as near as another processor makes it."""
    return pytest.approx(value, rel=1e-4, abs=1e-6) if isinstance(value, float) else value


def told(name: str) -> Results:
    """The results of a scenario at the last change that the changelog tells of; none, if the scenario is newer."""
    file = GOLDEN / f"{name}.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def added(name: str) -> Results:
    """The outcomes of a scenario that were added since."""
    return dict(json.loads(ADDED.read_text(encoding="utf-8")).get(name, {}))


def changes(kept: Results, now: Results) -> dict[str, tuple[Any, Any]]:
    """The outcomes that were kept and are gone or different: before and now."""
    return {key: (value, now.get(key)) for key, value in kept.items() if key not in now or value != close(now[key])}


def digest(results: dict[str, Results]) -> str:
    """A short name for the results of all scenarios together."""
    return hashlib.sha256("".join(text(results[name]) for name in sorted(results)).encode()).hexdigest()[:8]


def text(results: Results) -> str:
    """Results as they stand in a file."""
    return json.dumps(results, indent=1, sort_keys=True) + "\n"


def write() -> None:
    """Run everything and keep what it comes to."""
    now = {name: run(name) for name in NAMES}
    if any(changes(told(name), now[name]) for name in NAMES):
        for name, results in now.items():
            (GOLDEN / f"{name}.json").write_text(text(results), encoding="utf-8")
        ADDED.write_text("{}\n", encoding="utf-8")
        print(f"results changed; put their digest into CHANGELOG.md under Results change: {digest(now)}")
        return
    newer = {name: {key: value for key, value in now[name].items() if key not in told(name)} for name in NAMES}
    ADDED.write_text(text({name: results for name, results in newer.items() if results}), encoding="utf-8")
    print("no result changed; outcomes and scenarios that are new are kept in added.json")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_scenario_comes_to_what_it_came_to(name: str) -> None:
    kept = told(name) | added(name)
    assert kept, f"{name} is new: python3 -m tests.golden.test_golden keeps what it comes to"
    moved = changes(kept, run(name))
    assert not moved, f"results of {name} changed (kept, now): {moved}; see the head of this file"


def test_the_changelog_tells_of_these_results() -> None:
    told_of = CHANGELOG.read_text(encoding="utf-8").split("Results change", 1)[-1]
    assert digest({name: told(name) for name in NAMES if told(name)}) in told_of


def test_a_new_outcome_is_no_change_and_a_lost_or_different_one_is() -> None:
    kept = {"days": 455, "loss": 2.5}
    assert not changes(kept, {"days": 455, "loss": 2.5 + 1e-7, "new": 1})
    assert changes(kept, {"days": 455}) == {"loss": (2.5, None)}
    assert changes(kept, {"days": 455, "loss": 2.6}) == {"loss": (2.5, 2.6)}


if __name__ == "__main__":
    write()
