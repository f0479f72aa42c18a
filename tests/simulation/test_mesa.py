"""The stage as a Mesa model among others: no arguments, ten steps, a frame, a batch, and a decent end."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from pathlib import Path

import mesa
import pandas as pd
import pytest

from agents.automaker import Automaker
from agents.firm import Firm
from runs.simulation.stage import REPORTERS, Stage

HOUSE = Path(__file__).parents[2]
TWO_WEEKS = ("days=14",)


@pytest.fixture(scope="module")
def model() -> Stage:
    """A model after ten steps."""
    stage = Stage()
    for _ in range(10):
        stage.step()
    return stage


def test_a_stage_without_arguments_runs_ten_steps(model: Stage) -> None:
    assert model.steps == 10 == model.day
    assert model.running


def test_agents_are_the_people_on_the_stage(model: Stage) -> None:
    assert set(model.agents) == set(model.people.values())
    assert len(model.agents_by_type[Automaker]) == sum(isinstance(p, Automaker) for p in model.people.values()) > 0
    assert {agent.unique_id for agent in model.agents} == set(range(1, len(model.agents) + 1))
    firms = [agent for agent in model.agents if isinstance(agent, Firm)]
    assert len({firm.line for firm in firms}) == len(firms)


def test_the_collector_keeps_a_row_a_day_and_the_start(model: Stage) -> None:
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(REPORTERS) and len(frame) == 11
    assert frame.notna().all().all()


def test_running_stops_at_the_end_of_the_story() -> None:
    model = Stage("calm", settings=TWO_WEEKS)
    model.run_model()
    assert model.day == model.steps == 14 and not model.running


@pytest.mark.filterwarnings("ignore:.*iterations.*:DeprecationWarning")  # a newer Mesa wishes for another spelling
@pytest.mark.parametrize("seeds", [[], [1], [1, 2]])
def test_mesa_can_run_a_batch_of_it(seeds: list[int]) -> None:
    parameters = {"name": ["april-2025"], "settings": [TWO_WEEKS], **({"rng": seeds} if seeds else {})}
    rows = mesa.batch_run(Stage, parameters, max_steps=5, data_collection_period=-1, display_progress=False)
    frame = pd.DataFrame(rows)
    assert len(frame) == max(1, len(seeds))
    assert set(REPORTERS) <= set(frame.columns)
    if seeds and mesa.__version__ < "3.4":  # Mesa 3.4 and 3.5 lose seeds that travel as parameters
        assert list(frame["rng"]) == seeds


def test_without_a_seed_each_stage_has_luck_of_its_own_and_tells_it() -> None:
    seeds = [Stage("calm", rng=None, settings=TWO_WEEKS).seed for _ in range(3)]
    assert len(set(seeds)) == 3
    again = Stage("calm", rng=seeds[0], settings=TWO_WEEKS)
    assert again.datacollector.get_model_vars_dataframe()["Seed"].tolist() == [seeds[0]]


@pytest.mark.filterwarnings("ignore:.*iterations.*:DeprecationWarning")
def test_iterations_of_a_batch_are_draws_of_luck_whose_rows_can_be_played_again() -> None:
    parameters = {"name": "april-2025", "settings": [("days=220",)]}
    rows = mesa.batch_run(
        Stage, parameters, iterations=3, max_steps=220, data_collection_period=-1, display_progress=False
    )
    frame = pd.DataFrame(rows)
    names = [name for name in REPORTERS if name != "Seed"]
    assert frame["Seed"].nunique() == 3 and len(frame[names].drop_duplicates()) == 3
    model = Stage("april-2025", int(frame["Seed"][1]), ("days=220",))
    model.run_model()
    noted = model.datacollector.get_model_vars_dataframe()[names]  # Mesa's batch tells the last step but one
    assert noted.loc[frame["Step"][1]].tolist() == frame[names].iloc[1].tolist()


@pytest.mark.parametrize("seed", [-1, 1.5, "1e3", True, None])
def test_a_seed_that_is_none_is_told(seed: object) -> None:
    if seed is None:
        assert Stage("calm", seed, TWO_WEEKS).seed >= 0
        return
    with pytest.raises(ValueError, match="rng must be a whole number >= 0"):
        Stage("calm", seed, TWO_WEEKS)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_model_that_is_released_can_be_forgotten() -> None:
    model = Stage("calm", settings=TWO_WEEKS)
    model.step()
    gone = weakref.ref(model)
    model.release()
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.subprocess
def test_our_own_code_raises_no_warning() -> None:
    script = (
        "from runs.simulation.stage import Stage\nmodel = Stage()\nfor _ in range(3): model.step()\nprint(model.steps)"
    )
    strict = [
        "-W",
        "error::DeprecationWarning",
        "-W",
        "error::FutureWarning",
        "-W",
        "error::PendingDeprecationWarning",
    ]
    done = subprocess.run(
        [sys.executable, *strict, "-c", script],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("3", "")
