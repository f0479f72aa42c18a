"""One shock in four models: the page says what the runs give, and its reasons are in them."""

from __future__ import annotations

import numpy as np
import pytest

from runs.validation.four_models import (
    OURS,
    PAGE,
    PICTURE,
    Played,
    play_all,
    shock_days,
    tables_of_page,
    with_tables,
)


def played(total: list[float]) -> Played:
    """One firm that makes so much a day, of 10."""
    return Played(10.0 * np.array(total)[:, None], np.array([10.0]), ["separator"])


def test_what_is_counted_of_a_run() -> None:
    run = played([1.0, 1.0, 0.8, 0.7, 0.9, 1.0, 0.99, 1.0])
    assert run.separator_low == 3 and run.lost == pytest.approx(0.61) and run.recovered(5) == 2
    assert played([1.0, 0.5]).recovered(1) is None and played([1.0, 1.0]).separator_low is None


@pytest.mark.slow
def test_the_page_says_what_the_runs_give() -> None:
    story, models, changed = play_all()
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text, tables_of_page(story, models, changed)) == text
    assert f"../pictures/{PICTURE.name}" in text and PICTURE.is_file() and shock_days(story) == (5, 65)
    lost = {name: run.lost for name, run in models.items()}
    assert max(lost, key=lambda name: lost[name]) == "BoARIO"
    effect = {name: abs(run.lost - lost[OURS]) for name, run in changed.items()}
    assert max(effect, key=lambda name: effect[name]) == "a line slows below 0.8 of its stock"
