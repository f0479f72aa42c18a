"""Serve a page on this machine: one process, a guard in front of it, nothing fetched from outside."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import socket
import threading
import time
import warnings
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runs.browser.address import DEFAULT_PORT, LOOPBACK, is_loopback_only, listen_on, page_address, served_host
from runs.browser.guard import App, Guard
from runs.extras import require_extra

if TYPE_CHECKING:  # of an extra that other pages do without
    from runs.browser.class_pages.judge import Draw
    from runs.class_game.room import Questions
    from runs.game.game_plan import GamePlan

PAGE_MODULES = {"watch": "runs.browser.watch.page", "lab": "runs.browser.lab"}  # Solara's pages
DESK = "play"
OPEN_TO_OTHERS = {
    "watch": "each steers a run of their own",
    "play": "each can read every game that is saved here, and go on with it",
    "lab": "each uses a model of their own",
}
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_TITLE": "Linestop",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_SESSION_HTTP_ONLY": "true",
    "SOLARA_SESSION_HTTPS_ONLY": "false",
    "SOLARA_KERNEL_CULL_TIMEOUT": "5m",  # a visitor whose page has gone is forgotten after this
    "SOLARA_STATE_AUTO_REMOUNT": "true",  # a page comes back by itself when the server has been started anew
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_ASSETS_PROXY": "true",  # packages come from this server, which fetches nothing
    "SOLARA_MODE": "production",
}
SHUTDOWN_SECONDS = 3  # for open pages, after Ctrl+C
KEEP_ALIVE_SECONDS = 75  # of an idle connection: a page that waits between two turns need not connect again


def add_address(parser: argparse.ArgumentParser, host: str = LOOPBACK) -> None:
    """Add the arguments for where the page is served; host: the default."""
    parser.add_argument(
        "--port",
        type=port_number,
        metavar="N",
        help=f"port (default: the first free one from {DEFAULT_PORT})",
    )
    who = "this machine only" if host == LOOPBACK else "every address of this machine"
    parser.add_argument("--host", default=host, metavar="NAME", help=f"address to listen on (default: {who})")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def port_number(text: str) -> int:
    """Read a port."""
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"found '{text[:20]}'; a port from 1 to 65535 was expected")
    return int(text)


def serve(page: str, args: argparse.Namespace, file: Path | None = None, plan: GamePlan | None = None) -> int:
    """Serve a page, or a file with one of your own, until somebody presses Ctrl+C.

    plan: what new games at the desk are played with. Raise Faults where the port or a package is missing.
    """
    require_extra("play" if page == DESK else "browser", "the page")
    sockets = listen_on(args.host, args.port)
    host = served_host(args.host, sockets)
    url = page_address(host, sockets[0].getsockname()[1])
    message = f"{page}: {url}   (Ctrl+C ends it)"
    if not is_loopback_only(sockets):
        message += f"\nWhoever can reach this machine over a network can now open this page: {OPEN_TO_OTHERS[page]}."
    if page != DESK:
        app = PAGE_MODULES[page] if file is None else str(file.resolve())
        os.environ.update({**SETTINGS, "SOLARA_APP": app, "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(32)})
    compile_first_day()
    leaving = threading.Event()
    guarded = guarded_desk(host, leaving, plan) if page == DESK else guarded_solara(host)
    run_server(guarded, sockets, message, None if args.no_browser else url, leaving)
    return 0


def serve_class(
    args: argparse.Namespace,
    new: Path,
    questions: Questions,
    draw: Callable[[bool], Draw],
    takes_no_sides: Callable[[str], str],
) -> int:
    """Serve a class: a new room in a new file, or the one that `args.file` names.

    questions: what the wall can ask, by exercise; draw: what runs an exercise and draws the figures of its questions,
    with neutral names or not; takes_no_sides: rewords texts for a room with neutral names. A room that goes on is
    served on its own port, so that phones find it again. Raise Faults where that fails.
    """
    from runs.browser.class_pages.app import make_app
    from runs.browser.class_pages.invitation import invitation
    from runs.browser.desk.answers import CONTENT_POLICY as LIGHT_POLICY
    from runs.class_game.room import Room

    room = None if args.file is None else Room.resume(args.file, questions)
    sockets = listen_on(args.host, args.port or (room.port if room is not None else None))
    host, port = served_host(args.host, sockets), int(sockets[0].getsockname()[1])
    url, secret = page_address(host, port), ""
    if room is None:
        room, secret = Room.begin(new, port, questions, args.neutral)
    elif args.new_link:
        secret = room.renew_secret()
    compile_first_day()
    leaving = threading.Event()
    reword = takes_no_sides if room.neutral else str
    app = Guard(make_app(room, url, leaving, draw(room.neutral), reword), host, LIGHT_POLICY)
    teacher = f"{url}teacher#{secret}" if secret else ""
    run_server(
        app, sockets, invitation(url, room, teacher), None if args.no_browser or not secret else teacher, leaving
    )
    return 0


def serve_selftest(args: argparse.Namespace) -> int:
    """Wait for a phone, and say what to do where none can come."""
    from runs.browser.class_pages.selftest import make_app, question
    from runs.browser.desk.answers import CONTENT_POLICY as LIGHT_POLICY

    sockets = listen_on(args.host, args.port)
    host = served_host(args.host, sockets)
    url, leaving = page_address(host, sockets[0].getsockname()[1]), threading.Event()
    run_server(Guard(make_app(), host, LIGHT_POLICY), sockets, question(url), None, leaving)
    return 0


def compile_first_day() -> None:
    """Pass a day before the first visitor: after an installation or a change of the model it is compiled here."""
    from runs.processes.compiled_day import load_simulation, prepare_simulation
    from runs.simulation.stage import DEFAULT_SCENARIO, Stage
    from runs.simulation.watched_run import load_world

    print("getting ready ...", flush=True)
    prepare_simulation()
    load_simulation()
    stage = Stage(world=load_world(DEFAULT_SCENARIO))
    stage.step()
    stage.release()


def guarded_desk(host: str, leaving: threading.Event, plan: GamePlan | None) -> App:
    """The desk of the game behind its guard; its streams of events end when the server is told to."""
    from runs.browser.desk.answers import CONTENT_POLICY as LIGHT_POLICY
    from runs.browser.desk.app import make_app
    from runs.game.game_plan import DRAWN

    return Guard(make_app(leaving=leaving, plan=plan or DRAWN), host, LIGHT_POLICY)


def guarded_solara(host: str) -> App:
    """Solara's server, with the page that the environment names, behind its guard."""
    from solara.server.starlette import app

    from runs.browser.offline import serve_offline

    serve_offline()
    logging.getLogger("solara").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", "Cookies with samesite=none")  # the guard sends no such cookie
    return Guard(app, host)


def run_server(app: App, sockets: list[socket.socket], message: str, url: str | None, leaving: threading.Event) -> None:
    """Start the server and, once it answers, say where and open the browser; set `leaving` when it is told to end."""
    import uvicorn

    server: Any = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    handle_exit = server.handle_exit

    def leave(number: int, frame: Any) -> None:
        leaving.set()
        handle_exit(number, frame)

    server.handle_exit = leave
    threading.Thread(target=announce, args=(server, message, url), daemon=True).start()
    server.run(sockets=sockets)


def announce(server: object, message: str, url: str | None) -> None:
    """Print the address, and open the browser, as soon as the server has started."""
    while not getattr(server, "started", False):
        time.sleep(0.05)
    print(message, flush=True)
    if url is not None:
        webbrowser.open(url)
