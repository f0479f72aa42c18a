"""What a study leaves out to save time: quiet runs that need not be played, precautions, kinds not asked for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from model.scenario.events import NewsShock
from model.tables.faults import Faults
from runs.__main__ import main
from runs.exposure import quiet_runs, study
from runs.exposure.losses import play_world
from runs.exposure.precautions import with_more_stock
from runs.exposure.quiet_runs import TRIED_DAYS, is_steady, quiet_run, repeats_its_week
from runs.exposure.study import SAVINGS, Study, make_study, measure, measure_all, ranked, run_without_outage
from runs.exposure.words import lacks, tried
from runs.simulation.stage import read_story
from runs.worlds.own_world import write_example
from tests.exposure.test_losses import CALM, candidate, study_of
from tests.support.worlds import chain_of_three


class Here:
    """An executor that does the work at once, in this process."""

    name, tasks = "here", 0

    def width(self) -> int:
        """One task at a time."""
        return 1

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Do it."""
        self.tasks += 1
        future: Future[Any] = Future()
        future.set_result(task(*arguments))
        return future


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Study:
    place = tmp_path_factory.mktemp("own") / "world"
    write_example(place)
    return make_study(read_story("calm", (), place), days=60)


@pytest.mark.slow
def test_a_quiet_run_that_is_not_played_is_as_if_it_had_been(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the base case, with people: what precautions save is the same but for rounding."""
    base = make_study(read_story("calm"))
    chosen = [candidate(base, code) for code in ("CAP", "JCN-L", "magnet_heavy>JP")]
    played: list[int] = []

    def noted(world: Any, seed: int, events: Any = ()) -> Any:
        played.append(1)
        return play_world(world, seed, events)

    monkeypatch.setattr(quiet_runs, "play_world", noted)
    short = [measure(base, each)[0] for each in chosen]
    assert played == []
    monkeypatch.setattr(study, "quiet_run", lambda world, seed, events, usual: noted(world, seed, events))
    for row, each in zip(short, chosen, strict=True):
        full = measure(base, each)[0]
        assert all(row[name] == pytest.approx(full[name], rel=1e-6) for name in SAVINGS if full[name] is not None)
        assert any(full[name] is not None for name in SAVINGS)
    assert len(played) >= len(chosen)


def test_a_quiet_run_is_played_where_the_world_does_not_stay_as_it_is() -> None:
    found = study_of(chain_of_three(parts_cover=10.0), 60)
    (story, tables), usual = found.world, run_without_outage(found, False)
    more = with_more_stock(candidate(found, "MAG"), tables)
    assert quiet_run((story, more), 1, [], usual) is usual and is_steady(usual)
    alarm = NewsShock(
        kind="news", countries=("JP",), level=0.5, note="n", source="s", date=CALM.start + timedelta(TRIED_DAYS - 4)
    )
    assert is_steady(play_world((story, tables), 1, [alarm])), "nobody here minds the news"
    assert not repeats_its_week((story, tables), 1, [alarm], usual), "yet the world is another one"
    assert quiet_run((story, tables), 1, [alarm], usual) is not usual
    event = candidate(found, "SEP").event(tables, CALM.start + timedelta(days=3), 900)
    assert quiet_run((story.model_copy(update={"shocks": (event,)}), tables), 1, [], usual) is not usual
    fewer = replace(tables, firms=tuple(
        line.model_copy(update={"demand_per_year": line.demand_per_year / 2}) for line in tables.firms
    ))  # fmt: skip
    assert quiet_run((story, fewer), 1, [], usual) is not usual
    assert not is_steady(play_world((story, tables), 1, [event]))


@pytest.mark.slow
def test_precautions_are_tried_for_the_largest_losses(valley: Study) -> None:
    executor, ticks = Here(), list[None]()
    every = [row for row, _ in measure_all(valley, executor, lambda: ticks.append(None))]
    assert executor.tasks == len(ticks) == 2 * len(valley.candidates)
    some = [row for row, _ in measure_all(valley, Here(), lambda: None, 3)]
    full, first = ranked(every), ranked(some)
    assert first[:3].equals(full[:3]) and full["saved_by_stock_pct"][3:].notna().any()
    assert first["saved_by_stock_pct"][3:].isna().all() and first["loss_jpy_bn"].equals(full["loss_jpy_bn"])
    assert "Precautions were tried for the 3 largest losses" in tried(valley, 3)
    assert "Precautions" not in tried(valley) + tried(valley, len(valley.candidates))


def test_only_what_is_asked_for_is_taken_out(valley: Study) -> None:
    lines = make_study(valley.world, days=60, kinds=["line"])
    assert {each.kind for each in lines.candidates} == {"line"} and len(lines.candidates) == 11
    assert tried(lines).startswith("Tried: 11 lines; seed 1")
    assert not any("No licence" in words or "No country" in words for words in lacks(lines))
    bare = (CALM, replace(chain_of_three(), goods=tuple(
        good.model_copy(update={"controlled": 0.0}) for good in chain_of_three().goods
    )))  # fmt: skip
    with pytest.raises(Faults, match="--only licence: found none in this world"):
        make_study(bare, kinds=["licence"])


@pytest.mark.parametrize("words", [["--only", "firm"], ["--precautions", "some"]])
def test_what_cannot_be_asked_is_a_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", *words]) == 2
    assert "choose from" in capsys.readouterr().err


@pytest.mark.subprocess
@pytest.mark.slow
def test_the_page_of_some_kinds_says_its_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_example(tmp_path / "world")
    words = ["exposure", "--world", str(tmp_path / "world"), "--only", "country", "--precautions", "top", "--top", "1"]
    assert main([*words, "--processes", "1", "--out", str(tmp_path / "out")]) == 0
    assert "tried for the 1 largest losses" in " ".join(capsys.readouterr().out.split())
    page = (tmp_path / "out" / "exposure.html").read_text(encoding="utf-8")
    assert "exposure --scenario calm" in page and "--only country" in page and "No licence" not in page
