"""The page of an exercise in a real browser, opened as a file: predict, open, compare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runs.classroom.exercise import STUDENT, TEACHER, find_exercise
from runs.classroom.page import render_page
from tests.support.pages import Visitor, chromium

pytestmark = pytest.mark.browser
FIGURES = ("makers", "carmakers", "ends")
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="400" height="200"/></svg>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visitor(browser: Any) -> Iterator[Visitor]:
    guest = Visitor(browser)
    yield guest
    guest.leave()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    exercise = find_exercise("1")
    texts = {name: exercise.page(name) for name in (STUDENT, TEACHER)}
    file = tmp_path_factory.mktemp("exercise") / "exercise.html"
    file.write_text(render_page(exercise, texts, dict.fromkeys(FIGURES, DRAWING), teacher=False), encoding="utf-8")
    return file


def test_a_prediction_is_compared_when_the_figure_is_opened(visitor: Visitor, page_file: Path) -> None:
    page = visitor.open(page_file.as_uri(), "summary")
    page.get_by_label("on day 60").check()
    page.locator("[name=half_stopped]").fill("130")
    page.locator("[name=second_month]").fill("4.5")
    assert page.locator(".computed:visible").count() == 0
    page.locator("summary").first.click()
    told = {name: page.locator(f"[data-name={name}] .computed").inner_text() for name in
            ("first_stop", "half_stopped", "second_month", "day_of_material")}  # fmt: skip
    assert told["first_stop"].startswith("Not so, but: after day 60. Computed: ") and told["first_stop"].endswith(
        "day 63."
    )
    assert told["half_stopped"].startswith("Within the tolerance of 30 days.")
    assert told["second_month"].startswith("Not within the tolerance of 4 days.")
    assert told["day_of_material"].startswith("Nothing was predicted.")
    assert page.locator("[name=half_stopped]").is_disabled() and page.locator("[name=last_start]").is_enabled()
    assert page.locator("[data-name=last_start] .computed").is_hidden(), "the next step is still to be predicted"
    page.reload()
    assert page.locator("[name=half_stopped]").input_value() == "130" and page.get_by_label("on day 60").is_checked()
