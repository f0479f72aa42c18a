"""Facts of a world of one's own: verdicts against days and amounts that were worked out by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from model.tables.faults import Faults
from runs.__main__ import main
from runs.simulation.record import Record
from runs.simulation.shipped_worlds import WORLDS
from runs.validation.fact_results import FactResult, judge_fact, result_row
from runs.validation.stylised_facts import StylisedFact
from runs.validation.world_facts import measure_facts, play_world, read_world_facts

HEAD = "fact,episode,what,unit,target,low,high,measure,argument,tuned_on\n"
# In the example papers are filed from 1 March and ruled on again from 1 August, 153 days later; a review is 20 days.
ROWS = (
    '1,scenario,bearings to Valeland in April,ratio,0,0,0.01,exports,"good=bearing,to=VALE,month=2026-04",no',
    '2,scenario,licences by July,%,0,0,0.1,licences_granted,"good=bearing,to=VALE,until=2026-07-31",no',
    '3,scenario,first licence,day,173,173,175,first_licence,"good=bearing,to=VALE",no',
    "4,scenario,Brook Steelworks is back,day,9,1,20,length_of_stop,line=BRO,no",
    '5,scenario,lifts in January,ratio,1,0.99,1.01,output,"month=2026-01,industry=lifts",no',
    "6,scenario,lines of Reefland that stopped,lines,3,2,4,lines_stopped,country=REEF,no",
    "7,scenario,value added lost,bn,,,,value_added_lost_jpy_bn_VALE,,no",
    "8,scenario,applications were taken in,papers,1,1,1e9,applications_filed,,imposed",
)
FACTS = HEAD + "\n".join(ROWS) + "\n"


def write_world(folder: Path, facts: str = FACTS) -> Path:
    shutil.copytree(WORLDS / "example", folder)
    (folder / "facts.csv").write_text(facts, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def example() -> Record:
    return play_world(WORLDS / "example", "scenario", 1)


def test_verdicts_are_those_worked_out_by_hand(example: Record, tmp_path: Path) -> None:
    facts = read_world_facts(write_world(tmp_path / "own"))
    results = [judge_fact(fact, [value]) for fact, value in zip(facts, measure_facts(example, facts), strict=True)]
    assert [result.words() for result in results] == [
        "pass", "pass", "pass", results[3].words(), "pass", "miss", "prediction", "imposed",
    ]  # fmt: skip
    assert results[5].median == 0.0  # makers at home go on for buyers at home
    assert results[2].median in (173.0, 174.0)


def test_the_command_writes_its_table_and_says_how_many_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = "".join(FACTS.splitlines(keepends=True)[index] for index in (0, 1, 3, 6))
    world = write_world(tmp_path / "own", few)
    assert main(["validate", "--world", str(world), "--seeds", "1", "--out", str(tmp_path / "out")]) == 0
    assert "2 of 3 facts kept aside are within their tolerance" in capsys.readouterr().out
    written = json.loads((tmp_path / "out" / "facts.json").read_text(encoding="utf-8"))
    assert [each["verdict"] for each in written] == ["pass", "pass", "miss"]
    assert "No papers for bearings" in (tmp_path / "out" / "validation.html").read_text(encoding="utf-8")


def test_all_faults_of_a_table_are_told_together(tmp_path: Path) -> None:
    rows = "1,no-such,a,b,x,3,2,first_stop,,no\n2,scenario,a,b,1,1,,first_stop,,maybe\n3,scenario,a\n"
    with pytest.raises(Faults) as found:
        read_world_facts(write_world(tmp_path / "own", HEAD + rows))
    words = "\n".join(found.value.sentences)
    for part in ("line 2, target: found 'x'", "not a known scenario", "line 3, low and high", "tuned_on: found 'maybe'",
                 "line 4, unit: it is missing"):  # fmt: skip
        assert part in words, words


@pytest.mark.parametrize(
    ("measure", "argument", "words"),
    [
        ("exports", "good=bearings,to=VALE,month=2026-04", "did you mean 'bearing'"),
        ("exports", "good=bearing,to=VALE", "month is missing"),
        ("exports", "good=bearing,to=VALE,month=2031-04", "not a known month"),
        ("exports", "goods=bearing,to=VALE,month=2026-04", "not a known part"),
        ("output", "industry=lifts", "not a known month"),
        ("first_stop", "line=NOBODY", "no line"),
        ("frist_stop", "line=DAL", "first_stop"),
    ],
)
def test_what_cannot_be_measured_is_told(
    measure: str, argument: str, words: str, example: Record, tmp_path: Path
) -> None:
    world = write_world(tmp_path / "own", HEAD + f'1,scenario,a,b,1,1,1,{measure},"{argument}",no\n')
    with pytest.raises(Faults) as found:
        measure_facts(example, read_world_facts(world))
    assert words in found.value.sentences[0] and "fact 1" in found.value.sentences[0]


def test_maps_are_of_the_base_case_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--world", str(write_world(tmp_path / "own")), "--maps"]) == 2
    assert "--maps: it is about the base case" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("high", "shown"), [(0.01, ("0.002", "0.0013 to 0.01", "0.0016")), (1.0, ("0", "0 to 1", "0"))]
)
def test_small_numbers_are_told_apart(high: float, shown: tuple[str, ...]) -> None:
    fact = StylisedFact("1", "scenario", "lost", "bn EUR", 0.002, 0.0013, high, "no", (), "first_stop", "")
    found = FactResult(fact, 0.0016, 0.0015, 0.0018, 2, 2, True)
    assert result_row(found)[2:5] == shown
