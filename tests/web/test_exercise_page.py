"""The page of an exercise in a real browser, opened as a file: predict, open, compare, hand in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runs.classroom.exercise import STUDENT, TEACHER, exercise_folders, find_exercise, read_exercise
from runs.classroom.language import NAMES, frame_language, language_of, translate_exercise
from runs.classroom.page import Drawing, render_page
from runs.classroom.quoted_numbers import find_quotes
from runs.classroom.site import render_course
from runs.classroom.slides import render_slides
from tests.support.pages import Visitor, chromium, find_barriers

pytestmark = pytest.mark.browser
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><rect width="400" height="200"/></svg>'
WIDE = (
    "| " + " | ".join(["A curve with a long name"] * 7) + " |\n" + "| --- " * 7 + "|\n" + "| 1,000.0 ± 12.0 " * 7 + "|"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visitor(browser: Any) -> Iterator[Visitor]:
    guest = Visitor(browser)
    yield guest
    guest.leave()


def write_page(number: str, folder: Path, kind: Any = "student", code: str = "en") -> Path:
    exercise = find_exercise(number)
    language = language_of(exercise, code)
    texts = {STUDENT: exercise.page(language.file(STUDENT)), TEACHER: exercise.page(TEACHER)}
    drawings = dict.fromkeys(re.findall(r"\(figure:([\w-]+)\)", texts[STUDENT]), Drawing(SVG, WIDE))
    shown = translate_exercise(exercise, language)
    file = folder / f"{kind}-{number}-{code}.html"
    file.write_text(render_page(shown, texts, drawings, kind, language=language), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page("1", tmp_path_factory.mktemp("exercise"))


def sign_in(page: Any, name: str) -> None:
    page.locator("#who").fill(name)
    page.locator("#who").press("Tab")


def test_a_prediction_is_compared_when_the_figure_is_opened(visitor: Visitor, page_file: Path) -> None:
    page = visitor.open(page_file.as_uri(), ".waits summary")
    page.get_by_label("on day 60").check()
    page.locator("[name=half_hit]").fill("130")
    page.locator("[name=two_months]").fill("4.5")
    assert page.locator(".computed:visible").count() == 0
    page.locator(".waits summary").first.click()
    page.wait_for_selector("[data-name=first_stop] .computed:visible")  # a figure tells that it is open a moment later
    names = ("first_stop", "half_hit", "two_months", "day_of_material")
    told = {name: page.locator(f"[data-name={name}] .computed").inner_text() for name in names}
    assert told["first_stop"].startswith("Not so, but: after day 60. Computed: ")
    assert told["first_stop"].endswith("day 68.")
    assert told["half_hit"].startswith("Within the tolerance of 30 days.")
    assert told["two_months"].startswith("Not within the tolerance of 4 days.")
    assert told["day_of_material"].startswith("Nothing was predicted.")
    assert page.locator("[name=half_hit]").is_disabled() and page.locator("[name=last_start]").is_enabled()
    assert page.locator("[data-name=last_start] .computed").is_hidden(), "the next step is still to be predicted"
    page.reload()
    assert page.locator("[name=half_hit]").input_value() == "130" and page.get_by_label("on day 60").is_checked()
    assert page.locator("[name=half_hit]").is_disabled(), "what was opened is no longer predicted"


def test_a_figure_stays_closed_until_something_is_written(visitor: Visitor, page_file: Path) -> None:
    page = visitor.open(page_file.as_uri(), ".waits summary")
    first = page.locator(".waits").first
    first.locator("summary").first.click()
    assert first.get_attribute("open") is None and page.get_by_role("alert").inner_text().startswith("Write what")
    first.locator("summary").first.press("Enter")
    assert first.get_attribute("open") is None, "not by the keyboard either"
    page.locator("#text1").fill("   ")
    first.locator("summary").first.click()
    assert first.get_attribute("open") is None, "spaces are no words"
    page.locator("#text1").fill("later than people say")
    assert page.get_by_role("alert").count() == 0
    first.locator("summary").first.press("Enter")
    assert first.get_attribute("open") is not None and page.locator(".waits").nth(1).get_attribute("open") is None
    page.get_by_text("The numbers of this figure").first.click()
    assert first.locator("table").is_visible()


def test_answers_belong_to_whoever_wrote_them(visitor: Visitor, page_file: Path) -> None:
    page = visitor.open(page_file.as_uri(), ".waits summary")
    page.locator("#text1").fill("written before the name")
    sign_in(page, "Aiko")
    assert page.locator("#text1").input_value() == "written before the name"
    page.locator("[name=half_hit]").fill("100")
    page.get_by_role("button", name="Leave the page to somebody else").click()
    assert page.locator("#who").input_value() == page.locator("#text1").input_value() == ""
    assert page.locator("[name=half_hit]").input_value() == ""
    sign_in(page, "Bo")
    page.locator("#text1").fill("another view")
    sign_in(page, "Aiko")
    assert page.locator("#text1").input_value() == "written before the name"
    assert page.locator("[name=half_hit]").input_value() == "100"
    sign_in(page, "Cem")
    assert page.locator("#text1").input_value() == "", "a new name does not take over what another wrote"
    sign_in(page, "Aiko")
    other = page.context.new_page()  # the next pupil opens the page anew
    other.goto(page_file.as_uri())
    assert other.locator("#who").input_value() == other.locator("#text1").input_value() == ""
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear my answers").click()
    sign_in(page, "Aiko")
    assert page.locator("#text1").input_value() == ""
    sign_in(page, "Bo")
    assert page.locator("#text1").input_value() == "another view", "only one's own answers are cleared"


def test_answers_are_saved_as_a_page_and_as_a_table(visitor: Visitor, page_file: Path, tmp_path: Path) -> None:
    page = visitor.open(page_file.as_uri(), ".waits summary")
    sign_in(page, "Aiko & Bo")
    page.get_by_label("after day 60").check()
    for name in ("half_hit", "two_months", "day_of_material"):
        page.locator(f"[name={name}]").fill("2")
    page.get_by_label("fewer than 6").check()
    page.locator("#text1").fill('=1+1, "quoted" <b>ä</b>')
    page.locator(".waits summary").first.click()
    saved = {}
    for button, ending in (("Save my answers", "html"), ("Save as a table", "csv")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == f"exercise-01-Aiko-Bo.{ending}"
        download.value.save_as(tmp_path / ending)
        saved[ending] = (tmp_path / ending).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(saved["csv"])))
    found = {row["field"]: row for row in rows}
    exercise = find_exercise("1")
    assert set(found) > {each.name for each in exercise.predict} and {row["name"] for row in rows} == {"Aiko & Bo"}
    assert found["first_stop"]["holds"] == "Right." and found["first_stop"]["computed"].endswith("day 68.")
    assert found["text1"]["answer"] == '\'=1+1, "quoted" <b>ä</b>', "no formula in a spreadsheet"
    assert found["last_start"]["holds"] == found["last_start"]["computed"] == "", "not opened, not told"
    page.goto((tmp_path / "html").rename(tmp_path / "saved.html").as_uri())
    text = page.locator("body").inner_text()
    assert "Aiko & Bo" in text and '=1+1, "quoted" <b>ä</b>' in text and "Step 1. Stocks at the magnet makers" in text
    assert "Predictions written before the figures were opened: 5 of 9 (1 of 2 points)." in text


def test_what_is_read_off_by_hand_is_shown_when_asked_for(visitor: Visitor, page_file: Path) -> None:
    quoted = dict(find_quotes(find_exercise("1").page(STUDENT)))["hand_lost_30"]
    page = visitor.open(page_file.as_uri(), ".covered")
    cover = page.locator(".covered").nth(2)
    assert cover.inner_text() == "show" and quoted not in page.locator("main").inner_text()
    cover.press("Enter")
    assert cover.inner_text() == quoted


@pytest.mark.parametrize("number", [str(read_exercise(folder).number) for folder in exercise_folders()])
@pytest.mark.parametrize("kind", ["student", "teacher", "handout"])
def test_no_page_is_wider_than_a_phone(visitor: Visitor, tmp_path: Path, number: str, kind: str) -> None:
    page = visitor.open(write_page(number, tmp_path, kind).as_uri(), "h1", width=375, height=812)
    page.evaluate("document.querySelectorAll('details').forEach(function (each) { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert not find_barriers(page)


def test_a_page_that_nobody_wrote_on_prints_as_a_blank_sheet(visitor: Visitor, page_file: Path) -> None:
    page = visitor.open(page_file.as_uri(), ".waits summary")
    page.emulate_media(media="print")
    assert page.locator("img:visible").count() == page.locator(".hand-in:visible").count() == 0
    assert page.locator(".covered").first.evaluate("node => getComputedStyle(node).color") == "rgba(0, 0, 0, 0)"
    assert page.locator(".waits .which:visible").count() == 3, "a closed figure is named"
    assert page.locator("textarea").first.bounding_box()["height"] > 90
    page.emulate_media(media="screen")
    page.locator("#text1").fill("later")
    page.locator(".waits summary").first.click()
    page.emulate_media(media="print")
    assert page.locator("img:visible").count() == 1, "what is open is printed"


@pytest.mark.parametrize("code", [code for code in NAMES if code != "en"])
def test_a_page_speaks_its_language_also_after_a_click(visitor: Visitor, tmp_path: Path, code: str) -> None:
    say = frame_language(code).say
    page = visitor.open(write_page("1", tmp_path, code=code).as_uri(), ".waits summary", width=375, height=812)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375 and not find_barriers(page)
    page.locator(".waits summary").first.click()
    assert page.get_by_role("alert").inner_text() == say("Write what you expect first; then the figure opens.")
    page.locator("[name=half_hit]").fill("130")
    page.locator("[name=two_months]").fill("4.5")
    page.locator(".waits summary").first.click()
    page.wait_for_selector("[data-name=half_hit] .computed:visible")
    told = {name: page.locator(f"[data-name={name}] .verdict").inner_text() for name in ("half_hit", "two_months")}
    days = say("{0} {1}", "{0}", say("days"))
    assert told["half_hit"] == say("Within the tolerance of {0}.", days.replace("{0}", "30"))
    assert told["two_months"] == say("Not within the tolerance of {0}.", days.replace("{0}", "4"))
    assert (
        page.locator("#written")
        .inner_text()
        .startswith(
            say("Predictions written before the figures were opened: {0} of {1} ({2} of 2 points).", 2, 9, 0)[:8]
        )
    )
    with page.expect_download() as saved:
        page.get_by_role("button", name=say("Save my answers")).click()
    kept = Path(saved.value.path()).read_text(encoding="utf-8")
    assert f'lang="{code}"' in kept and say("(no name)") in kept and "Nothing was predicted" not in kept


# slides and plan


@pytest.fixture(scope="module", params=list(NAMES))
def slides_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    exercise = find_exercise("2")
    language = language_of(exercise, request.param)
    texts = {STUDENT: exercise.page(language.file(STUDENT)), TEACHER: exercise.page(TEACHER)}
    drawings = dict.fromkeys(re.findall(r"\(figure:([\w-]+)\)", texts[STUDENT]), Drawing(SVG, WIDE))
    file = tmp_path_factory.mktemp("slides") / "slides.html"
    quoted = dict(find_quotes(texts[STUDENT] + texts[TEACHER]))
    slides = render_slides(translate_exercise(exercise, language), texts, drawings, quoted, language)
    file.write_text(slides, encoding="utf-8")
    return file


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1920, 1080), (375, 667)])
def test_every_slide_fits_on_the_wall(visitor: Visitor, slides_file: Path, width: int, height: int) -> None:
    page = visitor.open(slides_file.as_uri(), ".slide.now", width, height)
    total = page.locator(".slide").count()
    for place in range(1, total + 1):
        assert page.locator("#place").inner_text() == f"{place} / {total}"
        assert page.locator(".slide:visible").count() == 1
        over = page.evaluate("(body => [body.scrollHeight - body.clientHeight, body.scrollWidth - body.clientWidth])"
                             "(document.querySelector('.slide.now .body'))")  # fmt: skip
        assert max(over) <= 1, (place, over)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    page.locator("#on").click()
    assert page.locator("#place").inner_text() == f"2 / {total}" and page.url.endswith("#2")


@pytest.mark.parametrize("code", list(NAMES))
def test_the_plan_of_the_course_is_two_pages(visitor: Visitor, tmp_path: Path, code: str) -> None:
    exercises = [read_exercise(folder) for folder in exercise_folders()]
    shown = [translate_exercise(exercise, language_of(exercise, code)) for exercise in exercises]
    (tmp_path / "plan.html").write_text(render_course(shown, code=code), encoding="utf-8")
    page = visitor.open((tmp_path / "plan.html").as_uri(), "h1", width=375, height=812)
    assert not find_barriers(page)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 2
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter"))) == 2
