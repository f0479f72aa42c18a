"""The command line as people use it: what it prints, what it keeps, and how it takes mistakes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runs.__main__ import COMMANDS, main

HOUSE = Path(__file__).parents[2]
COMMANDS_OF_README = (
    "python3 -m pip install -e . && python3 -m runs",
    "python3 -m pip install -e '.[test]' && python3 -m pytest",
)

MISTAKES = {
    "a scenario that nobody wrote": (["run", "two-month"], "two-months"),
    "a command that nobody knows": (["rnu"], "run"),
    "a command by its old name": (["facts", "needs"], "write 'linestop parameters'"),
    "an option that nobody knows": (["run", "--sed", "1"], "--seed"),
    "a seed that is no number": (["run", "--seed", "x"], "seed"),
    "days below one": (["run", "--days", "-3"], "days"),
    "a setting of an unknown column": (["run", "--set", "needs.cover_dys[role=trader]=3"], "cover_days"),
    "a setting that reaches no row": (["run", "--set", "needs.cover_days[line=NOBODY]=3"], "NOBODY"),
    "a setting without a value": (["run", "--set", "days"], "KEY=VALUE"),
    "shares that do not add to 1": (["run", "--set", "links.share[supplier=CRE-D,line=SEJ-H]=0.9"], "add to 1"),
    "a firm that nobody has": (["explain", "two-months", "--firm", "Toyotaa"], "Toyota"),
    "one scenario twice": (["compare", "calm", "calm"], "calm"),
}


@pytest.mark.subprocess
@pytest.mark.parametrize("name", ["agents", "model"])
def test_another_package_of_the_same_name_is_told_in_a_sentence_if_it_is_found_first(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("Agent = Runner = None\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "runs", "exercise", "0", "--senses"]
    places = [str(tmp_path), str(HOUSE)]
    for order, code in ((places, 2), (places[::-1], 0)):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(order)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == code, done.stderr
        if code:
            first = f"linestop: another package that is called '{name}' is found first, in {tmp_path / name}; install"
            assert done.stderr.startswith(first) and done.stderr.count("\n") == 1 and not done.stdout
        else:
            assert "`stock(good)`" in done.stdout and not done.stderr


@pytest.mark.subprocess
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_a_sentence_and_nothing_is_written(
    mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words, mend = MISTAKES[mistake]
    assert main(list(words)) == 2
    output = capsys.readouterr()
    assert mend in output.err
    assert "Traceback" not in output.err
    assert not any(tmp_path.rglob("*.*"))


def test_a_run_is_told_kept_and_read_by_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "full-stop", "--days", "150", "--no-figures", "--audit", "--json"]) == 0
    output = json.loads(capsys.readouterr().out)
    kept = {path.name for path in (tmp_path / "out" / "full-stop").iterdir()}
    assert {"lines.parquet", "needs.parquet", "links.parquet", "licences.parquet", "prices.parquet"} <= kept
    assert {"outcomes.json", "columns.csv", "linestop.json"} <= kept
    assert output["outcomes"]["scenario"] == "full-stop" and output["stops"]


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("dear diary", encoding="utf-8")
    assert main(["run", "calm", "--days", "3", "--no-figures", "--out", str(tmp_path)]) == 2
    assert "linestop" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_explain_walks_from_a_stop_to_its_root(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "full-stop", "--firm", "Suzuki"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "Suzuki Swift stopped on day" in words and "for want of small sensors" in words
    assert "Suzuki petrol cars was short on day" in words and "since 6 January 2026" in words
    assert main(["explain", "calm", "--firm", "Suzuki"]) == 0
    assert capsys.readouterr().out.count("was never short: it lost less than a week's output") == 3


def test_scenarios_and_parameters_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("calm", "two-months", "full-stop", "january-2026", "truce"))
    assert main(["parameters", "needs", "--line", "SEJ-H"]) == 0
    assert "assumption" in capsys.readouterr().out


def test_scenarios_are_compared_seed_by_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "calm", "truce", "--out", str(tmp_path / "side-by-side")]) == 0
    assert {"comparison.csv", "comparison.png"} <= {path.name for path in (tmp_path / "side-by-side").iterdir()}
    assert "truce" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"linestop {name}" in capsys.readouterr().out.split("example:")[1]


@pytest.mark.subprocess
def test_the_module_is_the_same_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runs", "run", "calm", "--days", "5", "--no-figures"],
        cwd=tmp_path, env={"PYTHONPATH": str(HOUSE), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "No line stopped" in done.stdout
    assert (tmp_path / "out" / "calm" / "linestop.json").exists()


def test_the_readme_and_the_house_check_give_the_same_two_commands() -> None:
    for file in ("README.md", ".ci/run"):
        text = (HOUSE / file).read_text(encoding="utf-8")
        for command in COMMANDS_OF_README:
            assert command in text, f"{file} lacks {command}"


PAPERS = ("README.md", *(str(path.relative_to(HOUSE)) for path in sorted((HOUSE / "runs").glob("*/*.md"))))


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_shows_a_command_that_does_not_exist(paper: str) -> None:
    text = (HOUSE / paper).read_text(encoding="utf-8")
    named = set(re.findall(r"^\s*linestop ([a-z-]+)", text, flags=re.MULTILINE)) | set(
        re.findall(r"`linestop ([a-z][a-z-]*)[ `]", text)
    )
    assert named <= set(COMMANDS) and (named or paper != "README.md")


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_of_a_paper_leads_somewhere(paper: str) -> None:
    text = (HOUSE / paper).read_text(encoding="utf-8")
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    here = [target for target in targets if target and not target.startswith(("http", "mailto"))]
    assert [target for target in here if not ((HOUSE / paper).parent / target).exists()] == []


def test_the_readme_is_short_enough_to_be_read_to_its_end() -> None:
    assert len((HOUSE / "README.md").read_text(encoding="utf-8").splitlines()) < 150


HEAVY = {"numpy", "pandas", "matplotlib", "numba", "mesa", "pydantic", "solara"}


@pytest.mark.subprocess
def test_help_imports_nothing_that_is_slow() -> None:
    code = "import sys; from runs.__main__ import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.subprocess
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing(tmp_path: Path, sign: signal.Signals, code: int) -> None:
    words = ["-c", "import sys; from runs.__main__ import main; sys.exit(main())", "run", "calm", "--days", "30000"]
    with subprocess.Popen(
        [sys.executable, *words], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(HOUSE)},
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        while not (tmp_path / "out").exists():
            assert run.poll() is None
            time.sleep(0.02)
        time.sleep(0.5)
        run.send_signal(sign)
        out, err = run.communicate(timeout=60)
    assert run.returncode == code, err
    assert out == "" and len(err.splitlines()) <= 1 and "Traceback" not in err
    assert not list(tmp_path.iterdir())


@pytest.mark.subprocess
def test_a_reader_that_has_seen_enough_is_no_fault() -> None:
    code = "import sys; from runs.__main__ import main; sys.exit(main(['parameters']))"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == ""
    assert run.returncode == 0


def test_all_parameters_are_shown_within_a_hundred_letters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parameters"]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 100
    assert main(["parameters", "--json"]) == 0
    parameters = json.loads(capsys.readouterr().out)
    assert len(parameters) > 4000
    for each in parameters:
        assert each["unit"] and each["source"]
        assert each["kind"] != "assumption" or each["low"] <= each["high"]


@pytest.mark.subprocess
def test_all_faults_of_a_scenario_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "mine.toml"
    scenario.write_text('title = "Mine"\nabout = "Mine."\nbase = "clam"\ndays = -3\nseeed = 4\n', encoding="utf-8")
    assert main(["run", str(scenario), "--out", str(tmp_path / "results")]) == 2
    output = capsys.readouterr().err
    assert "'calm'" in output and "days" in output and "seeed" in output and "Traceback" not in output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]
