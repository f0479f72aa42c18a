"""A place belongs to results of one kind; what was killed is swept, what is alive is left alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model.tables.faults import Faults
from runs.__main__ import main
from runs.files.durable import write_whole
from runs.files.folder import KINDS, MARKER, results_folder
from tests.support.batches import write_design

HOUSE = Path(__file__).parents[2]
WRITERS = {
    "run": ["run", "calm", "--days", "3", "--no-figures", "--quiet"],
    "compare": ["compare", "calm", "truce"],
    "world": ["generate", "--firms", "300"],
    "validate": ["validate", "--seeds", "1"],
    "exercise": ["exercise", "1", "--quiet"],
}
HOLD = """
import sys, time
from pathlib import Path
from runs.files.folder import results_folder
with results_folder(Path(sys.argv[1]), {"kind": "run"}) as folder:
    (folder / "half").write_text("half")
    print("in", flush=True)
    time.sleep(600)
"""


def stand(place: Path, kind: str) -> dict[str, bytes]:
    place.mkdir()
    marker = {"kind": kind, "files": [MARKER, "x"], "versions": {"linestop": "1"}}
    if kind == "batch":
        marker["fingerprint"] = "f"
    (place / MARKER).write_text(json.dumps(marker))
    (place / "x").write_text(kind)
    return content(place)


def content(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


@pytest.mark.parametrize("kind", [*KINDS, "games"])
@pytest.mark.parametrize("writer", [*WRITERS, "batch"])
def test_results_of_another_kind_stay(
    writer: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if writer == kind:
        return
    place, link = tmp_path / "place", tmp_path / "link"
    before = stand(place, kind)
    link.symlink_to(place)
    words = ["batch", str(write_design(tmp_path / "made"))] if writer == "batch" else WRITERS[writer]
    for out in (place, link, place / "below"):
        assert main([*words, "--out", str(out)]) == 2
        assert "choose another folder with --out" in capsys.readouterr().err
    assert content(place) == before and {each.name for each in tmp_path.iterdir()} <= {"place", "link", "made"}


def test_a_world_is_not_replaced_by_what_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = stand(tmp_path / "w", "run")
    with pytest.raises(Faults, match="what is read"), results_folder(tmp_path / "w", {"kind": "run"}, [tmp_path / "w"]):
        pass
    assert content(tmp_path / "w") == before


def test_an_older_marker_is_read_by_what_is_in_it(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    marker = {"command": "run", "files": [MARKER], "versions": {"linestop": "1"}}
    (place / MARKER).write_text(json.dumps(marker))
    with pytest.raises(Faults, match="results of a run"), results_folder(place, {"kind": "compare"}):
        pass
    with results_folder(place, {"kind": "run"}):
        pass
    assert json.loads((place / MARKER).read_text())["kind"] == "run"
    (place / MARKER).write_text(json.dumps(marker | {"command": "something", "kind": "unheard"}))
    with pytest.raises(Faults, match="another kind"), results_folder(place, {"kind": "run"}):
        pass


def holding(place: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", HOLD, str(place)]
    other = subprocess.Popen(words, cwd=HOUSE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None and other.stdout.readline() == "in\n"
    return other


@pytest.mark.subprocess
def test_a_living_process_keeps_its_place_and_a_killed_one_is_swept(tmp_path: Path) -> None:
    other = holding(tmp_path / "calm")
    part = tmp_path / f".calm.{other.pid}.part"
    with pytest.raises(Faults, match="another process is writing"), results_folder(tmp_path / "calm", {"kind": "run"}):
        pass
    with results_folder(tmp_path / "next", {"kind": "run"}):
        pass
    assert part.is_dir()
    other.send_signal(signal.SIGKILL)
    other.wait()
    with results_folder(tmp_path / "next", {"kind": "run"}):
        pass
    assert {each.name for each in tmp_path.iterdir()} <= {"next", ".calm.lock"} and not part.exists()


def test_killed_between_two_renames_the_earlier_results_come_back(tmp_path: Path) -> None:
    with results_folder(tmp_path / "calm", {"kind": "run"}) as folder:
        (folder / "first").write_text("first")
    (tmp_path / "calm").rename(tmp_path / ".calm.1.old")
    (tmp_path / ".calm.1.part").mkdir()
    with pytest.raises(KeyboardInterrupt), results_folder(tmp_path / "calm", {"kind": "run"}):
        raise KeyboardInterrupt
    assert (tmp_path / "calm" / "first").read_text() == "first"
    assert {each.name for each in tmp_path.iterdir()} == {"calm"}


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "file", "first")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Faults, match="No space left on device"):
        write_whole(tmp_path / "file", "second")
    assert content(tmp_path) == {"file": b"first"}


@pytest.mark.subprocess
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_what_a_terminal_cannot_show_is_replaced(encoding: str, more: list[str], tmp_path: Path) -> None:
    words = ["-m", "runs", "run", "calm", "--days", "3", "--no-figures", "--out", str(tmp_path / "Straße 東"), *more]
    surroundings = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, *words], cwd=HOUSE, env=surroundings, capture_output=True, check=False)
    assert done.returncode == 0 and b"?" in done.stdout and (tmp_path / "Straße 東" / MARKER).is_file()
