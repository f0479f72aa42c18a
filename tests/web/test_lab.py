"""Mesa's own SolaraViz on the chain: the lab page, and the page of ten lines that PAGES.md shows."""

import re
import threading
import time

import pytest

from model.tables.faults import Faults
from runs.commands.lab import own_page
from tests.support.pages import ROOT, Visitor, chromium, find_barriers, picture, served

pytest.importorskip("solara", reason="solara is not installed; the pages were not tested")

from runs.browser.lab import INFORMATION, LabStage, PageStage

pytestmark = pytest.mark.browser
BEADS = ".ls-board .bead"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def wait_for_step(page, least):
    page.wait_for_function(
        r"n => { const m = document.body.innerText.match(/(?:Step|Time): (\d+)/); return m && +m[1] >= n }",
        arg=least,
    )


def try_it(browser, url, name):
    visitor = Visitor(browser)
    page = visitor.open(url, BEADS)
    page.get_by_role("button", name="Step").click()
    wait_for_step(page, 1)
    page.get_by_role("button", name=re.compile("^(Play|▶)$")).click()
    wait_for_step(page, 6)
    page.get_by_role("button", name=re.compile("^(Pause|❚❚)$")).click()  # Mesa's thread may be in the middle of a day
    page.get_by_role("button", name=re.compile("^(Play|▶)$")).wait_for()
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(
        r"() => { const m = document.body.innerText.match(/(?:Step|Time): (\d+)/); return m && +m[1] < 3 }"
    )
    assert page.locator(BEADS).count() > 100
    picture(page, name)
    visitor.leave()


def days_passed(page):
    """The days that the page says have passed."""
    return int(re.search(r"(?:Step|Time): (\d+)", page.locator("body").inner_text())[1])


def test_the_lab_opens_on_something_to_see_steps_by_a_week_and_keeps_its_parameters(browser, tmp_path):
    with served("lab", tmp_path) as url:
        visitor = Visitor(browser)
        page = visitor.open(url, f"{BEADS}[data-state='3']")  # the plot has data, and lines have stopped
        page.locator(".vue-grid-item img").first.wait_for()
        assert find_barriers(page) == []
        names = page.locator(".ls-board .company .name").evaluate_all(
            "all => all.filter(each => each.getBoundingClientRect().right > innerWidth).length"
        )
        assert names == 0 and page.locator(BEADS).count() > 100
        first = days_passed(page)
        page.get_by_role("button", name="Step").click()
        wait_for_step(page, first + 7)
        assert days_passed(page) == first + 7
        page.get_by_label("Seed").fill("7")
        page.get_by_label("Seed").press("Enter")
        for _ in range(2):
            page.get_by_role("button", name="Reset").click()
            page.get_by_text("Seed 7.").wait_for()
            page.wait_for_function(f"() => /(?:Step|Time): {first}$/m.test(document.body.innerText)")
        picture(page, "lab")
        begun = time.monotonic()
        page.get_by_role("button", name=re.compile("^(Play|▶)$")).click()
        wait_for_step(page, first + 210)
        assert time.monotonic() - begun < 30.0  # 30 weeks; without a loaded machine it is four seconds
        page.get_by_text("Page 1", exact=True).click()
        page.get_by_text("Things to notice").wait_for()
        visitor.leave()


def test_the_information_has_the_sections_of_a_netlogo_tab():
    sections = re.findall("<h2>(.*?)</h2>", INFORMATION.read_text(encoding="utf-8"))
    assert [words.upper() for words in sections] == [
        "WHAT IS IT?", "HOW IT WORKS", "HOW TO USE IT", "THINGS TO NOTICE", "THINGS TO TRY", "EXTENDING THE MODEL",
        "MESA FEATURES", "RELATED MODELS", "CREDITS AND REFERENCES",
    ]  # fmt: skip


def test_the_lab_opens_weeks_after_the_shock_and_a_bad_seed_passes_no_day():
    stage = PageStage("full-stop", weeks=2)
    assert stage.day == stage.steps == stage.story.shock_day + 14 == stage.watched_run.recorder.record().days
    assert PageStage("calm", weeks=3).day == 21
    wrong = PageStage(rng="x")
    wrong.step()
    assert wrong.day == 0 and "whole number" in wrong.mistake


@pytest.mark.parametrize("own", ["solara", "lab"])
def test_the_page_of_ten_lines_in_the_readme_works(browser, tmp_path, own):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "runs/browser/PAGES.md").read_text(encoding="utf-8"), re.DOTALL)
    mine = tmp_path / "mine.py"
    mine.write_text(next(block for block in blocks if "SolaraViz(" in block))
    with served(mine, tmp_path, own=own) as url:
        try_it(browser, url, f"own-page-{own}")


@pytest.mark.parametrize("words", ["no-such.py", "README.md", ""])
def test_what_is_no_page_of_ones_own_is_a_sentence(words):
    with pytest.raises(Faults, match="is no Python file"):
        own_page(words)


def step_in(solara_context, stage):
    """Pass a day in a thread with a visitor's context, as SolaraViz does."""
    with solara_context:
        stage.step()


def test_a_day_waits_until_the_page_is_open():
    context = pytest.importorskip("solara.server.kernel_context")
    kernel = pytest.importorskip("solara.server.kernel")
    stage = LabStage()
    solara_context = context.VirtualKernelContext(id="kernel", kernel=kernel.Kernel(), session_id="one")
    with solara_context:
        stage.step()
        assert stage.day == 1
        solara_context.page_status["page"] = context.PageStatus.DISCONNECTED
        step = threading.Thread(target=step_in, args=(solara_context, stage))
        step.start()
        step.join(0.5)
        assert step.is_alive() and stage.day == 1
        solara_context.page_status["page"] = context.PageStatus.CONNECTED
        step.join()
        assert stage.day == 2
        solara_context.page_status["page"] = context.PageStatus.CLOSED
        solara_context.closed_event.set()
        stage.step()
        assert stage.day == 2 and not stage.running
