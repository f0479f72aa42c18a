"""The watch page in each language: every word is there, and of what a run says nothing but names stays English."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.scenario.scenario_files import scenario_names
from runs.browser.desk.catalogue import ENGLISH, languages, texts_in, words_in
from runs.browser.desk.translator import SLOT
from runs.browser.parts.components import ENGLISH_WORDS
from runs.browser.watch import languages as page_languages
from runs.browser.watch.languages import TEXTS, UNTOUCHED, WORDS, in_language, page_words, translator_of
from runs.browser.watch.page import read_query
from runs.browser.watch.session import WatchSession
from runs.simulation.levers import Choice
from runs.simulation.line_labels import line_label
from runs.simulation.stage import SCENARIOS, read_story
from tests.support.translations import assert_like_english

OTHERS = [each for each in languages() if each != ENGLISH]
BROWSER = Path(page_languages.__file__).parents[1]
TEMPLATES = [*(BROWSER / "parts").glob("*.vue"), *(BROWSER / "watch").glob("*.vue")]
WORD_SLOT = re.compile(r"\{\w+\}")
LATIN = re.compile(r"[A-Za-z]{3,}")
SYMBOLS = {"NdPr", "NdFeB"}
PARTS = ("plan", "charts", "responses", "unknowns", "glossary", "card", "sources", "head", "levers")
DAYS = 60
CARD_STEPS = (2, 5)  # after which all cards are read


@pytest.mark.parametrize("language", languages())
def test_the_words_are_complete_in_every_language(language: str) -> None:
    english, words = words_in(ENGLISH, WORDS), words_in(language, WORDS)
    assert list(words) == list(english)
    for key, text in words.items():
        assert text.strip() and sorted(WORD_SLOT.findall(text)) == sorted(WORD_SLOT.findall(english[key])), key
        assert language == ENGLISH or key == "comma" or text != english[key], key


@pytest.mark.parametrize("language", OTHERS)
def test_the_texts_are_complete_in_every_language(language: str) -> None:
    assert_like_english(TEXTS.parent, language)
    assert not set(texts_in(language, TEXTS)) & set(texts_in(language))  # said once, in the catalogue of the game


def test_each_word_is_used_and_each_used_word_is_there() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    asked = set(re.findall(r"\bW\.(\w+)", sources)) | set(re.findall(r"\bt\('(\w+)'", sources))
    quoted = set(re.findall(r"'(\w+)'", sources)) | {"language"}
    assert asked - {"lang"} <= set(words_in(ENGLISH, WORDS)) <= asked | quoted


def test_a_template_holds_no_text_of_its_own() -> None:
    for path in TEMPLATES:
        template = path.read_text(encoding="utf-8").split("<script>")[0]
        shown = re.sub(r"\{\{.*?\}\}|<code>.*?</code>|<h1>Linestop|<[^>]*>", " ", re.sub('"[^"]*"', "", template))
        assert LATIN.findall(shown) == [], path.name
        spoken = re.findall(r'(?<![:\w-])(?:title|aria-label|placeholder)="([^"]*)"', template)
        assert spoken == [], path.name


def test_english_stays_as_it_is() -> None:
    text = json.dumps({"a": "The story is over; Reset begins anew."})
    assert in_language(text, ENGLISH) is text
    assert page_words(ENGLISH) == ENGLISH_WORDS  # what a page without a choice of languages has
    assert json.loads(ENGLISH_WORDS) == {**words_in(ENGLISH, WORDS), "lang": ENGLISH}


@pytest.mark.parametrize(
    ("language", "billions", "cars"),
    [
        ("ja", ["980", "億円"], ["110", "万"]),
        ("ko", ["980", "억엔"], ["110", "만"]),
        ("zh", ["980", "亿日元"], ["110", "万"]),
    ],
)
def test_amounts_are_counted_as_in_the_language(language: str, billions: list[str], cars: list[str]) -> None:
    counters = {"sign": "¥", "cost_words": ["98", "billion"], "vehicles_words": ["1.1", "million"]}
    found = json.loads(in_language(json.dumps(counters), language))
    assert [found["cost_words"][0], found["cost_words"][1].replace(" ", "")] == billions
    assert found["vehicles_words"] == cars and found["sign"] == ""


@pytest.mark.parametrize("sign", ["$", "R$", "BRL "])
def test_an_amount_of_a_world_with_another_currency_keeps_its_sign_before_it(sign: str) -> None:
    counters = {"sign": sign, "cost_words": ["98", "billion"], "vehicles_words": None}
    assert json.loads(in_language(json.dumps(counters), "ja")) == counters | {"cost_words": ["980", "億"]}


def test_the_language_is_no_lever_of_the_address() -> None:
    assert read_query({"lang": ["ja"]}) == read_query({})


@pytest.fixture(scope="module")
def said() -> tuple[frozenset[str], frozenset[str]]:
    """What a whole run says, and the names in it."""
    session = WatchSession(Choice("escalation"))
    try:
        session.run_command("look", on=True)
        found, names, steps = set[str](), names_in(session), 0
        tell(session, found, "pull", key="state_stock", value=1.0)  # before the first day: begun anew
        tell(session, found, "beside", key="review_days", value=30)
        while not session._run.ended:
            tell(session, found, "step", days=DAYS)
            for counter in ("short", "vehicles", "cost"):
                tell(session, found, "who", of=counter)
                session.run_command("who", of="")
            if (steps := steps + 1) in CARD_STEPS:
                for row in range(len(session._run.state)):
                    session.run_command("pick", row=row)
                    found.update(texts_of(json.loads(session.snapshot.card)))
                    found.update(texts_of(json.loads(session.snapshot.sources)))
                session.run_command("pick", row=-1)
            if steps == CARD_STEPS[0]:
                steer(session, found)
        tell(session, found, "step", days=1)
        tell(session, found, "seed", seed="-1")
        return frozenset(found), frozenset(names)
    finally:
        session.close()


def steer(session: WatchSession, found: set[str]) -> None:
    """Pull every lever from today, and once from the start, and bring the run before again."""
    for lever in session.choice.known_levers.values():
        tell(session, found, "pull", key=lever.key, value=lever.most)
        tell(session, found, "pull", key=lever.key, value=2 * lever.most)
    tell(session, found, "beside", key=None)
    tell(session, found, "pull", key="cover_magnets", value=30)
    tell(session, found, "when", today=False)
    commands: dict[str, dict[str, Any]] = {
        "pull": {"key": "state_stock", "value": 2}, "minds": {"on": False}, "seed": {"seed": 2}, "clear": {}
    }  # fmt: skip
    for name, arguments in commands.items():
        tell(session, found, name, **arguments)
        tell(session, found, "back")
        tell(session, found, "forward")
        tell(session, found, "back")


def tell(session: WatchSession, found: set[str], command: str, **arguments: Any) -> None:
    """Run a command and note every text of the page after it."""
    session.run_command(command, **arguments)
    for part in PARTS:
        found.update(texts_of(json.loads(getattr(session.snapshot, part))))


def texts_of(content: Any) -> Iterator[str]:
    """The texts of what JSON holds, but those that the page never shows."""
    if isinstance(content, str):
        yield from [content] * bool(content)
    elif isinstance(content, list):
        for each in content:
            yield from texts_of(each)
    elif isinstance(content, dict):
        for key, each in content.items():
            if key not in UNTOUCHED | {"cost_words", "vehicles_words", "scenarios"}:
                yield from texts_of(each)


def names_in(session: WatchSession) -> set[str]:
    """Names of lines and companies, as they stand on the page."""
    firms = session._run.stage.register.tables.firms
    full = {line.name for line in firms} | {line.short for line in firms if line.short}
    full |= {line_label(session._run, row) for row in range(len(firms))}
    return full | {name.split(" (")[0] for name in full} | {part for name in full for part in name.split(", ")}


def english_left(text: str, names: frozenset[str]) -> list[str]:
    """The words of a translated text that are in Latin letters and no names."""
    for name in longest_first(names):
        text = text.replace(name, " ")
    return [word for word in LATIN.findall(text) if word not in SYMBOLS]


@cache
def longest_first(names: frozenset[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
def test_nothing_but_names_stays_english_in_a_whole_run(
    language: str, said: tuple[frozenset[str], frozenset[str]]
) -> None:
    texts, names = said
    assert len(texts) > 1000
    for words in ("Worried", "Day 0:", "was curtailed", "Licences:", "applications filed", "Begun anew", "Played again",
                  "Without the", "normal stock", "of them on this day"):  # fmt: skip
        assert any(words in text for text in texts), words
    translator = translator_of(language)
    left = {text: english_left(translator(text) or text, names) for text in texts}
    assert {text: words for text, words in left.items() if words} == {}
    for text in texts:
        if (day := re.match(r"Day (\d+): ", text)) and len(text) > len(day[0]):  # in its place, whatever follows
            assert re.match(rf"(第|시작 )?{day[1]}\D", translator(text) or ""), (text, translator(text))


@pytest.mark.parametrize("language", OTHERS)
def test_a_quotation_from_the_tables_stays_as_it_is(language: str) -> None:
    sources = [{"sort": "sourced", "source": "share", "numbers": [{"what": "capacity", "unit": "days"}]}]
    (found,) = json.loads(in_language(json.dumps(sources), language))
    (number,) = found["numbers"]
    assert found["source"] == "share" and not any(map(LATIN.search, (found["sort"], number["what"], number["unit"])))


@pytest.mark.parametrize("language", OTHERS)
def test_every_scenario_that_comes_with_linestop_is_told(language: str) -> None:
    translator = translator_of(language)
    for name in scenario_names(SCENARIOS):
        story, tables = read_story(name)
        texts = [story.title, story.about, *(shock.note for shock in story.shocks)]
        for each in story.ranges:
            texts += [each.name, each.told_by, f"{each.name} at 90 {each.unit} from the start and the same luck"]
        texts += [good.name for good in tables.goods] + [country.name for country in tables.countries]
        assert [text for text in texts if not translator(text) or (LATIN.search(translator(text) or "")
                and english_left(translator(text) or "", frozenset({"G7"})))] == []  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_a_line_with_a_name_in_the_language_has_it_everywhere(language: str) -> None:
    session, translator = WatchSession(Choice("gallium-too")), translator_of(language)
    firms = session._run.stage.register.tables.firms
    told = {row for row, line in enumerate(firms) if translator(line.name)}
    assert len(told) > 40 and not any(translator(firms[row].short) is None for row in told)
    assert not any(translator(line_label(session._run, row)) is None for row in told)
    assert all(
        translator(line.name) is None for line in firms if line.name.startswith(("Toyota", "Daido", "Star Group"))
    )
    session.close()


@pytest.mark.parametrize("language", OTHERS)
def test_a_slot_of_a_list_or_of_digits_is_kept(language: str) -> None:
    for english, text in texts_in(language, TEXTS).items():
        assert set(SLOT.findall(english)) == set(SLOT.findall(text)), english


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_ends_once(language: str) -> None:
    translator = translator_of(language)
    sentence = "Starts again when 5 days of every input are there; has 0.5 of small motors"
    assert translator(sentence + ".") in {f"{translator(sentence)}{stop}" for stop in ".。"}
