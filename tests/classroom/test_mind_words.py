"""The words of minds: what the tables name works in a mind's file, within its range, and nothing else exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import mesa
import pytest

from agents.firm import Firm
from agents.person import Person
from agents.vocabulary import words_of_mind
from model.tables.faults import Faults
from runs.__main__ import main
from runs.classroom.exercise import find_exercise
from runs.classroom.mind_file import mind_in
from runs.classroom.mind_view import SandboxViolation
from runs.classroom.mind_words import mind_word_tables
from runs.classroom.quoted_numbers import find_quotes, find_stale
from runs.simulation.stage import MINDS, Stage, play, stage

DAYS = 40  # in which news, rulings and missing deliveries begin
EXERCISE = find_exercise("0")
PAGE = EXERCISE.page("exercise.md")
LINE = re.compile(r"^\| `(?P<name>\w+)(?:\((?P<arguments>[^)]*)\))?` \|(?P<rest>.*)\|$", re.MULTILINE)
LOOPS = {  # what stands before a call that is about something
    "good": "for good in self.needs:",
    "supplier": "for supplier in self.suppliers(good):",
    "customer": "for customer in self.customers:",
}
GIVEN = {  # a fair value for each argument that is none of these
    "days": "30.0", "times": "1.5", "share": "0.9", "weight": "2.0", "premium": "0.1", "amount": "0.0", "alarm": "10.0",
    "most": "0.2", "newcomers": "0.25", "weights": "dict.fromkeys(self.customers, 1.0)",
}  # fmt: skip


def tables_of(role: str) -> str:
    """The tables of a role's words, as pages quote them."""
    mine = {name: text for name, text in mind_word_tables().items() if name.startswith(f"table:mind:{role}:")}
    return "\n".join(text for name, text in mine.items() if not name.endswith(":goods"))


def call_of(name: str, arguments: str | None) -> str:
    """Python that uses a word, in the body of a method."""
    if arguments is None:
        return f"        seen['{name}'] = self.{name}\n"
    named = [each.partition("=")[0] for each in arguments.split(", ") if each]
    loops = [each for each in LOOPS if each in named]
    per_code = "dict.fromkeys(self.suppliers(good), 0.5)" if "good" in named else "dict.fromkeys(self.customers, 0.5)"
    given = ", ".join(each if each in LOOPS else {"shares": per_code, **GIVEN}[each] for each in named)
    indents = [" " * (8 + 4 * depth) for depth in range(len(loops) + 1)]
    lines = [f"{indent}{LOOPS[each]}\n" for indent, each in zip(indents, loops, strict=False)]
    return "".join(lines) + f"{indents[-1]}seen['{name}'] = self.{name}({given})\n"


def chain_with(tmp_path: Path, role: str, body: str) -> Stage:
    """A world in which the minds of a role come from a file with some methods."""
    file = tmp_path / "mine.py"
    file.write_text(f"class Mine({MINDS[role].__name__}):\n{body}", encoding="utf-8")
    return stage("april-2025", cast={**MINDS, role: mind_in(file, role)})


def minds_of(chain: Stage) -> list[Any]:
    """The people of a chain whose mind comes from a file."""
    return [each for each in chain.people.values() if type(each).__name__ == "Mine"]


@pytest.mark.parametrize("role", MINDS)
def test_every_name_in_the_tables_works_in_a_mind_of_its_role(tmp_path: Path, role: str) -> None:
    rows = list(LINE.finditer(tables_of(role)))
    assert len(rows) > 40 and len({row["name"] for row in rows}) == len(rows)
    body = "    def decide(self):\n        self.seen = seen = {}\n"
    chain = chain_with(tmp_path, role, body + "".join(call_of(row["name"], row["arguments"]) for row in rows))
    play(chain, days=14)
    names = {row["name"] for row in rows}
    assert minds_of(chain)
    for person in minds_of(chain):
        about_nobody = {
            row["name"] for row in rows
            if (("customer" in (row["arguments"] or "")) and not person.customers)
            or (("good" in (row["arguments"] or "")) and not person.needs)
        }  # fmt: skip
        assert set(person.mind.seen) >= names - about_nobody


@pytest.mark.parametrize("role", MINDS)
def test_every_other_public_attribute_is_refused(tmp_path: Path, role: str) -> None:
    told = {row["name"] for row in LINE.finditer(tables_of(role))} | {"decide"}
    chain = chain_with(tmp_path, role, "    pass\n")
    firm = minds_of(chain)[0]
    machinery = {"mind", "caught", "file", "own"}  # by which a firm and its mind from a file know each other
    public = {name for each in (firm, mesa.Agent, Person, Firm) for name in dir(each) if not name.startswith("_")}
    assert told <= public and {"chain", "model", "random", "unique_id", "row", "remove", "open_views"} <= public - told
    for name in public - told:
        with pytest.raises(SandboxViolation, match=f"a mind cannot look at '{name}'|a mind has no '{name}'; did you"):
            getattr(firm.mind, name)
    shown = {name for name in dir(firm.mind) if name.isidentifier() and not name.startswith("_")}
    assert shown == told and not shown & machinery
    lines = sorted(public - told - {word for kind in MINDS.values() for word in words_of_mind(kind)})
    file = tmp_path / "all.py"
    text = f"class Mine({MINDS[role].__name__}):\n    def decide(self):\n"
    file.write_text(text + "".join(f"        x = self.{name}\n" for name in lines), encoding="utf-8")
    with pytest.raises(Faults) as refused:
        mind_in(file, role)
    assert [re.match(r"all\.py, line (\d+): a mind ", each)[1] for each in refused.value.sentences] == [  # type: ignore[index]
        str(number) for number in range(3, 3 + len(lines))
    ]


@pytest.mark.slow
def test_senses_stay_within_the_ranges_of_the_tables_and_are_plain_numbers(tmp_path: Path) -> None:
    chain = stage("april-2025")
    bounds = {row["name"]: row["rest"].split("|")[2].strip() for row in LINE.finditer("\n".join(map(tables_of, MINDS)))
              if re.search(r"\| (True or False|-?\d.*) \|", row["rest"])}  # fmt: skip
    assert len(bounds) > 20
    for _ in range(4):
        for _ in range(DAYS):
            chain.step()
        for person in chain.people.values():
            if isinstance(person, Firm):
                for word in words_of_mind(type(person)).values():
                    if word.kind == "sense":
                        for value in values_of(person, word.name):
                            check_value(value, bounds.get(word.name, ""), f"{person.line}: {word.name}")


def values_of(person: Any, name: str) -> list[Any]:
    """All that a firm senses by a name, about whatever it may be asked."""
    member = getattr(person, name)
    if not callable(member):
        return [member]
    word = words_of_mind(type(person))[name]
    arguments = [each for each in word.arguments or () if "=" not in each]
    cases: list[tuple[str, ...]] = [()]
    for each in arguments:
        if each == "good":
            cases = [(good,) for good in person.needs]
        elif each == "supplier":
            cases = [(*case, supplier) for case in cases for supplier in person.suppliers(*case)]
        else:
            cases = [(customer,) for customer in person.customers]
    return [member(*case) for case in cases]


def check_value(value: Any, bounds: str, who: str) -> None:
    """A value, or each in a table, is plain and within bounds such as "0 to 1"."""
    if type(value) is dict:
        for each in value.values():
            check_value(each, bounds, who)
        return
    assert type(value) in (float, int, bool, str), (who, type(value))
    if bounds:
        least, _, most = bounds.replace("True or False", "0 to 1").replace(" or more", " to inf").partition(" to ")
        assert float(least) - 1e-6 <= value <= float(most) + 1e-6, (who, value, bounds)


def test_what_a_sense_returns_is_the_minds_own(tmp_path: Path) -> None:
    chain = chain_with(tmp_path, "processor", "    pass\n")
    for person in minds_of(chain):
        for name in ("suppliers", "days_to_use"):
            for good in person.needs:
                kept = dict(getattr(person, name)(good))
                getattr(person.mind, name)(good).clear()
                assert getattr(person.mind, name)(good) == kept
        kept = dict(person.watched())
        person.mind.watched().clear()
        assert person.mind.watched() == kept
        assert type(person.mind.needs) is type(person.mind.customers) is tuple


def test_the_page_of_the_exercise_quotes_all_tables_of_its_role_as_they_are() -> None:
    quoted = {name for name, _ in find_quotes(PAGE)}
    tables = {name: text for name, text in mind_word_tables().items() if name.startswith("table:mind:magnet_maker:")}
    assert len(tables) == 5 and set(tables) <= quoted
    known = {**dict(find_quotes(PAGE)), **tables}
    assert find_stale(PAGE, known, "exercise.md") == []
    (stale,) = find_stale(PAGE.replace("| 0 or more |", "| 1 or more |", 1), known, "exercise.md")
    assert stale.name == "table:mind:magnet_maker:sense"


def test_the_command_prints_the_tables_of_all_minds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise", "0", "--senses"]) == 0
    printed = capsys.readouterr().out
    named = {row["name"] for row in LINE.finditer(printed.partition("### Codes of goods")[0])}
    assert named == {word for kind in MINDS.values() for word in words_of_mind(kind)}
    assert "`dytb`" in printed and "| Processor |" in printed
    for words in (["1", "--senses"], ["--senses"], ["0", "--senses", "--check"], ["0", "--senses", "--quiet"]):
        assert main(["exercise", *words]) == 2
