"""Folders of results are whole or absent, and leave alone what is not ours."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from model.tables.faults import Faults
from runs.files.folder import MARKER, results_folder

ABOUT = {"scenario": "calm", "seed": 1}


def make(place: Path, text: str = "a,b\n") -> None:
    with results_folder(place, ABOUT) as folder:
        (folder / "table.csv").write_text(text)


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_a_finished_folder_stands_in_its_place_with_a_marker(tmp_path: Path) -> None:
    place = tmp_path / "out" / "calm"
    make(place)
    assert names(place) == {"table.csv", MARKER}
    assert names(place.parent) == {"calm"}
    marker = json.loads((place / MARKER).read_text())
    assert marker["scenario"] == "calm" and marker["files"] == [MARKER, "table.csv"]
    assert marker["versions"]["numpy"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, Faults(["wrong"]), RuntimeError])
def test_whatever_interrupts_leaves_nothing(tmp_path: Path, fault: type[BaseException]) -> None:
    with pytest.raises(BaseException), results_folder(tmp_path / "out" / "deep" / "calm", ABOUT) as folder:  # noqa: B017, PT011
        (folder / "table.csv").write_text("half")
        raise fault
    assert names(tmp_path) == set()


def test_what_interrupts_a_second_run_leaves_the_first(tmp_path: Path) -> None:
    place = tmp_path / "calm"
    make(place, "first")
    with pytest.raises(KeyboardInterrupt), results_folder(place, ABOUT) as folder:
        (folder / "table.csv").write_text("half")
        raise KeyboardInterrupt
    assert (place / "table.csv").read_text() == "first"
    assert names(tmp_path) == {"calm"}


def test_a_folder_of_ours_is_replaced_and_notes_in_it_are_kept(tmp_path: Path) -> None:
    place = tmp_path / "calm"
    make(place, "first")
    (place / "old.csv").write_text("somebody's table")
    (place / "notes").mkdir()
    (place / "notes" / "ideas.txt").write_text("ask for 90 days")
    make(place, "second")
    assert (place / "table.csv").read_text() == "second"
    assert (place / "notes" / "ideas.txt").read_text() == "ask for 90 days"
    assert names(place) == {"table.csv", MARKER, "old.csv", "notes"}
    assert names(tmp_path) == {"calm"}
    make(place, "third")
    assert (place / "old.csv").read_text() == "somebody's table"


def test_our_own_file_that_is_no_longer_made_goes(tmp_path: Path) -> None:
    place = tmp_path / "calm"
    with results_folder(place, ABOUT) as folder:
        (folder / "figure.png").write_text("drawn")
    make(place)
    assert names(place) == {"table.csv", MARKER}


@pytest.mark.parametrize("marker", [None, "{}", "not json", '{"files": 3, "versions": {"linestop": "1"}}'])
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path, marker: str | None) -> None:
    place = tmp_path / "thesis"
    place.mkdir()
    (place / "chapter.txt").write_text("years of work")
    if marker is not None:
        (place / MARKER).write_text(marker)
    before = names(place)
    with pytest.raises(Faults, match="did not make"):
        make(place)
    assert names(place) == before and names(tmp_path) == {"thesis"}


def test_a_file_in_the_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "calm").write_text("a file")
    with pytest.raises(Faults, match="it is a file"):
        make(tmp_path / "calm")
    with pytest.raises(Faults, match="cannot be written"):
        make(tmp_path / "calm" / "below")
    assert (tmp_path / "calm").read_text() == "a file"


def test_an_empty_folder_may_be_taken(tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    make(tmp_path / "calm")
    assert names(tmp_path / "calm") == {"table.csv", MARKER}


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "calm").symlink_to(tmp_path / "far")
    make(tmp_path / "calm")
    assert (tmp_path / "calm").is_symlink()
    assert names(tmp_path / "far") == {"table.csv", MARKER}


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Faults, match="No space left on device"), results_folder(tmp_path / "a" / "calm", ABOUT):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert names(tmp_path) == set()


def test_if_the_last_step_fails_the_earlier_folder_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "calm"
    make(place, "first")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(Faults, match="not permitted"):
        make(place, "second")
    monkeypatch.undo()
    assert (place / "table.csv").read_text() == "first"
    assert names(tmp_path) == {"calm"}
