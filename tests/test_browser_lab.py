"""Mesa's own SolaraViz on the chain: the lab page, and the page of ten lines that the README shows."""

import re

import pytest

from tests.visits import ROOT, Visitor, chromium, picture, served

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


def test_the_page_of_ten_lines_in_the_readme_works(browser, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    mine = tmp_path / "mine.py"
    mine.write_text(next(block for block in blocks if "SolaraViz(" in block))
    with served(mine, tmp_path) as url:
        try_it(browser, url, "own-page")
