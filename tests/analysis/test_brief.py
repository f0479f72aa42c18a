"""The page to hand over: every number from the Parquet files, two sheets of paper, and no batch that it cannot tell."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from runs.__main__ import main
from runs.analysis.amounts import number_with_error
from runs.analysis.answer import answer, parts_of
from runs.analysis.brief import write_brief
from runs.analysis.findings import Findings, read_findings
from runs.analysis.kept_outcomes import CARS, COST
from runs.analysis.summary import summarize
from tests.analysis.test_analyse import findings
from tests.analysis.test_answers_from_files import T_OF_THREE_FREE, made_batch, rows_of, run_small_batch
from tests.support.pages import browser_path

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
BASE = "as it is"
KOREAN = "value_added_lost_jpy_bn_KR"


def text_of(page: Path) -> str:
    """The words of a page, its figure and its styles left out."""
    html = re.sub(r"<style>.*?</style>|<img[^>]*>", " ", page.read_text(encoding="utf-8"), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = run_small_batch(tmp_path_factory.mktemp("brief"), "latin", 4)
    assert main(["analyse", str(folder)]) == 0
    return folder


def numbers_from_files(place: Path) -> set[str]:
    """Each number that the page may show of outcomes, computed from the rows of the Parquet files alone."""
    rows = rows_of(place)
    cell = {(row["cover"], row["cars"], row["future"]): row for row in rows}
    policies = list(dict.fromkeys((row["cover"], row["cars"]) for row in rows))
    daily = read_findings(place).about["vehicles_a_day"]
    precaution = read_findings(place).precaution
    texts: list[str] = []

    def note(values: np.ndarray, sizes: tuple[float, ...]) -> None:
        margin = T_OF_THREE_FREE * values.std(ddof=1) / 2.0
        margin = margin if margin > 1e-12 * abs(values).max() else 0.0
        texts.extend(
            number_with_error(sign * values.mean() / size, margin / size) for size in sizes for sign in (1, -1)
        )

    money = (1000.0, 1.0, 0.001)
    for policy in policies:
        column = {name: np.array([cell[*policy, future][name] for future in range(4)]) for name in
                  (COST, CARS, precaution)}  # fmt: skip
        base = {name: np.array([cell[BASE, BASE, future][name] for future in range(4)]) for name in column}
        note(column[COST], money)
        note(column[COST] - base[COST], money)
        note(column[precaution] - base[precaution], money)
        note((base[CARS] - column[CARS]) / daily, (1.0,))
        stops = [cell[*policy, future]["first_stop_day_story_JP"] for future in range(4)]
        texts.append(f"{np.median([np.inf if day is None else day for day in stops]):.0f}")
        known = [day for day in stops if day is not None]
        texts += [f"{end:.0f}" for day in (known,) if day for end in (min(day), max(day), np.median(day))]
        texts += [number_with_error(end / size) for end in (min(column[COST]), max(column[COST])) for size in money]
        texts.append(number_with_error(float((column[precaution] - base[precaution]).mean())))
    return {number for text in texts for number in NUMBER.findall(text)}


@pytest.mark.slow
@pytest.mark.subprocess
def test_every_number_on_the_page_is_one_of_the_files(place: Path) -> None:
    rows, lines = rows_of(place), (place / "inputs" / "tables" / "firms.csv").read_text().splitlines()
    tuned = len((place / "inputs" / "tables" / "calibrated.csv").read_text().splitlines()) - 1
    ensemble = place / "inputs" / "tables" / "ensemble.csv"
    worlds = len(ensemble.read_text().splitlines()) - 1 if ensemble.is_file() else 0
    words, _, footer = text_of(place / "brief.html").partition("Appendix:")
    counts = {len(rows), len({row["scenario"] for row in rows}), len({row["future"] for row in rows}),
              len({row["seed"] for row in rows}), len({(row["cover"], row["cars"]) for row in rows}),
              len({(row["cover"], row["cars"]) for row in rows}) - 1, len(lines) - 1, tuned, worlds,
              95, 20}  # fmt: skip
    allowed = numbers_from_files(place) | set(map(str, counts)) | {"1", "2"}  # others that may be as good
    strange = [number for number in NUMBER.findall(words) if number not in allowed]
    assert not strange, (strange, words)
    assert footer and "±" in words and "4 futures x 1 seed" in words


def test_an_answer_is_three_sentences_with_errors_by_hand() -> None:
    cells = {"as it is": [100.0, 200.0, 300.0, 400.0], "twice": [90.0, 195.0, 285.0, 390.0]}
    rows = [{"stock": choice, "future": n, COST: loss} for choice, some in cells.items() for n, loss in enumerate(some)]
    levers = [{"name": "stock", "options": {"as it is": [], "twice": ["days=400"]}}]
    found = findings(pd.DataFrame(rows), levers=levers)
    found = type(found)(found.design, found.frame, found.failed, True, {**found.about, "as_it_is": {"stock": BASE}})
    first, second, third = answer(parts_of(found, {}))
    # mean 250, deviation of 100 to 400: 129.1, over 2, times Student's t of three free
    assert "loses value added of 250 ± 205 billion JPY" in first
    # 10, 5, 15, 10: mean 10, deviation 4.08
    assert "“stock: twice” lowers this most: by 10.0 ± 6.5 billion JPY" in second
    assert "from 100 billion JPY to 400 billion JPY" in third and "over 4 futures x 1 seed" in third


@pytest.mark.slow
@pytest.mark.parametrize("luck", range(8))
def test_holes_constants_and_failures_make_a_page(luck: int, tmp_path: Path) -> None:
    random = np.random.default_rng(luck)
    words = text_of(write_brief(made_batch(random, int(random.integers(1, 25)), int(random.integers(1, 4))), tmp_path))
    assert "nan" not in words.split() and " inf" not in words and "What it rests on" in words


@pytest.mark.parametrize("futures", [1, 2])
def test_one_policy_is_told_without_a_comparison(futures: int, tmp_path: Path) -> None:
    frame = pd.DataFrame({"future": range(futures), COST: [100.0 + 50 * n for n in range(futures)]})
    words = text_of(write_brief(findings(frame, levers=[]), tmp_path))
    assert "nothing is compared" in words
    assert ("How sure this is cannot be told" in words) == (futures == 1)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.subprocess
def test_it_fits_on_two_sheets(place: Path, tmp_path: Path) -> None:
    page, pdf = shutil.copy(place / "brief.html", tmp_path / "brief.html"), tmp_path / "brief.pdf"
    command = [browser_path(), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/user",
               "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", pdf.read_bytes())) <= 2


LEVER = {"name": "stock", "options": {"as it is": [], "twice": ["days=400"], "half": ["days=300"]}}
LOSSES = {  # by mean "twice" loses least, by median "half"
    "as it is": [100.0, 100.0, 100.0, 100.0], "twice": [60.0, 60.0, 60.0, 60.0], "half": [50.0, 50.0, 50.0, 300.0],
}  # fmt: skip


def three_policies(**more: Any) -> Findings:
    rows = [{"stock": choice, "future": n, COST: loss, KOREAN: -loss}
            for choice, some in LOSSES.items() for n, loss in enumerate(some)]  # fmt: skip
    found = findings(pd.DataFrame(rows), levers=[LEVER], **more)
    return type(found)(found.design, found.frame, found.failed, True, {**found.about, "as_it_is": {"stock": BASE}})


def in_another_world(found: Findings, **about: Any) -> Findings:
    return type(found)(found.design, found.frame, found.failed, True, {**found.about, **about})


def test_a_median_that_names_another_policy_is_told(tmp_path: Path) -> None:
    words = text_of(write_brief(three_policies(), tmp_path))
    assert "“stock: twice” lowers this most" in words
    assert "By the median of its runs, which the appendix also tells, “stock: half” does most" in words
    even = three_policies()
    even = type(even)(even.design, even.frame[even.frame["future"] < 3], even.failed, True, even.about)
    words = text_of(write_brief(even, tmp_path))
    assert "“stock: half” lowers this most" in words and "By the median" not in words


def test_the_question_that_is_asked_is_answered_first(tmp_path: Path) -> None:
    """In its own words, of the country that it asks about, and a gain that becomes larger is told as one."""
    question = "What becomes of the neighbour?"
    found = three_policies(question=question, answers=[{"lever": "stock", "outcomes": [KOREAN]}])
    words = text_of(write_brief(found, tmp_path))
    answer_begins = words.index("The value added that South Korea loses: a gain of 100 billion JPY on average")
    assert words.index(question) < answer_begins < words.index("With everything as it is, Japan on average loses")
    assert "“twice” lowers the gain by 40 billion JPY" in words
    found = in_another_world(found, country_names={"KR": "the Republic of Korea"})
    assert "The value added that the Republic of Korea loses" in text_of(write_brief(found, tmp_path))


def test_amounts_are_in_the_currency_of_the_world(tmp_path: Path) -> None:
    found = in_another_world(three_policies(), money="EUR")
    words = text_of(write_brief(found, tmp_path))
    assert "JPY" not in words and "100 billion EUR" in words and "(billion EUR)" in words
    sentences = " ".join(summarize(found))
    assert "billion EUR" in sentences and not {"JPY", "¤"} & set(sentences.split()) and "¤" not in words


def test_a_world_without_cars_hears_nothing_of_cars(tmp_path: Path) -> None:
    assert "car" not in " ".join(summarize(in_another_world(three_policies(), vehicles_a_day=0.0))).split()


def test_what_changes_less_than_its_design_says_stands_on_the_page(tmp_path: Path) -> None:
    note = "lever 'stock' changes nothing in calm"
    page = text_of(write_brief(in_another_world(three_policies(), notes=[note]), tmp_path))
    assert f"Note: {note}." in page and "Note:" not in text_of(write_brief(three_policies(), tmp_path))
