"""The public face: every name is there, and comes from one room that is loaded only when it is asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import runs


@pytest.mark.parametrize("name", runs.__all__)
def test_each_public_name_is_what_its_room_defines(name: str) -> None:
    assert getattr(runs, name) is getattr(import_module(runs.ROOM_OF[name]), name)


def test_a_name_that_is_not_public_is_refused_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'stages'; public are .*stage, "):
        _ = runs.stages


@pytest.mark.subprocess
def test_the_face_loads_no_room() -> None:
    code = "import sys, runs; print([name for name in sys.modules if name.startswith(('runs.', 'model', 'numpy'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
