"""A world without Japan is told of as its own: its home, its exporters, its makers, in every command that takes it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pandas as pd
import pytest

from runs.__main__ import main
from runs.figures.captions import CAPTIONS, WIDE_ECONOMY
from runs.measures.outcomes import outcomes
from runs.simulation.focus import focus_of
from runs.simulation.stage import play, stage
from tests.support.motors import write_motors

STRANGERS = ("Japan", "Korea", "vehicles", "Vehicles", "car lines", "Motors and parts", "nan", "Warning")
FRENCH = """home = "FR"
adjective = "French"
neighbour = "DE"
[story]
industry = "pumps"
[stock]
role = "parts_maker"
makers = "motor makers"
[tiers]
2 = "Magnets"
3 = "Motors"
4 = "Machines"
"""


def told(text: str) -> str:
    """What a page or a terminal says, without pictures that are part of it."""
    return " ".join(part for part in text.split('"') if not part.startswith("data:")).replace("JPY", "")


@pytest.mark.subprocess
def test_it_goes_through_run_with_figures_explain_and_compare(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = write_motors(tmp_path)
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert main(["run", "stop.toml", "--world", str(world), "--out", "run", "--audit"]) == 0
        assert main(["explain", "stop.toml", "--firm", "TRU", "--world", str(world)]) == 0
        assert main(["compare", "calm", "stop.toml", "--world", str(world), "--out", "both"]) == 0
    result = capfd.readouterr()
    report = told(Path("run/report.html").read_text())
    for words in (told(result.out), told(result.err), report):
        assert not [stranger for stranger in STRANGERS if stranger in words]
    assert {path.stem for path in Path("run").glob("*.png")} == set(CAPTIONS) - {WIDE_ECONOMY}
    for words in ("The first line in Germany to stop was Hanau magnets", "banned since", "Lines stopped in Germany"):
        assert words in " ".join(result.out.split()), words
    assert "Germany lost value added" in report and Path("both/comparison.png").is_file()
    results = json.loads(Path("run/outcomes.json").read_text())
    assert results["lines_stopped_DE"] == 5 and results["shortest_cover_days_magnet_makers_DE"] < 0.01
    assert not any(name.endswith(("_JP", "_KR")) or "vehicle" in name for name in results)


@pytest.mark.subprocess
def test_its_batch_is_about_its_home(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = write_motors(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["batch", "cover.toml", "--world", str(world), "--out", "b", "--processes", "1"]) == 0
    assert main(["analyse", "b"]) == 0
    result, page = capfd.readouterr(), told(Path("b/analysis.html").read_text())
    assert "Germany loses value added" in result.out and "Germany" in page
    assert not [stranger for stranger in STRANGERS[:2] if stranger in told(result.out) + page]
    days = pd.read_parquet("b/days")
    assert {"value_added_lost_jpy_bn_DE", "cover_days_magnet_makers_DE"} <= set(days) and "vehicles_JP" not in days


def test_it_may_say_what_it_is_about(tmp_path: Path) -> None:
    world = write_motors(tmp_path, FRENCH)
    record = play(stage(str(tmp_path / "stop.toml"), world=world))
    about, result = focus_of(record.register.tables), outcomes(record)
    assert about.reported == ("FR", "DE") and about.tiers == {2: "Magnets", 3: "Motors", 4: "Machines"}
    assert about.exporters == ("CN",) and about.inside == "China" and about.at_home("makers") == "French makers"
    assert about.story == "pumps" and about.vehicles == ()
    assert result["lines_stopped_FR"] == 2 and "lines_stopped_AT" not in result
    assert result["shortest_cover_days_parts_makers_FR"] < 30.0


def test_what_is_wrong_in_what_it_says_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = write_motors(tmp_path, 'home = "JP"\n[stock]\nrole = "magnet_makers"\nmakers = "makers"\n')
    assert main(["run", str(tmp_path / "stop.toml"), "--world", str(world), "--no-figures"]) == 2
    words = capsys.readouterr().err
    assert "focus.toml: home: found 'JP', which is not a known country" in words
    assert "stock.role" in words and "did you mean 'magnet_maker'?" in words
