"""The lock file of results: Python, the platform, and each distribution that Linestop runs on, with their versions."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

CORE = "linestop"
WITHOUT_METADATA = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy")  # where no Linestop is
EXTRA = re.compile(r";.*\bextra\s*==")  # the mark of a requirement that only an extra has
NAME = re.compile(r"[\w.-]+")


def write_lock() -> str:
    """The text of a lock file of this machine, which `pip install -r` reads: a line a distribution, by name."""
    versions = dict(installed_distributions())
    about = {"Python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}
    lines = [f"# {name} {words}" for name, words in about.items()]
    return "\n".join([*lines, *(f"{name}=={versions[name]}" for name in sorted(versions))]) + "\n"


def read_lock(text: str) -> dict[str, str]:
    """The versions in the text of a lock file, by name, Python and the platform among them.

    >>> read_lock("# Python 3.11.7\\n# platform Linux x86_64\\nmesa==3.3.1\\n")
    {'Python': '3.11.7', 'platform': 'Linux x86_64', 'mesa': '3.3.1'}
    """
    lines = (line.removeprefix("# ").strip() for line in text.splitlines())
    cells = (re.split(r"==|\s", line, maxsplit=1) for line in lines)
    return {name: words[0] for name, *words in cells if words}


def differing_versions(before: str, now: str) -> list[str]:
    """What differs between the texts of two lock files, in words.

    >>> differing_versions("# Python 3.11.7\\nmesa==3.3.1\\n", "# Python 3.11.7\\nmesa==3.5.1\\nnumpy==2.4\\n")
    ['mesa was 3.3.1 and is 3.5.1', 'numpy was not installed and is 2.4']
    """
    old, new = read_lock(before), read_lock(now)
    missing = "not installed"
    return [
        f"{name} was {old.get(name, missing)} and is {new.get(name, missing)}"
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def installed_distributions() -> Iterator[tuple[str, str]]:
    """The names and versions of Linestop and of all that it requires without extras, as far as they are installed."""
    waiting, seen = [CORE], set[str]()
    if find_distribution(CORE) is None:
        waiting += WITHOUT_METADATA
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        found = None if name in seen else find_distribution(name)
        seen.add(name)
        if found is not None:
            yield name, found.version
            waiting += [required_name(each) for each in found.requires or () if not EXTRA.search(each)]


def find_distribution(name: str) -> Distribution | None:
    """An installed distribution; None where there is none of this name."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def required_name(requirement: str) -> str:
    """The name in a requirement.

    >>> required_name("numpy>=2; python_version >= '3.11'")
    'numpy'
    """
    found = NAME.match(requirement)
    return found[0] if found else ""
