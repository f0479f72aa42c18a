"""Nothing leaves this machine: pages use the packages that are installed, and no telemetry is sent."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from runs.browser.guard import Guard

MAIN_FILE = "__main.js"  # what Solara keeps of a package that is asked for without a file


def serve_offline() -> None:
    """Let Solara's server answer with installed packages and fetch nothing, however it was started."""
    import solara.server.cdn_helper as packages
    import solara.server.settings as settings

    settings.telemetry.mixpanel_enable = False
    packages.fetch_from_cdn = refuse_fetch
    packages.get_path = find_installed
    server: Any = sys.modules.get("solara.server.starlette")
    if server is not None:
        server.get_path = find_installed


def guard_running_server() -> None:
    """Put the guard in front of a server that Solara's own command has started, which is loading its page now."""
    server: Any = sys.modules.get("solara.server.starlette")
    layers = None if server is None else server.app.middleware_stack
    if layers is not None and not isinstance(layers, Guard):
        server.app.middleware_stack = Guard(layers, os.environ.get("SERVER_NAME", ""))


def refuse_fetch(url: str) -> NoReturn:
    """Replaces Solara's function that fetches a package. Raise FileNotFoundError."""
    raise FileNotFoundError(f"{url} is not installed, and nothing is fetched from outside")


def find_installed(folder: Path, path: str) -> Path:
    """The file of an installed package. Raise FileNotFoundError for anything else, which Solara answers with 404."""
    parts = path.replace("\\", "/").split("/")
    home = os.path.normpath(os.path.abspath(folder))
    file = Path(os.path.normpath(os.path.join(home, *parts, *([MAIN_FILE] if len(parts) == 1 else []))))
    if not file.is_relative_to(home) or not file.is_file():
        raise FileNotFoundError(f"{path} is not installed")
    return file
