"""Words of any signs are picked by settings as they are written, and what is none is told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.scenario.overrides import setting_override
from model.scenario.row_picks import IN_BRACKETS, read_picks, write_picks
from model.tables.faults import Faults
from runs.simulation.settings import override_of

WORDS = st.text('ab |],="\\[\n\u4e2d', min_size=1, max_size=8)
PICKS = st.dictionaries(
    st.sampled_from(("line", "good", "role")), WORDS | st.lists(WORDS, min_size=2, max_size=3), min_size=1
)


@given(PICKS)
def test_what_is_written_is_read_again(picks: dict[str, str | list[str]]) -> None:
    text = write_picks(picks)
    assert read_picks(text) == picks
    found = setting_override(f"needs.cover_days[{text}]*=3")
    assert found is not None and (found["where"], found["times"]) == (picks, 3)
    assert re.fullmatch(rf"x\[{IN_BRACKETS}\]", f"x[{text}]", re.DOTALL)


def test_plain_words_need_no_quotes() -> None:
    assert write_picks({"role": "magnet_maker", "country": "JP"}) == "role=magnet_maker,country=JP"
    assert read_picks('line=5" pipe, 6",good=6" x') == {"line": '5" pipe, 6"', "good": '6" x'}


def test_rows_that_no_column_names_are_a_fault() -> None:
    with pytest.raises(Faults, match="magnet_maker"):
        override_of("needs.cover_days[magnet_maker]=30", "--set")
