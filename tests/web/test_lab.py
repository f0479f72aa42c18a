"""Mesa's own SolaraViz on the chain: the lab page, and the page of ten lines that the README shows."""

import re
import threading

import pytest

from model.tables.faults import Faults
from runs.commands.lab import own_page
from tests.support.pages import ROOT, Visitor, chromium, picture, served

pytest.importorskip("solara", reason="solara is not installed; the pages were not tested")

from runs.browser.lab import LabStage

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
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(
        r"() => { const m = document.body.innerText.match(/(?:Step|Time): (\d+)/); return m && +m[1] < 3 }"
    )
    assert page.locator(BEADS).count() > 100
    picture(page, name)
    visitor.leave()


def test_the_lab_steps_plays_and_resets(browser, tmp_path):
    with served("lab", tmp_path) as url:
        try_it(browser, url, "lab")


@pytest.mark.parametrize("own", ["solara", "lab"])
def test_the_page_of_ten_lines_in_the_readme_works(browser, tmp_path, own):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
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
