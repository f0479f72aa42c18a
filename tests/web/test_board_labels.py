"""On the board of a world of one's own no label lies over a circle, over another label or beyond the edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.motors import write_motors
from tests.support.pages import Visitor, chromium, served

pytestmark = pytest.mark.browser
LAID_OVER = """() => {
  const box = each => each.getBoundingClientRect(), all = what => [...document.querySelectorAll('.ls-board ' + what)]
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top < a.bottom - 2
  const labels = [...all('.name'), ...all('.bandname')], edge = box(document.querySelector('.ls-board')).right + 1
  const found = labels.filter(each => box(each).right > edge).map(each => each.textContent + ' | edge')
  labels.forEach((a, i) => [...all('.bead .shell'), ...labels.slice(i + 1)].forEach(b => {
    if (meet(box(a), box(b))) found.push(a.textContent + ' | ' + (b.textContent || b.closest('.bead').dataset.line))
  }))
  return found
}"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("labels")
    world = write_motors(place, 'home = "DE"\nexporters = ["CN", "AT", "FR"]\n')
    for table, before, after in (
        ("firms", "Oxide works", "Inner Mongolia oxide works and separation plants"),  # magnets are in the same row
        ("firms", "Lyon pumps", "Pumps of Lyon and of the whole valley of the Rhone"),
        ("firms", "Hallein lathes", "Lathes of Hallein and of the salt mines around Salzburg"),
        ("countries", "FR,France,Country A,outside", "FR,French Republic,Country A,west"),
        ("countries", "AT,Austria,Country D,outside", "AT,Austria,Country D,alps"),
    ):
        text = (world / f"{table}.csv").read_text(encoding="utf-8")
        assert before in text
        (world / f"{table}.csv").write_text(text.replace(before, after), encoding="utf-8")
    with served("watch", place, arguments=(str(place / "stop.toml"), "--world", str(world))) as address:
        yield address


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1400, 900), (1920, 1080)])
def test_labels_are_cut_to_their_room(url: str, width: int, height: int) -> None:
    with chromium() as browser:
        visitor = Visitor(browser)
        page = visitor.open(url, ".ls-board .bead", width=width, height=height)
        assert page.evaluate(LAID_OVER) == []
        names = page.locator(".ls-board .name").all_text_contents()
        assert any(name.startswith("Inner") for name in names) and "Hanau magnets" in names
        assert [name for name in names if name.endswith("…")]  # cut, or the world above has room for everything
        for _ in range(20):
            page.get_by_role("button", name="Week", exact=True).click()
        page.locator(".ls-board .bead[data-state='3']").first.wait_for()
        assert page.evaluate(LAID_OVER) == []  # names of stopped lines are bold
        visitor.leave()
