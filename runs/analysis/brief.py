"""The page to hand over: question, answer, one figure, one table, what it rests on and what would change it."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import jinja2

from runs.analysis.amounts import Unit, number_with_error, unit_for
from runs.analysis.answer import MOST_SCENARIOS, Part, answer, find_question, parts_of
from runs.analysis.asked import asked_sentences
from runs.analysis.compared import (
    Change,
    baseline_estimate,
    median_stop,
    name_of_policy,
    policies_to_show,
    stop_outcome,
)
from runs.analysis.estimates import Estimate
from runs.analysis.findings import Findings, capital, varies
from runs.analysis.grounds import list_changes, list_grounds
from runs.analysis.page import PAGE
from runs.analysis.sensitivity import S1, S1_MARGIN, sensitivity_table, tornado_table
from runs.batch.kept_inputs import INPUTS
from runs.figures.compared import draw_changes, draw_runs, draw_swings
from runs.figures.png import png
from runs.files.durable import write_whole

BRIEF = "brief.html"
MOST_ROWS = 10  # of a table of uncertainties or outcomes
MOST_WITH_STOPS = 2  # scenarios beside one another for which a table has room for the days of stops
MOST_HEADS = 6  # of a table in letters of the usual size
DASH = "–"
ITSELF = Unit()


@dataclass(frozen=True)
class Table:
    """The table of the page: heads, rows of texts, and what stands above some columns: words and how many columns."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    groups: list[tuple[str, int]]


def write_brief(found: Findings, place: Path) -> Path:
    """Write the page to hand over into the folder of a batch, and return its path."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    parts = parts_of(found, scenario_titles(place))
    figure, caption = draw(parts)
    question = found.design.question or find_question(found.design.title, found.design.about)
    title = found.design.title if found.design.title.endswith(("?", ".", "!")) else f"{found.design.title}."
    about = " ".join(f"{title} {found.design.about}".replace(question, "").split()).lstrip(". ")
    answers = [*asked_sentences(parts), *answer(parts)]
    page = templates.get_template("brief.html").render(
        question=question, about=about, answers=answers, figure=None if figure is None else data_uri(figure),
        caption=caption, table=make_table(parts), grounds=list_grounds(found, place), changes=list_changes(parts),
        appendix=PAGE, version=found.about["versions"].get("linestop", ""), again=(place / INPUTS).is_dir(),
        fingerprint=found.about["fingerprint"][:12], most_heads=MOST_HEADS,
    )  # fmt: skip
    write_whole(place / BRIEF, found.in_money(page).encode())
    return place / BRIEF


def scenario_titles(place: Path) -> dict[str, str]:
    """What the scenarios of a batch are called, by their names, as far as their files were kept."""
    found = {}
    for path in sorted((place / INPUTS / "scenarios").glob("*.toml")):
        try:
            found[path.stem] = str(tomllib.loads(path.read_text(encoding="utf-8"))["title"])
        except (ValueError, KeyError):  # edited by hand since; its name stands for it
            continue
    return found


def draw(parts: list[Part]) -> tuple[bytes | None, str]:
    """The figure of the page as a PNG and the words below it; no figure where no two runs differ."""
    if not parts:
        return None, ""
    first = parts[0]
    what = outcome_words(first)
    if policies := shown_policies(parts):
        whose = first.found.policy_name
        words = (f"Change of {what} against the policy {whose}: mean and 95 % interval over {first.found.evidence}. "
                 "Left of the line is less.")  # fmt: skip
        names = [name_of_policy(first.found, each) for each in policies]
        label = first.found.in_money(f"change of {what}")
        return png(draw_changes(names, changes_to_draw(parts, policies), label)), words
    table = tornado_table(first.found, first.outcome).head(MOST_ROWS)
    if len(table):
        ends = [(low / first.unit.size, high / first.unit.size)
                for low, high in zip(table["at its low end"], table["at its high end"], strict=True)]  # fmt: skip
        middle = baseline_estimate(first.found, first.outcome).mean / first.unit.size
        words = (f"Mean of {what} in the lowest and in the highest fifth of the range of each number that nobody "
                 f"knows, all others varying{title_note(parts)}.")  # fmt: skip
        label = first.found.in_money(f"mean of {what}")
        return png(draw_swings(list(table["uncertainty"]), ends, middle, label)), words
    if any(varies(part.runs) for part in parts):
        runs = {part.title: [value / part.unit.size for value in part.runs] for part in parts}
        words = f"{capital(what)}, {first.found.policy_name}: a dot a run, over {first.found.evidence}."
        return png(draw_runs(runs, first.found.in_money(what))), words
    return None, ""


def title_note(parts: list[Part]) -> str:
    """Of which scenario a figure is, where there are several."""
    return f" in “{parts[0].title}”" if len(parts) > 1 else ""


def outcome_words(part: Part) -> str:
    """What the outcome is, with its unit, in words."""
    found, outcome, unit = part.found, part.outcome, part.unit
    if outcome == found.cost:
        return f"value added lost in {found.home_name} ({unit.words})"
    if outcome == found.cars:
        return f"{unit.words} not built in {found.home_name}"
    return outcome


def shown_policies(parts: list[Part]) -> list[tuple[str, ...]]:
    """The policies that the figure and the table show."""
    return policies_to_show([(part.found, part.changes) for part in parts], parts[0].outcome) if parts else []


def changes_to_draw(parts: list[Part], policies: list[tuple[str, ...]]) -> dict[str, list[tuple[float, float]]]:
    """The mean change and half of its interval of each policy in each scenario, in the unit of the outcome."""
    nothing = (float("nan"), float("nan"))
    drawn = {}
    for part in parts[:MOST_SCENARIOS]:
        known = {each.choices: (each.change.mean / part.unit.size, each.change.margin / part.unit.size)
                 for each in part.changes}  # fmt: skip
        drawn[part.title] = [known.get(policy, nothing) for policy in policies]
    return drawn


def make_table(parts: list[Part]) -> Table | None:
    """The table of the page: policies, else uncertainties, else outcomes; None without a number."""
    if not parts:
        return None
    if policies := shown_policies(parts):
        return policy_table(parts, policies)
    return uncertainty_table(parts) or outcome_table(parts)


def policy_table(parts: list[Part], policies: list[tuple[str, ...]]) -> Table:
    """A row a policy, the baseline first; columns for each scenario."""
    first, shown = parts[0], parts[:MOST_SCENARIOS]
    columns = columns_for(parts)
    rows = [[capital(first.found.policy_name), *(column.baseline(part) for part in shown for column in columns)]]
    for policy in policies:
        changes = [next((each for each in part.changes if each.choices == policy), None) for part in shown]
        cells = [column.cell(part, change) if change else DASH for part, change in zip(shown, changes, strict=True)
                 for column in columns]  # fmt: skip
        rows.append([name_of_policy(first.found, policy), *cells])
    total = max(len(part.changes) for part in parts)
    left = f" {len(policies):,} of the {total:,} other policies; all stand in the appendix." * (len(policies) < total)
    heads = ["Policy", *(column.head for _ in shown for column in columns)]
    groups = [("", 1), *((part.title, len(columns)) for part in shown)] if len(shown) > 1 else []
    words = f"First row: {outcome_words(first)} {first.found.policy_name}. All others: what they change of it."
    return Table(f"{words} Means with half of their 95 % intervals.{left}", heads, rows, groups)


@dataclass(frozen=True)
class Column:
    """A column of the table of policies: its head, its cell in the row of the baseline, and that of another policy."""

    head: str
    baseline: Callable[[Part], str]
    cell: Callable[[Part, Change], str]


def columns_for(parts: list[Part]) -> list[Column]:
    """The columns of each scenario: the outcome, days of car production, the stop if there is room, and precaution."""
    found, unit = parts[0].found, parts[0].unit
    changes = [each for part in parts for each in part.changes]
    head = capital(outcome_words(parts[0]).replace(f" in {found.home_name}", ""))
    columns = [Column(head, lambda part: unit.cell(baseline_estimate(part.found, part.outcome)),
                      lambda part, each: unit.cell(each.change, True))]  # fmt: skip
    if any(each.days is not None for each in changes):
        columns.append(Column("Car production bought (days)", blank, lambda part, each: estimate_cell(each.days)))
    if found.has(stop_outcome(found)) and len(parts) <= MOST_WITH_STOPS:
        what = "Half of car lines lost a week (day)" if stop_outcome(found) == found.car_loss else "First stop (day)"
        columns.append(Column(what, lambda part: day_text(median_stop(part.found, part.found.baseline.frame)),
                              lambda part, each: day_text(each.stop)))  # fmt: skip
    if costs := [each.extra.mean for each in changes if each.extra is not None]:
        cost = unit_for(found, found.precaution, costs)
        columns.append(Column(f"Precaution ({cost.words})", blank, lambda part, each: estimate_cell(each.extra, cost)))
    return columns


def blank(part: Part) -> str:
    """An empty cell: the baseline changes nothing."""
    return ""


def estimate_cell(value: Estimate | None, unit: Unit = ITSELF) -> str:
    """A change as the text of a cell; a dash where it is not known."""
    return DASH if value is None else unit.cell(value, True)


def day_text(day: float | None) -> str:
    """A day as the text of a cell."""
    return DASH if day is None else f"{day:.0f}" if isfinite(day) else "never"


def uncertainty_table(parts: list[Part]) -> Table | None:
    """A row an uncertainty: the outcome at both ends of its range, and its part of the variance where it is known."""
    part = parts[0]
    table = tornado_table(part.found, part.outcome)
    if table.empty:
        return None
    indices = sensitivity_table(part.found, part.outcome)
    known = indices.to_dict("records") if S1 in indices else []
    shares = {row["uncertainty"]: (row[S1], row[S1_MARGIN]) for row in known}
    rows = []
    for row in table.head(MOST_ROWS).to_dict("records"):
        ends = [number_with_error(row[name] / part.unit.size) for name in ("at its low end", "at its high end")]
        share = shares.get(row["uncertainty"])
        rows.append([row["uncertainty"], *ends, *([Unit(0.01).text(*share)] if share else [])])
    heads = ["What nobody knows", f"{outcome_words(part)} at its low end", "at its high end"]
    caption = f"Means over the lowest and the highest fifth of each range{title_note(parts)}."
    return Table(caption, heads + ["% of the variance, alone"] * bool(shares), rows, [])


def outcome_table(parts: list[Part]) -> Table:
    """A row a scenario: mean, lowest and highest run of the outcome."""
    rows = [
        [part.title, part.unit.cell(baseline_estimate(part.found, part.outcome)),
         *(part.unit.text(end).removesuffix(part.unit.words).strip() for end in (part.runs.min(), part.runs.max())),
         f"{len(part.runs):,}"]
        for part in parts
    ]  # fmt: skip
    heads = ["Scenario", outcome_words(parts[0]), "lowest run", "highest run", "runs"]
    return Table(f"{capital(parts[0].found.policy_name)}: mean with half of its 95 % interval.", heads, rows, [])


def data_uri(figure: bytes) -> str:
    """A figure as a data URI, so that the page needs no other file."""
    return "data:image/png;base64," + base64.b64encode(figure).decode()
