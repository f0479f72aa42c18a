"""The hash of the code: a batch that is resumed never mixes two models."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runs.batch.execution import CODE_FOLDERS
from runs.simulation.identity import SOURCE_ROOT, code_files

pytestmark = pytest.mark.subprocess

HASH = "import sys; sys.path.insert(0, sys.argv[1]); from runs.batch.execution import code_hash; print(code_hash())"
LOADED = (
    "import sys, runs.batch.chunks; print(*(module.__file__ for name, module in list(sys.modules.items())"
    " if name.split('.')[0] in ('model', 'agents', 'runs') and module.__file__))"
)
DECIDE_NO_ROW = ("runs/__init__.py", "runs/extras.py", "runs/files/")  # the face, what is installed, writing of files


def printed(code: str, house: Path) -> str:
    """What a new process prints that runs in a house."""
    words = [sys.executable, "-c", code, str(house)]
    return subprocess.run(words, cwd=house, capture_output=True, text=True, check=True).stdout.strip()


def test_all_that_a_chunk_loads_is_hashed() -> None:
    loaded = {Path(file).relative_to(SOURCE_ROOT).as_posix() for file in printed(LOADED, SOURCE_ROOT).split()}
    hashed = {path.relative_to(SOURCE_ROOT).as_posix() for path in code_files(SOURCE_ROOT, CODE_FOLDERS)}
    assert {"model/physics/day.py", "agents/firm.py", "runs/batch/chunks.py", "runs/measures/outcomes.py"} <= loaded
    assert not {file for file in loaded - hashed if not file.startswith(DECIDE_NO_ROW)}


def test_touching_any_file_that_takes_part_changes_the_hash(tmp_path: Path) -> None:
    for room in ("model", "agents", "runs"):
        shutil.copytree(SOURCE_ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
    code = "\n".join(
        (
            "import sys; from pathlib import Path; from runs.batch.execution import CODE_FOLDERS, code_hash",
            "from runs.simulation.identity import code_files, hash_of_code",
            "seen = {code_hash()}",
            "for path in code_files(Path(sys.argv[1]), CODE_FOLDERS):",
            "    with path.open('a', encoding='utf-8') as file: file.write('# edited')",
            "    hash_of_code.cache_clear(); seen.add(code_hash())",
            "print(len(seen), len(code_files(Path(sys.argv[1]), CODE_FOLDERS)))",
        )
    )
    states, files = map(int, printed(code, tmp_path).split())
    assert states == files + 1 > 60
    (tmp_path / "model" / "physics" / "a_new_phase.py").write_text("", encoding="utf-8")
    changed = printed(HASH, tmp_path)
    (tmp_path / "runs" / "report" / "a_new_page.py").write_text("", encoding="utf-8")
    assert printed(HASH, tmp_path) == changed != printed(HASH, SOURCE_ROOT)
