"""The pages that commands write, in a real browser: nothing keeps anybody out, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runs.__main__ import main
from tests.analysis.test_answers_from_files import run_small_batch
from tests.support.pages import Visitor, chromium, find_barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ("run/report.html", "batch/analysis.html", "batch/brief.html", "exposure/exposure.html")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    run_small_batch(folder, "latin", 4).rename(folder / "batch")
    commands = (
        ["run", "full-stop", "--quiet", "--out", f"{folder}/run"],
        ["analyse", f"{folder}/batch"],
        ["exposure", "--days", "30", "--only", "country", "--processes", "1", "--out", f"{folder}/exposure"],
    )
    assert [main(words) for words in commands] == [0, 0, 0]
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_keeps_anybody_out(browser: Any, place: Path, page: str, width: int) -> None:
    visitor = Visitor(browser)
    opened = visitor.open((place / page).as_uri(), "h1", width=width)
    assert find_barriers(opened) == []
    visitor.leave()
