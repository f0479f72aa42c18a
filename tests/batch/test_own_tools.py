"""The page for researchers with tools of their own: its code runs, and gives what its words say."""

from __future__ import annotations

import math
import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mesa
import pandas as pd
import pytest

import runs.batch
from runs.__main__ import main

PAGE = Path(runs.batch.__file__).with_name("OWN_TOOLS.md")
BLOCK = re.compile(r"^```(python|toml|sh)(?: with=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOSS = "value_added_lost_jpy_bn_JP"


def here(needed: str) -> bool:
    """Whether what a block needs is installed: a package, a version of Mesa, or a function of it."""
    if needed == "mesa>=3.5":
        return hasattr(mesa.Model, "run_until")
    if needed == "mesa.run_scenarios":
        return here("mesa>=3.5") and find_spec("mesa.experimental.scenarios.runner") is not None
    return not needed or find_spec(needed) is not None


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that the page leaves behind when all of it has run that can run here."""
    names: dict[str, Any] = {"__name__": "own_tools"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("page"))
        for kind, needed, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            if not here(needed):
                continue
            if kind == "toml":
                Path("stock.toml").write_text(text, encoding="utf-8")
            elif kind == "sh":
                for line in text.splitlines():
                    assert main([*shlex.split(line)[1:], "--processes", "1"]) == 0
            else:
                exec(compile(text, f"{PAGE.name}: {text.splitlines()[0]}", "exec"), names)
    return names


def needs(package: str) -> pytest.MarkDecorator:
    """Leave a test out where a block of the page cannot run."""
    return pytest.mark.skipif(not here(package), reason=f"{package} is not installed; its block was not run")


def test_no_block_is_of_a_kind_that_nobody_runs() -> None:
    page = PAGE.read_text(encoding="utf-8")
    blocks = BLOCK.findall(page)
    assert page.count("```") == 2 * len(blocks)
    packages = {"xarray", "ema_workbench", "SALib", "mesa>=3.5", "mesa.run_scenarios"}
    assert {needed for _, needed, _ in blocks} == packages | {""}
    (workbench,) = [text for _, needed, text in blocks if needed == "ema_workbench"]
    assert len([line for line in workbench.splitlines() if line.strip()]) <= 15


@pytest.mark.slow
@pytest.mark.subprocess
def test_a_run_is_a_function_of_its_settings_and_its_seed(found: dict[str, Any]) -> None:
    run_once, cover = found["run_once"], found["COVER"]
    assert found["lean"][LOSS] > found["ample"][LOSS]
    assert repr(run_once({cover: 20})) == repr(found["lean"])  # as text, for not a number is no equal of itself
    assert math.isnan(run_once({}, days=30)["first_stop_day_JP"])


@pytest.mark.slow
@pytest.mark.subprocess
@needs("xarray")
def test_what_a_batch_gives_as_an_array_is_what_its_frame_holds(found: dict[str, Any]) -> None:
    by_cover = found["frame"].groupby("cover")[LOSS].mean()
    assert len(found["frame"]) == 2 * 3 * 2
    assert found["saved"].item() == pytest.approx(by_cover[20.0] - by_cover[120.0]) and found["saved"].item() > 0


@pytest.mark.slow
@pytest.mark.subprocess
@needs("ema_workbench")
def test_the_workbench_plays_each_policy_under_the_same_futures_and_luck(found: dict[str, Any]) -> None:
    inputs, losses = found["inputs"], found["arrays"][LOSS]
    assert len(inputs) == len(losses) == 12 and inputs["cover"].nunique() == 3 and inputs["luck"].nunique() == 4
    futures = inputs.groupby("cover")[["fear", "luck"]].apply(lambda rows: sorted(map(tuple, rows.to_numpy())))
    assert all(each == futures.iloc[0] for each in futures)
    for row in (0, 11):
        values = inputs.iloc[row]
        again = found["run_once"]({found["COVER"]: values["cover"], found["FEAR"]: values["fear"]}, seed=values["luck"])
        assert again[LOSS] == losses[row]


@pytest.mark.slow
@pytest.mark.subprocess
@needs("SALib")
def test_salib_has_an_index_for_each_input(found: dict[str, Any]) -> None:
    points, losses, indices = found["points"], found["losses"], found["indices"]
    assert points.shape == (4 * (2 + 2), 2) and len(losses) == len(points) and len(set(losses)) > len(points) // 2
    cover, fear = indices["ST"]
    assert cover > fear  # days of stock decide, at either end of what firms fear


@pytest.mark.slow
@pytest.mark.subprocess
@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run any more")
def test_runs_of_mesas_batch_differ_by_luck_and_are_told_apart_by_their_seed(found: dict[str, Any]) -> None:
    fresh, given = pd.DataFrame(found["fresh"]), pd.DataFrame(found["given"])
    assert len(fresh) == len(given) == 4
    assert fresh["Seed"].nunique() == 4 and sorted(given["Seed"]) == [1, 1, 2, 2]
    for _, rows in fresh.groupby("settings"):
        assert rows["Applications waiting"].nunique() == 2  # the office's luck
    names = ["Vehicles a day", "Applications waiting"]
    row = given.iloc[0]
    again = found["Stage"]("april-2025", int(row["Seed"]), row["settings"])
    while again.running:
        again.step()
    assert again.datacollector.get_model_vars_dataframe()[names].iloc[int(row["Step"])].tolist() == row[names].tolist()


@pytest.mark.slow
@pytest.mark.subprocess
@needs("mesa>=3.5")
def test_a_stage_of_a_scenario_of_mesa_is_the_run_of_its_settings(found: dict[str, Any]) -> None:
    days, cover = found["days"], found["COVER"]
    assert len(days) == 150 + 14 + 1 and found["chain"].scenario.cover == 20.0
    again = found["Stage"]("two-months", 1, ("days=320", f"{cover}=20.0"))
    for _ in range(164):
        again.step()
    assert again.datacollector.get_model_vars_dataframe().equals(days)


@pytest.mark.slow
@pytest.mark.subprocess
@needs("mesa.run_scenarios")
def test_mesa_runs_scenarios_with_the_luck_that_they_name(found: dict[str, Any]) -> None:
    played = found["played"]
    assert [days["Seed"].iloc[-1] for _, days in sorted(played.items())] == [1, 2, 1, 2]
    assert {len(days) for days in played.values()} == {201}
    lean, ample = (played[number]["Cover of magnet makers"].iloc[60] for number in (0, 2))
    assert lean < ample
