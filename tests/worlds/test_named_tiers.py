"""A tier that a world names in its focus and not in its tables, or the other way round, is told with the mend."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from model.tables.faults import Faults
from model.tables.table_files import DATA
from runs.simulation.focus import focus_of
from runs.simulation.shipped_worlds import WORLDS
from runs.simulation.stage import read_story
from runs.worlds.at_rest import world_at_rest
from runs.worlds.world_check import check_world


def example_with(tmp_path: Path, file: str, before: str, after: str) -> Path:
    """The worked example with other words in one of its files."""
    folder = tmp_path / "world"
    shutil.copytree(WORLDS / "example", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def test_lines_in_a_tier_without_a_name_are_told_with_what_to_write(tmp_path: Path) -> None:
    folder = example_with(tmp_path, "focus.toml", '3 = "Gearboxes"\n', "")
    told = (
        "focus.toml: tiers: found no name for tier 3, in which firms.csv has GRA, LOD, FEN; write 3 = \"NAME\" below "
        "[tiers], or give these lines a tier that has a name"
    )  # fmt: skip
    assert check_world(folder).faults == (told,)
    with pytest.raises(Faults) as found:
        read_story("calm", (), folder)
    assert found.value.sentences == (told,)


def test_final_lines_at_home_are_not_taken_for_buyers_abroad(tmp_path: Path) -> None:
    folder = example_with(tmp_path, "firms.csv", "Dale Lifts,VALE,5", "Dale Lifts,VALE,6")
    assert [words for words in check_world(folder).faults if "tier 6, in which firms.csv has DAL;" in words]
    abroad = example_with(tmp_path / "abroad", "firms.csv", "Tarn Hoists,MOOR,5", "Tarn Hoists,MOOR,6")
    assert not check_world(abroad).faults and not check_world(DATA).faults


def test_a_name_of_a_tier_without_lines_is_remarked_on_and_shown_nowhere(tmp_path: Path) -> None:
    folder = example_with(tmp_path, "focus.toml", '3 = "Gearboxes"', '3 = "Gearboxes"\n4 = "Drives"')
    checked = check_world(folder)
    assert not checked.faults and checked.register is not None
    told = "focus.toml, tiers.4 (Drives): no line of firms.csv is in this tier; leave it out, or mend its number"
    assert told in world_at_rest(checked.register)["remarks"]
    assert list(focus_of(checked.register.tables).tiers) == [1, 2, 3, 5]
