"""Nothing leaves this machine: a page's packages are those that are installed, and nobody is told that it runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from runs.browser.guard import Guard

MAIN_FILE = "__main.js"  # what Solara keeps of a package that is asked for without a file


def stay_at_home() -> None:
    """Let Solara's server answer with what is installed and ask nobody for the rest, however it was started."""
    import solara.server.cdn_helper as packages
    import solara.server.settings as settings

    settings.telemetry.mixpanel_enable = False
    packages.fetch_from_cdn = refuse_outside
    packages.get_path = installed
    server: Any = sys.modules.get("solara.server.starlette")
    if server is not None:
        server.get_path = installed


def guard_running_server() -> None:
    """Put the guard in front of a server that Solara's own command has started, which is loading its page now."""
    server: Any = sys.modules.get("solara.server.starlette")
    layers = None if server is None else server.app.middleware_stack
    if layers is not None and not isinstance(layers, Guard):
        server.app.middleware_stack = Guard(layers, os.environ.get("SERVER_NAME", ""))


def refuse_outside(url: str) -> NoReturn:
    """Stand where Solara fetches a package."""
    raise FileNotFoundError(f"{url} is not installed, and nothing is fetched from outside")


def installed(folder: Path, path: str) -> Path:
    """The file of a package that is installed; anything else is a FileNotFoundError, which Solara answers with 404."""
    parts = path.replace("\\", "/").split("/")
    home = os.path.normpath(os.path.abspath(folder))
    file = Path(os.path.normpath(os.path.join(home, *parts, *([MAIN_FILE] if len(parts) == 1 else []))))
    if not file.is_relative_to(home) or not file.is_file():
        raise FileNotFoundError(f"{path} is not installed")
    return file
