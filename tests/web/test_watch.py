"""The watch page in a real browser: it plays, it is steered, it says why, and it asks nobody outside."""

import re

import pytest

from runs.browser.desk.catalogue import words_in
from runs.browser.watch.exposure_layer import EXPOSURE_SERVED
from runs.browser.watch.languages import WORDS
from runs.simulation.stage import read_story
from tests.browser.test_exposure_layer import write_folder
from tests.support.pages import Visitor, chromium, find_barriers, find_unreadable, number, picture, served

pytestmark = pytest.mark.browser
BEADS = ".ls-board .bead"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def url(browser, tmp_path_factory):
    with served("watch", tmp_path_factory.mktemp("watch")) as address:
        yield address


@pytest.fixture
def visitor(browser):
    guest = Visitor(browser)
    yield guest
    guest.leave()


def day(page):
    return number(page, "the shock")


def click(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def until(page, words):
    page.get_by_text(words).first.wait_for()


def test_step_play_pause_and_reset(visitor, url):
    page = visitor.open(url, BEADS)
    assert page.locator(BEADS).count() > 100
    until(page, "days until the shock")
    first = page.locator(".ls-head .date").inner_text()
    click(page, "Day")
    page.wait_for_function("d => document.querySelector('.ls-head .date').innerText !== d", arg=first)
    click(page, "Week")
    click(page, "Week")
    page.locator(".ls-head .counters b", has_text="7").wait_for()
    before = day(page)
    click(page, "Play")
    page.wait_for_function("n => +document.querySelector('.ls-head .counters b').innerText > n + 2", arg=before)
    click(page, "Pause")
    page.wait_for_timeout(400)
    still = day(page)
    page.wait_for_timeout(700)
    assert day(page) == still > before
    picture(page, "watch-1400")
    click(page, "Reset")
    page.wait_for_function("d => document.querySelector('.ls-head .date').innerText === d", arg=first)


def test_the_board_is_coloured_by_a_study_of_exposure(visitor, tmp_path):
    codes = [line.line for line in read_story("calm")[1].firms]
    lost = [["line", codes[0], 1, 500.0, 9, "Nidec", 4], ["line", codes[1], 2, 5.0, 0, None, None]]
    folder = write_folder(tmp_path / "study", lost, [["line", codes[0], codes[1], 5.0, 2, 7]])
    with served("watch", tmp_path, settings={EXPOSURE_SERVED: str(folder)}) as address:
        page = visitor.open(address, BEADS)
        assert page.locator(".ls-board .exposure").count() == 0
        page.get_by_label("Colour by exposure").check()
        page.locator(".ls-board .exposure[data-dark='1']").wait_for()
        assert page.locator(".ls-board .exposure[data-dark='0.33']").count() == 1
        page.locator(BEADS, has=page.locator(".exposure[data-dark='1']")).click()
        until(page, "what each loses when")
        page.locator(BEADS, has=page.locator(".exposure[data-dark='0.33']")).hover()
        until(page, "Then it loses ¥5 bn, stops first on day 7")
        picture(page, "watch-exposure")
        visitor.leave()  # before its server goes


def test_a_stopped_firm_says_why_with_its_path_lit(visitor, url):
    page = visitor.open(f"{url}?scenario=escalation", BEADS)
    for _ in range(45):
        click(page, "Week")
        if page.locator(".ls-charts .row[data-stop]").count() > 1:
            break
    stopped = page.locator(f"{BEADS}[data-state='3'][data-line^='Small magnet distributors']").first
    stopped.wait_for()
    stopped.click()
    page.locator(".ls-card .why").wait_for()
    page.locator(".ls-done h3").first.wait_for()
    assert page.locator(".ls-done h3").all_inner_texts() == ["Licences", "Second sources of Japan", "South Korea"]
    text = page.locator(".ls-card .why .words").inner_text()
    assert "for want of" in text and re.search(r"day \d+ \(\d+ \w+ \d{4}\)", text)
    assert page.locator(".ls-board .lit path").count() >= 1
    picture(page, "watch-why")
    page.locator(".ls-card .sources summary").click()
    until(page, "finished goods on the floor")
    assert page.locator(".ls-card .sources p").count() == page.locator(".ls-card .sources span[lang=en]").count() > 0
    click(page, "Words")
    until(page, "linestop exercise")
    assert page.locator("#ls-words dl.signs dd").count() >= 19
    page.get_by_role("button", name="Close").first.click()
    page.locator(".ls-card.empty").wait_for()


def test_a_caption_follows_the_run_and_can_be_switched_off(visitor, url):
    page = visitor.open(url, BEADS)
    for _ in range(9):
        click(page, "Week")
    words = page.locator(".ls-head .tale p")
    page.get_by_role("button", name="Step 3 of 5, shown").wait_for()
    assert "the first line stops" in words.inner_text() and page.locator(".ls-board .bead .told").count() >= 1
    page.get_by_role("button", name="Step 1 of 5").click()
    page.wait_for_function("document.querySelector('.ls-head .tale p').innerText.startsWith('Day 0:')")
    assert page.get_by_role("button", name="Step 5 of 5").is_disabled()
    page.get_by_label("Caption").uncheck()
    page.locator(".ls-head .lede").wait_for()
    assert page.locator(".ls-head .tale, .ls-board .bead .told").count() == 0


def test_a_counter_says_who_lost_and_opens_that_line(visitor, url):
    page = visitor.open(f"{url}?scenario=escalation", BEADS)
    for _ in range(24):
        click(page, "Week")
    page.get_by_role("button", name="vehicles not built").click()
    first = page.locator(".ls-head .who li button").first
    name = first.inner_text()
    first.click()
    page.locator(".ls-card h2").wait_for()
    assert page.locator(".ls-head .who").count() == 0
    assert name.split()[0] in page.locator(".ls-card h2").inner_text()


def test_board_and_cascade_can_be_used_with_keys_alone(visitor, url):
    page = visitor.open(f"{url}?scenario=escalation", BEADS)
    for _ in range(24):
        click(page, "Week")
    assert page.locator(f"{BEADS}[tabindex='0']").count() == 1  # one stop of the Tab key, however many lines
    page.locator(f"{BEADS}[tabindex='0']").focus()
    reached = {page.evaluate("document.activeElement.dataset.row")}
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        reached.add(page.evaluate("document.activeElement.dataset.row"))
    assert len(reached) >= 4
    name = page.evaluate("document.activeElement.dataset.line")
    page.keyboard.press("Enter")
    page.locator(".ls-card h2", has_text=name).wait_for()
    page.keyboard.press("Escape")
    page.locator(".ls-card.empty").wait_for()
    page.locator(".ls-charts .row[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    assert "day" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.locator(".ls-card h2").wait_for()


@pytest.mark.parametrize("width", [375, 1400])
def test_a_table_has_the_same_lines_and_the_same_picks(visitor, url, width):
    page = visitor.open(url, ".ls-board summary" if width < 900 else BEADS, width=width)
    state = [] if width < 900 else page.locator(BEADS).evaluate_all("all => all.map(each => each.dataset.line).sort()")
    click(page, "As a table")
    rows = page.locator(".ls-board tbody tr th button")
    rows.first.wait_for()
    assert width < 900 or sorted(rows.all_inner_texts()) == state
    assert find_barriers(page) == [] and page.evaluate("document.scrollingElement.scrollWidth") <= width + 1
    name = rows.nth(7).inner_text()
    rows.nth(7).click()
    page.locator(".ls-card h2", has_text=name).wait_for()
    picture(page, f"watch-table-{width}")
    click(page, "As a drawing")


def test_levers_from_the_start_and_from_today(visitor, url):
    page = visitor.open(url, BEADS)
    page.locator("#ls-cover_magnets").fill("120")
    until(page, "Begun anew, with 120 days of stock: magnet makers from the start")
    page.locator(".lever.pulled", has_text="Magnet makers").wait_for()
    for _ in range(3):
        click(page, "Week")
    page.locator(".ls-head .counters b", has_text="13").wait_for()
    here = day(page)
    click(page, "from today")
    page.locator("#ls-release").fill("0.5")
    until(page, "The state stock releases 0.5 t of Dy and Tb a day.")
    page.locator("#ls-cover_parts").fill("60")
    until(page, "want 60 days of stock")
    assert day(page) == here
    page.locator("#ls-state_stock:disabled").wait_for()
    click(page, "from the start")
    page.locator("#ls-cover_cars").fill("60")
    until(page, "Played again up to today")
    wait_for_count(page, ".lever.pulled", 4)
    page.locator(".ls-charts .ghost").nth(3).wait_for(state="attached")
    assert day(page) == here
    click(page, "Back")
    until(page, "The run before is back.")
    wait_for_count(page, ".lever.pulled", 3)
    assert day(page) == here
    click(page, "Forward")
    until(page, "The run after it is back.")
    wait_for_count(page, ".lever.pulled", 4)
    assert day(page) == here and page.get_by_role("button", name="Forward", exact=True).count() == 0


def wait_for_count(page, what, count):
    """Wait until so many of a kind are on the page, which draws them a moment after it says so."""
    page.wait_for_function("([what, count]) => document.querySelectorAll(what).length === count", arg=[what, count])


def test_a_second_run_with_the_same_luck(visitor, url):
    page = visitor.open(url, BEADS)
    click(page, "Compare")
    until(page, "The same luck with 120")
    click(page, "Week")
    assert page.locator(".ls-charts .ghost").count() >= 4
    click(page, "Show on the board")
    until(page, "Show the first run")
    picture(page, "watch-beside")


ROWS_IN_SIGHT = """() => [...document.querySelectorAll('.ls-charts .row')]
  .map(row => row.getBoundingClientRect()).filter(box => box.top > 0 && box.bottom <= innerHeight).length"""


NOT_TOGETHER = """() => ['.ls-head .counters', '.ls-board', '.ls-charts .cascade']
  .map(part => document.querySelector(part).getBoundingClientRect())
  .filter(box => box.top < 0 || box.bottom > innerHeight || box.height < 40).length"""


@pytest.mark.parametrize(
    ("width", "height", "language"),
    [(1024, 768, "en"), (1280, 720, "en"), (1280, 720, "ja"), (1400, 900, "en"), (1920, 1080, "en")],
)
def test_board_cascade_and_counters_are_seen_together_before_and_after_a_touch(visitor, url, width, height, language):
    page = visitor.open(f"{url}?lang={language}", BEADS, width=width, height=height)
    words = words_in(language, WORDS)
    for _ in range(18):
        click(page, words["week"])
    for touched in (False, True):
        if touched:
            page.locator("#ls-cover_magnets").press("ArrowRight")
            page.locator(".ls-head .versus").wait_for()
        for caption in (True, False):
            page.get_by_label(words["caption"]).set_checked(caption)
            page.locator(".ls-head .tale" if caption else ".ls-head .lede").wait_for()
            page.locator("h1").scroll_into_view_if_needed()
            page.wait_for_timeout(500)  # the cascade is fitted to the room that is left
            assert page.evaluate(NOT_TOGETHER) == 0, (touched, caption)
            assert page.evaluate(ROWS_IN_SIGHT) == page.locator(".ls-charts .row").count() >= 6
            assert find_unreadable(page) == []
    assert find_barriers(page) == []  # and no words under 11 px
    picture(page, f"watch-together-{width}-{language}")


@pytest.mark.parametrize(("width", "height"), [(375, 812), (1280, 720)])
def test_a_lever_from_today_leaves_a_dashed_run_beside_board_and_cascade(visitor, url, width, height):
    page = visitor.open(url, ".ls-board summary" if width < 900 else BEADS, width=width, height=height)
    for _ in range(18):
        click(page, "Week")
    if width < 900:
        page.locator(".ls-levers summary").click()
    until(page, "The same run without your last change goes on beside it")
    assert page.locator(".ls-charts .ghost, .ls-charts .ghosted").count() == 0
    page.locator("#ls-cover_magnets").press("ArrowRight")
    until(page, "Without the last change, from ")
    click(page, "Week")
    page.locator(".ls-charts line.ghosted").first.wait_for(state="attached")  # a level line has no height
    assert page.locator(".ls-charts .ghost").count() == page.locator(".ls-charts .curve").count() > 8
    if width < 900:
        page.locator(".ls-levers summary").click()
    page.locator("h1").scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # the cascade is fitted to the room that is left
    picture(page, f"watch-ghost-{width}")
    assert page.evaluate(ROWS_IN_SIGHT) >= 4
    assert find_unreadable(page) == [] and find_barriers(page) == []


FOCUS = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here)
  const part = here.querySelector(':scope > .grip, :scope > .hit')
  const ring = part ? getComputedStyle(part).stroke !== 'none' && parseFloat(getComputedStyle(part).strokeWidth) : 0
  return { name: here.getAttribute('aria-label') || here.innerText || here.id || here.type,
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || ring >= 1.5,
    seen: box.bottom > 0 && box.top < innerHeight, end: here === document.body }
}"""


def walk_with_tab(page):
    """The stops of the Tab key from the head of the page to its end."""
    page.locator("h1").click()
    found = []
    while len(found) < 120:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["end"]:
            return found
        found.append(stop)
    raise AssertionError("the Tab key does not come to an end")


def test_every_part_of_the_page_is_reached_with_the_tab_key_and_shows_its_focus(visitor, url):
    page = visitor.open(url, BEADS, width=1280, height=720)
    for _ in range(18):
        click(page, "Week")
    page.locator("#ls-cover_magnets").press("ArrowRight")
    until(page, "Without the last change, from ")
    page.locator(".ls-done li button").nth(7).wait_for()
    stops = walk_with_tab(page)
    assert [stop for stop in stops if not (stop["shown"] and stop["seen"])] == []
    names = " | ".join(stop["name"] for stop in stops)
    for part in (
        "vehicles not built",
        "Show on the board",
        "Back",
        "As a table",
        "day 0: ",
        "Words, signs and sources",
    ):
        assert part in names
    done = next(at for at, stop in enumerate(stops) if stop["name"] == "What is done about it")
    lines = page.locator(".ls-done li button").all_inner_texts()
    assert [stop["name"] for stop in stops[done + 1 : done + 1 + len(lines)]] == lines and len(lines) >= 6
    controls = page.locator(".ls-levers :is(input, select, button):not([disabled])").count()
    assert len(stops) - next(at for at, stop in enumerate(stops) if stop["name"] == "Levers") == controls + 1


def test_books_opened_by_a_key_are_read_next_and_closing_them_goes_back(visitor, url):
    page = visitor.open(f"{url}?scenario=escalation", BEADS, width=1024, height=768)
    for _ in range(24):
        click(page, "Week")
    opener = page.locator(".ls-done li button").first
    opener.press("Enter")
    page.locator(".ls-card:focus").wait_for()
    page.keyboard.press("Escape")
    page.locator(".ls-card.empty").wait_for()
    assert opener.evaluate("each => each === document.activeElement")
    page.get_by_role("button", name="lines stopped").press("Enter")
    line = page.locator(".ls-head .who li button").first
    line.press("Escape")
    page.locator(".ls-head .who").wait_for(state="detached")
    page.locator(".counters button:focus", has_text="lines stopped").press("Enter")
    line.press("Enter")
    page.locator(".ls-card:focus .why").wait_for()
    name = page.locator(".ls-card h2").inner_text()
    page.locator(".ls-card .why li button").last.press("Enter")
    page.wait_for_function("n => document.querySelector('.ls-card h2').innerText !== n", arg=name)
    page.locator(".ls-card:focus").wait_for()
    page.get_by_role("button", name="Close", exact=True).press("Enter")
    page.locator(".counters button:focus", has_text="lines stopped").wait_for()
    page.locator(BEADS).nth(20).click()
    page.locator(".ls-card h2").wait_for()
    assert page.locator(".ls-card:focus").count() == 0  # a mouse leaves the focus where it was


def test_what_was_announced_can_be_read_with_keys(visitor, url):
    page = visitor.open(f"{url}?scenario=escalation", BEADS)
    for _ in range(24):
        click(page, "Week")
    page.locator(".ls-charts .mark[tabindex='0']").focus()
    first = page.locator(".ls-charts .tip").inner_text()
    page.keyboard.press("ArrowRight")
    page.locator(".ls-charts .mark:focus").nth(0).wait_for()
    second = page.locator(".ls-charts .tip").inner_text()
    assert first.startswith("day 0: ") and second == "day 49: Re-exports are looked for more closely"
    assert page.locator(".ls-charts .mark:focus").get_attribute("aria-label") == second
    page.keyboard.press("Tab")
    assert page.locator(".ls-charts .tip").count() == 0


def test_two_browsers_have_two_models(visitor, url):
    one, other = visitor.open(url, BEADS), visitor.open(url, BEADS)
    start = other.locator(".ls-head .date").inner_text()
    for _ in range(4):
        click(one, "Week")
    until(one, "days since the shock")
    other.wait_for_timeout(500)
    assert other.locator(".ls-head .date").inner_text() == start
    assert one.locator(".ls-head .date").inner_text() != start


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?scenario=<b>nowhere</b>", "there is no such scenario here"),
        ("?seed=minus-one", "a seed is a whole number"),
        ("?cover_magnets=9999", "goes from 5 to 240 days"),
        ("?cover_magnets=nan", "goes from 5 to 240 days"),
        ("?cover_magnets=lots", "a number was expected"),
        ("?cover_magnet=90", "did you mean 'cover_magnets'"),
    ],
)
def test_an_address_that_cannot_be_read_is_reported_and_left_out(visitor, url, query, words):
    page = visitor.open(url + query, BEADS)
    until(page, words)
    assert "Two months" in page.locator(".ls-head h1").inner_text()


def test_a_bad_seed_in_the_field_changes_nothing(visitor, url):
    page = visitor.open(url, BEADS)
    field = page.locator(".ls-levers input[type=text]")
    field.fill("<script>alert(1)</script>")
    field.press("Enter")
    until(page, "A seed is a whole number")
    click(page, "Day")


@pytest.mark.parametrize(("width", "height"), [(375, 800), (1400, 900)])
def test_everything_can_be_read_and_used_at_any_width(visitor, url, width, height):
    first = ".ls-board summary" if width < 900 else BEADS
    page = visitor.open(f"{url}?scenario=escalation", first, width=width, height=height)
    assert find_unreadable(page) == []
    for _ in range(24):
        click(page, "Week")
    stopped = page.locator(f"{BEADS}[data-state='3'][data-line^='Small magnet distributors']").first
    if width < 900:
        page.locator(".ls-board summary", has_text="Magnets").click()
    stopped.wait_for()
    page.wait_for_timeout(1000)
    assert find_unreadable(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width + 1
    picture(page, f"watch-{width}")
    stopped.click()
    page.locator(".ls-card .why").wait_for()
    assert find_barriers(page) == []
    picture(page, f"watch-{width}-why")
    page.get_by_role("button", name="Close").first.click()
    if width < 900:
        page.locator(".ls-levers summary").click()
    page.locator(".ls-levers .beside select").select_option("review_days")
    page.locator(".ls-levers .beside input").fill("30")
    click(page, "Compare")
    until(page, "The same luck with Review of an application at 30 days")
    page.locator("#ls-cover_cars").press("ArrowRight")
    page.locator(".ls-head .message", has_text="days of stock").wait_for(timeout=8000)
    assert find_unreadable(page) == []


def test_a_step_of_the_reasons_opens_that_company(visitor, url):
    page = visitor.open(f"{url}?scenario=escalation", BEADS)
    for _ in range(24):
        click(page, "Week")
    page.locator(f"{BEADS}[data-state='3'][data-line^='Suzuki']").first.click()
    page.locator(".ls-card .why li").nth(1).wait_for()
    name = page.locator(".ls-card h2").inner_text()
    page.locator(".ls-card .why li button").nth(1).click()
    page.wait_for_function("n => document.querySelector('.ls-card h2').innerText !== n", arg=name)


@pytest.mark.parametrize(("width", "height"), [(375, 800), (1400, 900)])
def test_the_page_is_in_the_language_of_the_address(visitor, url, width, height):
    page = visitor.open(
        f"{url}?scenario=escalation&lang=ja", ".ls-board summary" if width < 900 else BEADS, width, height
    )
    page.wait_for_function("document.documentElement.lang === 'ja'")
    for _ in range(8):
        click(page, "1週間")
    page.locator(".ls-head .tale p", has_text="日目：").wait_for()
    assert find_unreadable(page) == [] and find_barriers(page) == []
    picture(page, f"watch-ja-{width}")
    date = page.locator(".ls-head .date").inner_text()
    page.get_by_label("言語").select_option("en")
    page.get_by_role("button", name="Week", exact=True).wait_for()
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert re.fullmatch(r"\d+ \w+ 2026", page.locator(".ls-head .date").inner_text()) and "年" in date


def test_the_page_is_in_the_language_that_the_browser_accepts(browser, url):
    profile = browser.new_context(locale="ko-KR")
    page = profile.new_page()
    page.goto(url)
    page.get_by_role("button", name="재생", exact=True).wait_for(timeout=60_000)
    assert page.evaluate("document.documentElement.lang") == "ko"
    profile.close()
