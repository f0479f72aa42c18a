"""The pages of prose: every command and every block of Python in them runs, and they answer what newcomers ask."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from runs.__main__ import main
from runs.handbook.contents import PAGES

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`([\w-]+\.toml)`:\n\n$")
KINDS = {"console", "python", "toml", "sh"}  # sh: what sets up an environment, which other tests run
WITH_BLOCKS = sorted(path.stem for path in PAGES.glob("*.md") if BLOCK.search(path.read_text(encoding="utf-8")))
ASKED = (
    "the keys of a scenario file", "the keys of an experiment", "What comes out", "What does a seed change",
    "How is the ± made", "bring my own tables", "How many samples does Sobol need", "Python interface",
    "What is a lost car", "a batch of 10,000 runs", "a language model take a seat", "without internet",
    "What do I cite", "under which licence", "add a language", "read a figure", "built on Mesa", "not modelled",
)  # fmt: skip


def read(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def run_page(name: str) -> list[str]:
    """Run the blocks of a page in their order; return the commands that were run."""
    text, names, done = read(name), dict[str, Any](), []
    for block in BLOCK.finditer(text):
        kind, content = block.groups()
        if kind == "toml":
            (file,) = NAMED.findall(text[: block.start()])
            Path(file).write_text(content, encoding="utf-8")
        elif kind == "console":
            for line in content.splitlines():
                assert line.startswith("$ linestop "), line
                assert main(shlex.split(line)[2:]) == 0, line
                done.append(line)
        elif kind == "python":
            exec(compile(content, f"{name}.md", "exec"), names)
            done.append(content)
    return done


@pytest.mark.slow
@pytest.mark.subprocess
@pytest.mark.parametrize("name", WITH_BLOCKS)
def test_what_a_page_shows_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if name == "record-columns":  # it reads what a command of another page has written
        assert main(shlex.split("run two-months --days 30 --no-figures --quiet --out out/first")) == 0
    if name == "index":  # which explains a run of the first command
        assert main(["run", "--no-figures", "--quiet"]) == 0
    assert run_page(name)


def test_no_block_is_of_a_kind_that_nobody_runs() -> None:
    for path in PAGES.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        kinds = [kind for kind, _ in BLOCK.findall(text)]
        assert set(kinds) <= KINDS and text.count("```") == 2 * len(kinds), path.name
        assert "sh" not in kinds or path.stem == "index"


def test_questions_are_asked_and_answered_shortly() -> None:
    questions = re.split(r"^### ", read("questions"), flags=re.MULTILINE)[1:]
    titles = [question.partition("\n")[0] for question in questions]
    assert len(titles) >= 20 and all(title.endswith("?") for title in titles)
    assert not [words for words in ASKED if not any(words in title for title in titles)]
    for question in questions:
        prose = BLOCK.sub("", question.partition("\n")[2].partition("\n## ")[0])
        assert 15 < len(prose.split()) < 140, question.partition("\n")[0]
        assert "`" in prose or "](" in prose or BLOCK.search(question), question.partition("\n")[0]
