"""Anonymised names: countries and companies by what they do, for a class that should not take sides."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from model.scenario.scenario import Scenario
from model.tables.focus_file import Money
from model.tables.rows import Line
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables
from runs.classroom.exercise import EXERCISES
from runs.classroom.neutral_words import FIRST_YEAR, MONTHS, hide_codes, neutral_dates, neutral_money

ROLE_NOUNS = {"automaker": "car maker", "neighbour": "magnet firm", "none": "firm"}  # of roles called by another name
EVERYDAY_WORDS = frozenset(
    ("Other", "Small", "Large", "Buyers", "Truck", "Electric", "Motors", "Rare", "Earth", "Group", "Northern")
)  # capital words in names of lines that name no company
MANY_COMPANIES = frozenset(("none", "industry", "trader", "neighbour", "processor"))  # roles whose lines may be groups
COUNTRY_WORDS, COMPANY_WORDS = EXERCISES / "words_for_countries.csv", EXERCISES / "words_for_companies.csv"
JSON_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?')  # with the colon behind one that is a key
SOURCES_SECTION = re.compile(r"^## Sources\n+(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FACT = re.compile(r"\b[A-G]\d{1,2}\b")
VERBATIM = r'data:[^"]*"|https?://\S+|<code[^>]*>.*?</code>|```.*?```|`[^`\n]*`'  # pictures, links and what is typed
HOW_TO_READ = (
    "Countries and firms have neutral names here. Months are counted from the first of the story's first year."
)
ABBREVIATION = re.compile(r"[A-Z]{3}")
SHORTEST_NAME = 4  # letters of a company's name that are looked for in texts


def anonymise(tables: Tables) -> Tables:
    """Replace the names of countries and companies in tables; codes and numbers stay as they are."""
    countries = tuple(each.model_copy(update={"name": each.neutral}) for each in tables.countries)
    names = line_names(tables)
    firms = tuple(
        line.model_copy(update={"name": names[line.line], "short": company_of(names[line.line]) if line.short else ""})
        for line in tables.firms
    )
    return replace(tables, countries=countries, firms=firms)


def line_names(tables: Tables) -> dict[str, str]:
    """Line code -> such as "Assembler car maker 3 (hybrid cars)": companies are numbered in the order of the table."""
    called = {country.country: country.neutral for country in tables.countries}
    goods = {good.good: good.name for good in tables.goods}
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for line in tables.firms:
        noun = role_noun(line.role, tables)
        group = seen[line.country, noun]
        if line.firm not in group:
            group.append(line.firm)
        number = group.index(line.firm) + 1
        name = f"{called[line.country]} {noun} {number} ({goods[line.good]}"
        twins = sum(other == f"{name})" or other.startswith(f"{name}, line ") for other in names.values())
        names[line.line] = f"{name}, line {twins + 1})" if twins else f"{name})"
    return names


def company_of(name: str) -> str:
    """The company in the neutral name of a line, without the good that it makes.

    >>> company_of("Assembler car maker 3 (hybrid cars)")
    'Assembler car maker 3'
    """
    return name.partition(" (")[0]


def role_noun(role: str, tables: Tables) -> str:
    """What a line of a role is: as its world names the role, or one whose mind it has."""
    if any(own.role == role for own in tables.roles):
        return role.replace("_", " ")
    return ROLE_NOUNS.get(role, role.replace("_", " "))


def anonymise_scenario(scenario: Scenario, tables: Tables | None = None) -> Scenario:
    """Replace the names of countries and companies in the texts of a scenario."""
    words = word_map(tables or read_tables(DATA))
    shocks = tuple(
        shock.model_copy(
            update={"note": replace_words(shock.note, words), "source": replace_words(shock.source, words)}
        )
        for shock in scenario.shocks
    )
    about, title = replace_words(scenario.about, words), replace_words(scenario.title, words)
    return scenario.model_copy(update={"title": title, "about": about, "shocks": shocks})


def anonymise_text(text: str, tables: Tables | None = None) -> str:
    """Replace names of countries and companies, dates and the currency; embedded pictures, links and code stay."""
    world = tables or read_tables(DATA)
    named = replace_words(text, word_map(world))
    parts = re.split(f"({VERBATIM})", named, flags=re.DOTALL)
    money = world.focus.money if world.focus else Money()
    return "".join(
        part if number % 2 else neutral_money(neutral_dates(part), money) for number, part in enumerate(parts)
    )


def anonymise_page(page: str, teacher: bool, tables: Tables | None = None) -> str:
    """A student's page in Markdown with neutral words; the `teacher` keeps the sources and what is typed with codes."""
    world = tables or read_tables(DATA)
    if not teacher:
        plain = anonymise_text(hide_codes(hide_sources(page), codes_of(world)), world)
        return plain.replace("\n", f"\n\n{HOW_TO_READ}\n", 1)
    sources = SOURCES_SECTION.search(page)
    if sources is None:
        return anonymise_text(page, world)
    before, after = (anonymise_text(part, world) for part in (page[: sources.start()], page[sources.end() :]))
    return before + sources[0] + after


def codes_of(tables: Tables) -> set[str]:
    """What tells, where it is typed, whom or when a story is about: codes, names, and names with a year."""
    lines = {code for line in tables.firms for code in (line.line, line.firm)}
    countries = {country.country for country in tables.countries}
    words = {part.lower() for word in word_map(tables) for part in word.split() if len(part) >= SHORTEST_NAME}
    dated = {f"{month.lower()}-{year}" for month in MONTHS for year in range(FIRST_YEAR, FIRST_YEAR + 3)}
    return lines | countries | (words - {word.lower() for word in EVERYDAY_WORDS}) | dated


def anonymiser() -> Callable[[str], str]:
    """What replaces the names of the base case in a text, for one who has many texts of a world.

    In JSON a text that is the short name of a line is replaced as well, which in a sentence may be a plain word.
    """
    tables = read_tables(DATA)
    words, shorts = {**word_map(tables), **names_of_lines(tables)}, short_names(tables)

    def named(found: re.Match[str]) -> str:
        return found[0] if found[2] or found[1] not in shorts else json.dumps(shorts[found[1]])

    return lambda text: replace_words(JSON_TEXT.sub(named, text), words)


def names_of_lines(tables: Tables) -> dict[str, str]:
    """The name of each line, with and without what stands in brackets behind it -> its neutral one."""
    neutral = line_names(tables)
    with_good = {line.name: neutral[line.line] for line in tables.firms}
    return {line.name.partition(" (")[0]: company_of(neutral[line.line]) for line in tables.firms} | with_good


def short_names(tables: Tables) -> dict[str, str]:
    """The short name of each line -> the neutral name of its company."""
    neutral = line_names(tables)
    return {line.short: company_of(neutral[line.line]) for line in reversed(tables.firms) if line.short}


def word_map(tables: Tables) -> dict[str, str]:
    """Word -> anonymised word, for countries, their adjectives (as a possessive), and companies."""
    neutral = {country.country: country.neutral for country in tables.countries}
    words = {country.name: country.neutral for country in tables.countries if is_name(country.name)}
    for word, country, possessive in country_words():
        if country in neutral:
            words[word] = f"{neutral[country]}'s" if possessive else neutral[country]
    names = line_names(tables)
    no_company = EVERYDAY_WORDS.union(*(word.split() for word in words), *(f"{word}-owned".split() for word in words))
    for line in tables.firms:
        company = company_of(names[line.line])
        for name in company_names(line, tables.minds_of_roles.get(line.role, line.role), no_company):
            words.setdefault(name, company)
    return words | {word: company_of(names[line]) for word, line in company_words() if line in names}


def is_name(words: str) -> bool:
    """Whether the name of a country is a proper name: "Other countries" is none."""
    return not EVERYDAY_WORDS.intersection(words.split())


@cache
def country_words() -> list[tuple[str, str, bool]]:
    """Other words for countries: the word, the code of the country, and whether the word is an adjective."""
    with COUNTRY_WORDS.open(encoding="utf-8", newline="") as file:
        return [(row["word"], row["country"], row["possessive"] == "yes") for row in csv.DictReader(file)]


@cache
def company_words() -> list[tuple[str, str]]:
    """Names of companies that the rule for capital words does not find: the word, and the code of a line of theirs."""
    with COMPANY_WORDS.open(encoding="utf-8", newline="") as file:
        return [(row["word"], row["line"]) for row in csv.DictReader(file)]


def company_names(line: Line, mind: str, no_company: frozenset[str]) -> list[str]:
    """The names of real companies in the name of a line with the mind of a role: capital words before any bracket."""
    if line.houses > 1 and mind in MANY_COMPANIES:
        return []
    found = re.findall(r"[A-Z][\w-]+(?: [A-Z][\w-]+)*", line.name.partition(" (")[0])
    long = (name for name in found if len(name) >= SHORTEST_NAME or ABBREVIATION.fullmatch(name))
    return [name for name in long if not no_company.intersection(name.split())]


def replace_words(text: str, words: dict[str, str]) -> str:
    """A text with words replaced, the longest first, outside of code, links and embedded pictures.

    >>> replace_words("The Chinese firms sell to a Japanese one.", {"Chinese": "Upstream's", "Japanese": "Assembler's"})
    "Upstream's firms sell to an Assembler one."
    """
    pattern = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    whole = re.compile(rf"({VERBATIM})|\b(?:([Tt]he|[Aa]n?)\s+)?({pattern})(?!\w)(-owned|(?!-))", re.DOTALL)

    def anew(found: re.Match[str]) -> str:
        kept, article, word, owned = found.groups()
        if kept:
            return str(kept)
        name = words[" ".join(word.split())]
        plain = name.removesuffix("'s")
        if article is None or article.lower() == "the":
            return plain + owned if owned else name
        return f"{article[0]}{'n' if plain[0] in 'AEIOU' else ''} {plain}{owned}"

    return whole.sub(anew, text)


def hide_sources(page: str) -> str:
    """Replace the sources of a page, in Markdown, by the numbers of its facts: publications name the sides."""

    def fact_numbers(found: re.Match[str]) -> str:
        facts = ", ".join(dict.fromkeys(FACT.findall(found["text"])))
        words = f"Facts by number: {facts}. Their publications name the sides; the teacher's copy has them."
        return f"## Sources\n\n{words}\n"

    return SOURCES_SECTION.sub(fact_numbers, page)
