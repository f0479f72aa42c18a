"""What an ensemble tells of free numbers: widths and pairs known by hand, and bands of facts from worlds and luck."""

from pathlib import Path

import numpy as np
import pytest

from model.tables.calibrated import read_tuned
from model.tables.ensemble import settings_for_scenario
from model.tables.free_numbers import FreeNumber, read_free_numbers
from model.tables.table_files import DATA
from runs.batch.fates import scenario_documents
from runs.measures.spread import Band, Fate, band_of
from runs.validation.fact_results import FactResult, how_measured, result_row, with_ensemble
from runs.validation.figures import told_figure
from runs.validation.identifiability import (
    Identifiability,
    is_read_by_flagship,
    play_flagship,
    sentences_of,
    tell_numbers,
    told_row,
)
from runs.validation.page import Validation, validation_page, write_validation
from runs.validation.stylised_facts import StylisedFact

LUCK = np.random.default_rng(5)
KEYS = ("review", "capacity_june", "stance_jp_june", "minds *:caution value")


def free(key: str, role: str = "searched") -> FreeNumber:
    return FreeNumber.model_validate({"key": key, "role": role, "low": 0, "high": 1, "assumed": "0.5", "reason": "toy"})


@pytest.fixture(scope="module")
def told() -> Identifiability:
    """The first number is told, the next two only as their sum, the last not at all."""
    narrow, wide, other = LUCK.uniform(0.4, 0.6, 400), *LUCK.uniform(0, 1, (2, 400))
    columns = (narrow, wide, np.clip(1 - wide + LUCK.normal(0, 0.05, 400), 0, 1), other)
    worlds = [dict(zip(KEYS, row, strict=True)) for row in np.transpose(columns)]
    found = tell_numbers([free(key) for key in KEYS], worlds)
    fates = [Fate(80.0 + day, 1.0, day / 10) for day in range(20)] + [Fate(np.nan, 0.0, 0.0)]
    return Identifiability(found, Fate(90.0, 1.0, 0.7), fates)


def test_widths_and_pairs_are_those_of_the_worlds(told: Identifiability) -> None:
    narrow, wide, mirrored, other = told.numbers
    assert narrow.width == pytest.approx(0.2, abs=0.03) and narrow.verdict == "told"
    assert wide.width == pytest.approx(1.0, abs=0.06) and wide.verdict == mirrored.verdict == "told only together"
    assert wide.partner == mirrored.key and wide.correlation == pytest.approx(-0.98, abs=0.03)
    assert other.verdict == "not told" and told_row(other)[5] == ""


def test_a_world_in_which_nothing_stops_counts_as_the_latest(told: Identifiability) -> None:
    assert band_of(told.worlds, "first_stop") == Band(81.0, 90.0, 99.0)
    everywhere = Identifiability(told.numbers, told.central, [Fate(np.nan, 0.0, 0.0)] * 3)
    assert "car line never (90 %: never to never)" in sentences_of(everywhere)[1]
    assert "tell 1, 2 only together with another, and 1 not" in sentences_of(told)[0]


def test_only_cells_of_the_tables_reach_the_flagship() -> None:
    assert is_read_by_flagship("minds *:caution value") and not is_read_by_flagship("news_october")
    numbers = read_free_numbers(DATA, read_tuned(DATA))
    world = {number.key: float(number.assumed) for number in numbers if number.role != "tied"}
    settings = settings_for_scenario(world, scenario_documents("april-2025"))
    assert len(settings) == len(world)
    assert not any("news_october" in each for each in settings_for_scenario(world, scenario_documents("two-months")))


def test_the_flagship_moves_with_a_number() -> None:
    calm, worried = (play_flagship({"minds *:fear_of_news value": value}) for value in (0.0, 1.0))
    assert calm != worried and 30 < calm.first_stop < 365


def test_the_band_of_a_fact_comes_from_worlds_and_its_verdict_from_the_base_case() -> None:
    fact = StylisedFact("1", "april-2025", "a", "ratio", 1.0, 0.9, 1.1, "held out", "", "", "")
    alone = FactResult(fact, 1.05, 1.04, 1.06, 30, 30, True)
    assert with_ensemble(alone, []) == alone and "luck alone" in how_measured([alone])
    both = with_ensemble(alone, [0.8, 0.95, 1.0, 1.05, 1.2])
    assert (both.median, both.passes, both.worlds, both.within) == (1.05, True, 5, 3)
    assert both.low == pytest.approx(0.83) and both.high == pytest.approx(1.17)
    assert result_row(both)[5:] == ("0.83 to 1.17", "tuned on later", "", "pass")
    assert with_ensemble(alone, [np.nan, np.nan, 1.0]).low is None
    assert "5 worlds" in how_measured([both]) and both.plain()["worlds_within"] == 3


@pytest.mark.slow
def test_the_page_says_what_the_facts_tell(told: Identifiability, tmp_path: Path) -> None:
    fact = StylisedFact("1", "april-2025", "a", "ratio", 1.0, 0.9, 1.1, "yes", "", "", "")
    validation = Validation([FactResult(fact, 1.05, 1.04, 1.06, 30, 30, True)], told=told)
    write_validation(validation, tmp_path)
    page = (tmp_path / "validation.html").read_text(encoding="utf-8")
    assert "not told" in page and (tmp_path / "what-the-facts-tell.png").stat().st_size > 10_000
    assert len((tmp_path / "what-the-facts-tell.csv").read_text(encoding="utf-8").splitlines()) == 1 + len(KEYS)
    assert "What the facts tell" not in validation_page(Validation(validation.results), [])
    assert told_figure(told).axes[1].get_xlabel()
