"""Lists of what comes with Linestop: scenarios, designs, codes of the base case, levers, samplers, forms of import."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getdoc

from model.scenario.scenario_files import scenario_names
from model.tables.table_files import DATA, read_tables
from runs.batch.design import DESIGNS, read_design
from runs.batch.samplers import SAMPLERS, count_futures
from runs.browser.watch.glossary import glossary
from runs.handbook.markdown import plain
from runs.reference.markdown_table import markdown_table
from runs.reference.variables import list_variables
from runs.simulation.levers import LEVERS
from runs.simulation.named_levers import MEANINGS, WORDS
from runs.simulation.stage import SCENARIOS, read_story
from runs.worlds.edge_columns import WORDS as HEADINGS
from runs.worlds.simulators import rules_of_simulator, simulator_names

SOME_SAMPLES, SOME_UNCERTAINTIES, SOME_LEVELS = 64, 8, 3  # of the table of samplers
VARIED = "january-2026"


def list_blocks() -> dict[str, Callable[[], str]]:
    """The blocks of lists, by name."""
    return {
        "scenarios": scenarios,
        "designs": designs,
        "countries": countries,
        "goods": goods,
        "firms": firms,
        "word-levers": word_levers,
        "page-levers": page_levers,
        "variables": variables,
        "samplers": samplers,
        "headings": headings,
        "simulators": simulators,
        "words": words,
    }


def scenarios() -> str:
    """The scenarios with what happens in each, and when."""
    parts = []
    for name in scenario_names(SCENARIOS):
        story, _ = read_story(name)
        head = f"## {name}\n\n**{plain(story.title)}.** {plain(story.about)} From {story.start}, {story.days} days."
        rows = [(f"`{shock.date}`", f"`{shock.kind}`", plain(shock.note)) for shock in story.shocks]
        parts.append(f"{head}\n\n{markdown_table(('Date', 'Kind', 'What happens'), rows)}" if rows else head)
    return "\n\n".join(parts)


def designs() -> str:
    """The designs of experiments with what they ask."""
    found = (read_design(path.stem) for path in sorted(DESIGNS.glob("*.toml")))
    rows = [(f"`{each.name}`", plain(each.question or each.title), plain(each.about)) for each in found]
    return markdown_table(("Design", "Question", "About"), rows)


def countries() -> str:
    """The countries of the base case."""
    rows = [(f"`{each.country}`", each.name, each.zone) for each in read_tables(DATA).countries]
    return markdown_table(("Code", "Country", "Price zone"), rows)


def goods() -> str:
    """The goods of the base case."""
    tables = read_tables(DATA)
    makers, users = [line.good for line in tables.firms], [need.good for need in tables.needs]
    rows = [
        (f"`{each.good}`", each.name, each.unit, str(makers.count(each.good)), str(users.count(each.good)))
        for each in tables.goods
    ]
    return markdown_table(("Code", "Good", "Unit", "Lines that make it", "Lines that use it"), rows)


def firms() -> str:
    """The lines of the base case."""
    rows = [
        (
            f"`{line.line}`",
            f"`{line.firm}`",
            line.name,
            line.country,
            str(line.tier),
            f"`{line.role}`",
            f"`{line.good}`",
        )
        for line in read_tables(DATA).firms
    ]
    return markdown_table(("Line", "Firm", "Name", "Country", "Tier", "Role", "Makes"), rows)


def word_levers() -> str:
    """The levers whose choices are words, with the settings that each choice makes."""
    parts = []
    for name, choices in WORDS.items():
        rows = [
            (f"`{choice}`", ", ".join(f"`{each}`" for each in settings) or "nothing")
            for choice, settings in choices.items()
        ]
        parts += [f"### `{name}`", plain(MEANINGS[name]), markdown_table(("Choice", "Settings that it makes"), rows)]
    return "\n\n".join(parts)


def page_levers() -> str:
    """The levers of the page of `watch` on the base case."""
    rows = [
        (each.label, f"{each.least:g} to {each.most:g} {each.unit}", "yes" if each.today else "from the start only")
        for each in LEVERS.values()
    ]
    return markdown_table(("Lever", "Range", "In mid-run"), rows)


def variables() -> str:
    """What can be varied in a scenario beside columns of the tables."""
    rows = [
        (f"`{each.key}`", f"`{each.value}`", "" if None in (each.low, each.high) else f"{each.low:g} to {each.high:g}",
         plain(each.about))
        for each in list_variables(VARIED)
    ]  # fmt: skip
    return markdown_table(("Key", "Now", "Known between", "Of what"), rows)


def samplers() -> str:
    """The samplers, with how many futures each makes of some samples."""
    rows = [
        (f"`{name}`", plain((getdoc(sampler) or "").replace("\n", " ")),
         f"{count_futures(name, SOME_UNCERTAINTIES, SOME_SAMPLES, SOME_LEVELS):,}")
        for name, sampler in SAMPLERS.items()
    ]  # fmt: skip
    made = f"{SOME_UNCERTAINTIES} uncertainties, {SOME_SAMPLES} samples (of a grid {SOME_LEVELS} levels)"
    return markdown_table(("Sampler", "What it does", f"Futures of {made}"), rows)


def headings() -> str:
    """By which headings the columns of a list of links are known."""
    rows = [
        (f"`{what}`", title, ", ".join(f"`{each}`" for each in known))
        for part, title in (("side", "who"), ("firm", "of a firm"), ("link", "of a link"))
        for what, known in HEADINGS[part].items()
    ]
    return markdown_table(("Column", "Of what", "Headings by which it is known"), rows)


def simulators() -> str:
    """The published simulators by whose rules an imported world can go."""
    return markdown_table(
        ("Name", "Rules of"), [(f"`{name}`", rules_of_simulator(name).simulator) for name in simulator_names()]
    )


def words() -> str:
    """The words of the pages with their meanings, and the goods and tiers of the base case."""
    parts = []
    for group in glossary(read_tables(DATA)):
        rows = [(word, plain(meaning)) for word, meaning in group["words"]]
        parts.append(f"## {group['title']}\n\n{markdown_table(('Word', 'Meaning'), rows)}")
    return "\n\n".join(parts)
