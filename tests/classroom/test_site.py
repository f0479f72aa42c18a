"""A folder of ready pages: everything is there, links hold, students get no answers, and plans are in order."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from model.tables.faults import Faults
from runs.__main__ import main
from runs.classroom import language as languages
from runs.classroom.anonymised_names import anonymise_text
from runs.classroom.course import minutes_of, read_course
from runs.classroom.exercise import EXERCISES, STUDENT, exercise_folders, read_exercise
from runs.classroom.page import Drawing
from runs.classroom.site import BANK, PLAN, Material, file_name, gather_material, render_course, write_site
from runs.classroom.slides import slides_of_step
from tests.support.exercises import made_up

EVERY = [read_exercise(folder) for folder in exercise_folders()]
NAMES = [file_name(exercise) for exercise in EVERY]
ELSEWHERE = [code for code in languages.NAMES if code != "en"]


@pytest.fixture(scope="module")
def materials() -> list[Material]:
    return [gather_material(exercise, made_up(exercise), neutral=False) for exercise in EVERY]


@pytest.fixture(scope="module")
def site(materials: list[Material], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    others = {
        code: [gather_material(each, made_up(each), neutral=False, code=code) for each in EVERY] for code in ELSEWHERE
    }
    write_site(folder, {"en": materials, **others}, whole=True)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("place", ["", *ELSEWHERE])
def test_every_exercise_has_four_pages_and_the_folder_an_index_a_plan_and_a_bank(site: Path, place: str) -> None:
    for room in ("students", "paper", "slides", "teacher"):
        assert {file.stem for file in (site / place / room).iterdir()} - {"index"} == set(NAMES)
    assert {file.name for file in (site / place).iterdir() if file.is_file()} == {"index.html", PLAN}
    assert {file.name for file in (site / place / BANK).iterdir()} == {"predictions.gift.txt", "predictions.qti.zip"}
    page = (site / place / "students" / "01-where-did-the-two-months-go.html").read_text(encoding="utf-8")
    assert f'<html lang="{place or "en"}"' in page


@pytest.mark.slow
def test_links_hold_and_nothing_is_asked_from_outside(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"]*)"', text):
            assert link.startswith("data:") or (page.parent / unquote(link)).is_file(), (page.name, link)
        assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|import\(", text), page.name
    index = (site / "index.html").read_text(encoding="utf-8")
    assert all(index.count(f"{name}.html") == 4 for name in NAMES)
    assert all(f'href="{name}.html"' in (site / "students/index.html").read_text(encoding="utf-8") for name in NAMES)


@pytest.mark.slow
def test_what_students_get_has_no_teachers_notes(site: Path) -> None:
    for page in [*(site / "students").iterdir(), *(site / "paper").iterdir()]:
        text = page.read_text(encoding="utf-8")
        assert "For the teacher" not in text and "Marking (10 points)" not in text and "../teacher" not in text
    assert all("Marking (10 points)" in page.read_text(encoding="utf-8") for page in (site / "teacher").iterdir())


@pytest.mark.slow
def test_slides_ask_before_they_show_and_tell_after(site: Path, materials: list[Material]) -> None:
    for material in materials:
        text = (site / "slides" / f"{material.name}.html").read_text(encoding="utf-8")
        slides = re.findall(r'<section class="slide (\w+)".*?</section>', text, re.DOTALL)
        kinds = Counter(slides)
        assert slides[0] == "title" and kinds["figure"] == material.texts[STUDENT].count("](figure:")
        assert 0 < slides.index("ask") < slides.index("figure") < slides.index("computed")
        asks, told = (
            unescape(" ".join(re.findall(rf'<section class="slide {kind}".*?</section>', text, re.DOTALL)))
            for kind in ("ask", "computed")
        )
        for each in material.predictions():
            assert each.question in asks and each.question in told and each.computed in told
            assert each.computed not in asks
        assert "`" not in re.sub(r"<script>.*", "", text, flags=re.DOTALL) and "linestop exercise" not in text


def test_slides_keep_the_order_of_a_step() -> None:
    drawings = {"a": Drawing("<svg/>", "")}
    slides = slides_of_step("Step 1", "First.\n\n![A](figure:a)\n\nThen.\n\n> **Explain.** Why?\n\nLast.", {}, drawings)
    assert [slide.kind for slide in slides] == ["text", "figure", "ask", "text"]
    assert (
        "First" in slides[0].text and "Then" in slides[2].text and "Why?" in slides[2].text and "Last" in slides[3].text
    )


def test_a_course_has_objectives_and_each_exercise_comes_after_those_it_needs() -> None:
    for exercise in EVERY:
        assert 2 <= len(exercise.objectives) <= 4 and exercise.needs
        assert all(goal[0].isupper() and not goal.endswith(".") for goal in exercise.objectives)
    course = read_course(EVERY)
    whole = course.plan[-1]
    assert sorted(whole.exercises) == [exercise.number for exercise in EVERY]
    assert minutes_of(whole, EVERY) == sum(exercise.minutes for exercise in EVERY) == 190
    page = render_course(EVERY)
    assert page.count("<ul>") == len(EVERY) and all(plan.name in page for plan in course.plan)


SIDES = re.compile(
    r"JPY|¥|\byen\b|\b20\d\d\b|January|February|March|April|\bMay\b|June|July|August|September|October|November|December"
    r"|Japan|China|Chinese|Korea|korea|Tokyo|Beijing|Nikkei|Reuters|JOGMEC|METI|Suzuki|\b(?:JP|CN|KR|SUZ|SSN|KRP|KTR|TDK)\b"
)


def seen(page: str) -> str:
    """What a reader sees of a page or finds in the names of its files."""
    page = re.sub(r"<(style|script)>.*?</\1>", "", re.sub(r"data:image[^\"]*", "", page), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", page)) + " ".join(re.findall(r'href="([^"]*)"', page))


@pytest.mark.slow
def test_a_neutral_site_tells_neither_who_nor_when_nor_in_which_money(tmp_path: Path) -> None:
    exercises = [read_exercise(folder, anonymise_text) for folder in exercise_folders()]
    write_site(
        tmp_path,
        {"en": [gather_material(each, made_up(each), neutral=True) for each in exercises]},
        True,
        anonymise_text,
    )
    for page in tmp_path.rglob("*"):
        assert not SIDES.search(page.name)
        if page.suffix == ".html" and page.parent.name != "teacher":
            found = SIDES.search(seen(page.read_text(encoding="utf-8")))
            assert found is None, (page, found)
    assert not SIDES.search((tmp_path / BANK / "predictions.gift.txt").read_text(encoding="utf-8"))
    fifth = (tmp_path / "students" / "05-neighbours-tightrope.html").read_text(encoding="utf-8")
    assert "units of money" in fifth and "month 13" in fifth and "Countries and firms have neutral names" in fifth
    assert "Extend the model" not in fifth and "By hand" not in fifth and "Things to try" in fifth
    teacher = (tmp_path / "teacher" / "05-neighbours-tightrope.html").read_text(encoding="utf-8")
    sources = re.search(r"<h2>Sources</h2>(.*?)<section", teacher, re.DOTALL)[1]
    assert "2026" in sources and "Announcement" in sources, "the teacher's copy keeps the sources"
    own = teacher.replace(sources, "").partition("<h2>Each side's own words")[0]
    assert own != teacher and not re.search(r"Japan|China|Korea", seen(own).replace("korea-sanctioned", ""))


def test_a_plan_in_the_wrong_order_or_with_a_strange_exercise_is_told(tmp_path: Path) -> None:
    text = (EXERCISES / "course.toml").read_text(encoding="utf-8")
    wrong = text.replace("exercises = [1, 4, 6]", "exercises = [1, 6, 4, 9]")
    (tmp_path / "course.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(Faults) as told:
        read_course(EVERY, tmp_path)
    words = "\n".join(told.value.sentences)
    assert "exercise 6 comes after 4; put 4 before it" in words and "found '9'" in words


def test_the_plan_of_a_neutral_course_names_no_country() -> None:
    exercises = [read_exercise(folder, anonymise_text) for folder in exercise_folders()]
    assert not re.search(r"Japan|China|Korea", render_course(exercises, anonymise_text))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--site", "x"], "linestop exercise --all --site DIR"),
        (["1", "--all", "--site", "x"], "found both 1 and --all"),
        (["--all", "--site", "x", "--update"], "leave out --update"),
        (["--all", "--out", "x"], "--out is for one exercise"),
        (["--all", "--site", "x", "--check", "--neutral"], "leave out --check or --neutral"),
        (["1", "--neutral", "--language", "ja"], "pages with neutral names are in English only; leave out --neutral"),
    ],
)
def test_arguments_that_do_not_go_together_are_told_before_anything_is_run(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["exercise", *words]) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.subprocess
def test_the_command_writes_a_site_of_one_exercise_and_leaves_other_folders_alone(tmp_path: Path) -> None:
    site = tmp_path / "class"
    assert main(["exercise", "1", "--site", str(site), "--check", "--quiet"]) == 0
    assert (site / "slides" / f"{NAMES[1]}.html").is_file() and not (site / PLAN).exists()
    assert "day 68" in (site / "teacher" / f"{NAMES[1]}.html").read_text(encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    assert main(["exercise", "1", "--site", str(tmp_path / "mine"), "--quiet"]) == 2
