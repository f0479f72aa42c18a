"""Serve a page on this machine: one process, nobody else's telemetry, nothing fetched from outside."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import socket
import threading
import time
import webbrowser
from importlib.util import find_spec

from model.faults import Faults

LOOPBACK = "localhost"
DEFAULT_PORT = 8765
TRIED_PORTS = 20
PAGES = {"watch": "runs.browser.watch", "play": "runs.browser.play", "lab": "runs.browser.lab"}
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": "Linestop",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_SESSION_HTTP_ONLY": "true",
    "SOLARA_KERNEL_CULL_TIMEOUT": "30m",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
}


def add_address(parser: argparse.ArgumentParser) -> None:
    """Add where the page is served."""
    parser.add_argument(
        "--port",
        type=port_number,
        metavar="N",
        help=f"port (default: the first free one from {DEFAULT_PORT})",
    )
    parser.add_argument(
        "--host", default=LOOPBACK, metavar="NAME", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def port_number(text: str) -> int:
    """Read a port."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"found '{text}'; a port from 1 to 65535 was expected")
    return int(text)


def serve(page: str, args: argparse.Namespace, query: str = "") -> int:
    """Serve a page until somebody presses Ctrl+C. Raise Faults where the port or a package is missing."""
    missing = [name for name in ("solara", "ipyvuetify", "uvicorn") if find_spec(name) is None]
    if missing:
        raise Faults([f"the page needs {', '.join(missing)}; python3 -m pip install -e '.[browser]' brings it"])
    port = args.port or free_port(args.host)
    check_port(args.host, port)
    os.environ.update({**SETTINGS, "SOLARA_APP": PAGES[page], "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(32)})
    os.environ["SOLARA_SESSION_HTTPS_ONLY"] = "false"
    get_ready()
    url = f"http://{args.host}:{port}/{query}"
    print(f"{page}: {url}   (Ctrl+C ends it)", flush=True)
    listen(args.host, port, None if args.no_browser else url)
    return 0


def get_ready() -> None:
    """Pass a day before anybody comes: after an installation, or a change of the model, it is compiled here."""
    from model.first_time import compile_in_two, is_compiled, load_day
    from runs.browser.reel import world
    from runs.stage import DEFAULT, Stage

    print("getting ready (the first time takes half a minute) ...", flush=True)
    if not is_compiled():
        compile_in_two()
    load_day()
    stage = Stage(world=world(DEFAULT))
    stage.step()
    stage.release()


def listen(host: str, port: int, url: str | None) -> None:
    """Start the server and, once it answers, the browser."""
    import uvicorn

    logging.getLogger("solara").setLevel(logging.ERROR)
    server = uvicorn.Server(uvicorn.Config("solara.server.starlette:app", host=host, port=port, log_level="warning"))
    if url is not None:
        threading.Thread(target=open_when_ready, args=(server, url), daemon=True).start()
    server.run()


def open_when_ready(server: object, url: str) -> None:
    """Open the browser as soon as the server has started."""
    while not getattr(server, "started", False):
        time.sleep(0.1)
    webbrowser.open(url)


def free_port(host: str) -> int:
    """Find the first free port from the usual one on. Raise Faults if twenty are taken."""
    for port in range(DEFAULT_PORT, DEFAULT_PORT + TRIED_PORTS):
        try:
            check_port(host, port)
        except Faults:
            continue
        return port
    raise Faults([f"the ports {DEFAULT_PORT} to {DEFAULT_PORT + TRIED_PORTS - 1} are all taken; name one with --port"])


def check_port(host: str, port: int) -> None:
    """Raise Faults, in a sentence, where a port cannot be had."""
    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise Faults([f"port {port} on {host}: {error.strerror or error}; name another with --port"]) from None
