"""A fault in one table is told once, and brings no false one from another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runs.simulation.shipped_worlds import WORLDS
from runs.worlds.world_check import check_world

HIL = "HIL,HIL,Hill Bearings,VALE,2,magnet_maker,bearing"
DAL = "DAL,DAL,Dale Lifts,VALE,5,industry,lift"
CASES = {  # file, what stands there, what is written instead, and the one fault that is told
    "a number with a comma": ("firms.csv", "1,0,0.07,gearboxes,Grange", "1,0,0,07,gearboxes,Grange",
                              "firms.csv: line 7: found more or fewer cells"),
    "a cell too few": ("firms.csv", HIL, HIL.replace("HIL,HIL", "HILHIL"), "firms.csv: line 6: found more or fewer"),
    "a quotation mark that is not closed": ("firms.csv", HIL, f'"{HIL}', "firms.csv: lines 6 to 12, as one row: found"),
    "no code": ("firms.csv", HIL, HIL[3:], "firms.csv: line 6 (), line: found ''"),
    "the code of an office": ("firms.csv", HIL, f"authority{HIL[3:]}", "firms.csv: line 6 (authority), line: found"),
    "the code of another": ("firms.csv", HIL, f"CAP{HIL[3:]}", "firms.csv: line 6 (CAP): found a second row for CAP"),
    "an unknown good": ("firms.csv", HIL, HIL.replace("bearing", "bering"), "firms.csv: line 6 (HIL), good: found"),
    "the only line of its industry": ("firms.csv", DAL, DAL.replace(",5,", ",x,"), "firms.csv: line 10 (DAL), tier"),
    "a need of nobody": ("needs.csv", "HIL,steel", "HILL,steel", "needs.csv: line 4 (HILL:steel), line: found 'HILL'"),
    "a need for no good": ("needs.csv", "HIL,steel", "HIL,stel", "needs.csv: line 4 (HIL:stel), good: found 'stel'"),
    "a link that cannot be read": ("links.csv", "BRO,HIL,steel,0.3", "BRO,HIL,steel,0,3", "links.csv: line 5: found"),
    "a link of no good": ("links.csv", "BRO,HIL,steel", "BRO,HIL,stel", "links.csv: line 5 (BRO>HIL:stel), good"),
    "a good without a code": ("goods.csv", "gearbox,gearboxes", ",gearboxes", "goods.csv: line 4 (), good: found ''"),
    "a country that cannot be read": ("countries.csv", "VALE,", "VALE,,", "countries.csv: line 3: found more or fewer"),
    "a zone in capitals": ("countries.csv", ",outside,", ",Outside,", "small letters, digits and _ were expected"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_fault_is_told_and_no_other(case: str, tmp_path: Path) -> None:
    file, before, after, told = CASES[case]
    shutil.copytree(WORLDS / "example", tmp_path / "world")
    path = tmp_path / "world" / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    faults = check_world(tmp_path / "world").faults
    assert len(faults) == 1 and told in faults[0], faults


def test_a_line_that_is_misspelt_is_still_told_of_wherever_it_is_named(tmp_path: Path) -> None:
    shutil.copytree(WORLDS / "example", tmp_path / "world")
    path = tmp_path / "world" / "firms.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(HIL, f"HILL{HIL[3:]}"), encoding="utf-8")
    faults = check_world(tmp_path / "world").faults
    assert len(faults) == 6 and all(
        "found 'HIL', which is not a known line; did you mean 'HILL'?" in words for words in faults
    )
