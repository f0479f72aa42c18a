"""Extras: packages that only some commands need, and the sentence that names the extra where one is missing."""

from __future__ import annotations

from importlib.util import find_spec

from model.tables.faults import Faults

PACKAGES = {  # by extra, what is imported of it; pyproject.toml says which distributions these are
    "analysis": ("SALib",),
    "calibrate": ("emcee",),
    "classroom": ("markdown_it",),
    "class": ("platformdirs", "segno", "starlette", "uvicorn"),
    "play": ("platformdirs", "starlette", "uvicorn"),
    "browser": ("solara", "ipyvuetify", "uvicorn"),
    "cluster": ("distributed",),
    "learn": ("gymnasium", "pettingzoo"),
    "research": ("xarray",),
    "handbook": ("furo", "myst_parser", "sphinx"),
}


def require_extra(extra: str, purpose: str) -> None:
    """Check that an extra is installed, without importing it; raise Faults that say how to install it.

    purpose: what it is needed for, as the subject of a sentence.
    """
    missing = [package for package in PACKAGES[extra] if find_spec(package) is None]
    if missing:
        words = f"{purpose} needs the extra '{extra}' ({', '.join(missing)} not found)"
        raise Faults([f"{words}; install it: pip install 'linestop[{extra}]'"])
