"""The built handbook: whole, without broken links, readable without a network, searchable, without barriers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from runs.__main__ import main
from runs.handbook.build import make_pages
from runs.handbook.contents import CHAPTERS
from runs.handbook.linked_files import copy_pages
from tests.support.pages import browser_path, find_barriers

pytest.importorskip("furo", reason="furo is not installed; the handbook was not built")
WIDTHS = ((1366, 768), (375, 740))
SCREENS = ("index", "questions", "shocks", "outcomes", "commands", "model/ODD")
FOUND = {
    "refuse_share": "regime.refuse_share", "review_days": "regime.review_days", "bullwhip_tier": "bullwhip_tier_",
    "tidy": "runs.tidy", "How many samples does Sobol need": "Questions and answers",
    "lost car": "Questions and answers", "add a language": "Questions and answers", "left out": "Limits",
}  # fmt: skip  # what somebody searches for -> part of the first answer


class Links(HTMLParser):
    """The links of a page, the places in it that have a name, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.names |= {said[name] for name in ("id", "name") if name in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "link" or "src" in said:
            self.loaded.append(said.get("href", said.get("src", "")))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook, built by its command."""
    folder = tmp_path_factory.mktemp("built") / "handbook"
    assert main(["handbook", "--no-browser", "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def pages(place: Path) -> dict[str, Links]:
    return {str(path.relative_to(place)): Links(path.read_text(encoding="utf-8")) for path in place.rglob("*.html")}


@pytest.mark.slow
def test_every_page_is_there(place: Path, pages: dict[str, Links]) -> None:
    assert {f"{name}.html" for names in CHAPTERS.values() for name in names} | {"index.html"} <= set(pages)
    assert not [
        path for path in place.rglob("*") if path.is_file() and path.stat().st_size == 0 and path.suffix == ".html"
    ]


@pytest.mark.slow
def test_readers_of_plain_text_find_every_page_and_what_it_is_about(place: Path) -> None:
    listed = re.findall(
        r"^- \[([^\]]+)\]\(([^)]+)\): (.+)$", (place / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name for _, name, _ in listed} == {f"{name}.html" for names in CHAPTERS.values() for name in names} | {
        "index.html"
    }
    whole = (place / "llms-full.txt").read_text(encoding="utf-8")
    for title, name, sentence in listed:
        assert (place / name).is_file() and f"# {title}\n" in whole and len(sentence) > 15, name
    assert "recent_use" in whole and not re.search(r"^<!-- make", whole, re.MULTILINE), (
        "what is made for the references is in it"
    )


@pytest.mark.slow
def test_no_link_leads_nowhere(place: Path, pages: dict[str, Links]) -> None:
    broken = []
    for name, page in pages.items():
        for link in (*page.links, *page.loaded):
            target, _, part = link.partition("#")
            if re.match(r"https?:|mailto:|data:", link):
                continue
            path = (place / name).parent / target.partition("?")[0] if target else place / name
            if not path.is_file():
                broken.append(f"{name}: {link}")
            elif part and path.suffix == ".html":
                there = pages[str(path.resolve().relative_to(place.resolve()))].names
                broken += [f"{name}: {link}"] * (part not in there)
    assert not broken, broken[:10]


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere_and_no_machine_is_named(place: Path, pages: dict[str, Links]) -> None:
    assert not [each for page in pages.values() for each in page.loaded if re.match(r"(https?:)?//", each)]
    for path in place.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", path.read_text(encoding="utf-8")), path
    text = "".join(path.read_text(encoding="utf-8") for path in place.rglob("*.*") if path.suffix in (".html", ".json"))
    assert str(Path.home()) + "/" not in text and str(place.parent) not in text


@pytest.mark.slow
def test_a_broken_link_is_told(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    copy_pages({"index": "# Here\n\nSee [there](nowhere.md#part) and [here](#here).\n"}, tmp_path, sources)
    assert make_pages(sources, tmp_path / "sound", tmp_path / "notes") == []  # what is not there becomes its words
    (sources / "index.md").write_text("# Here\n\nSee [there](nowhere.md) and [here](#nowhere).\n", encoding="utf-8")
    told = make_pages(sources, tmp_path / "built", tmp_path / "notes")
    assert len(told) == 2 and all(words.startswith("index.md:3: WARNING") for words in told)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = browser_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        shown = playwright.chromium.launch(executable_path=path)
        yield shown
        shown.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.subprocess
@pytest.mark.parametrize("words", FOUND)
def test_the_search_works_without_a_server(words: str, place: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto((place / "index.html").as_uri())
    page.fill("input[name=q]", words)
    page.press("input[name=q]", "Enter")
    page.wait_for_selector("ul.search li a")
    assert FOUND[words] in page.inner_text("ul.search li >> nth=0")
    page.click("ul.search li a >> nth=0")
    assert page.locator(".highlighted, :target").count() or words.lstrip("-") in page.inner_text("article")
    page.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.subprocess
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_fit_their_screen_and_nothing_goes_wrong(dark: bool, place: Path, browser: Any) -> None:
    for width, height in WIDTHS:
        scheme = "dark" if dark else "light"
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        wrong: list[str] = []
        page.on("console", lambda message, wrong=wrong: wrong.append(message.text))
        page.on("requestfailed", lambda request, wrong=wrong: wrong.append(request.url))
        for name in SCREENS:
            page.goto((place / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        assert not wrong
        page.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.subprocess
@pytest.mark.parametrize("name", ["index", "questions", "shocks", "senses"])
def test_axe_finds_no_barrier(name: str, place: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto((place / f"{name}.html").as_uri())
    assert find_barriers(page) == []
    page.close()
