"""Nobody else at the wheel: who is let in, what a browser is told, and that nothing leaves this machine."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.pages import ROOT, await_answer, free_port, served

pytest.importorskip("solara", reason="solara is not installed; the pages were not tested")

from runs.browser.guard import Guard, Message, Scope
from runs.browser.offline import find_installed
from runs.browser.serve import SHUTDOWN_SECONDS

pytestmark = pytest.mark.subprocess
UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
)
PACKAGE = "pack@1.0.0/dist/index.js"
NOT_INSTALLED = ("no-such-package@0.0.1/dist/index.js", "pack@1.0.0", "pack@1.0.0/dist", "..%2f..%2fsecret.js", "%00")


class Outside:
    """Stands for the world outside: a proxy that notes who asks for what and lets nothing through."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        names = [f"{kind}_proxy" for kind in ("http", "https", "all")]
        self.settings = {name: address for each in names for name in (each, each.upper())}
        self.settings.update(no_proxy="localhost", NO_PROXY="localhost")
        self.settings.update(SOLARA_TELEMETRY_MIXPANEL_ENABLE="true")  # whatever is set, nobody is told
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            line, _ = self.socket.accept()
            with line:
                self.asked.append(line.recv(300).decode("latin-1").split("\r\n")[0])
                line.sendall(b"HTTP/1.1 502 no\r\nContent-Length: 0\r\n\r\n")


def port_of(url: str) -> int:
    return int(url.split(":")[2].strip("/"))


def first_line(port: int, head: str) -> str:
    """The first line of the answer to a request, header by header as it is given."""
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(f"{head}\r\n".encode("latin-1"))
        return line.recv(300).decode("latin-1").split("\r\n")[0]


def knock(port: int, host: str | None, origin: str | None) -> int:
    """The status of the answer to the wish to open a WebSocket."""
    own = f"localhost:{port}"
    named = "" if host is None else f"Host: {host.replace('OWN', own).replace('PORT', str(port))}\r\n"
    source = "" if origin is None else f"Origin: {origin.replace('OWN', own).replace('PORT', str(port))}\r\n"
    path = f"/jupyter/api/kernels/{uuid4()}/channels?session_id=s"
    return int(first_line(port, f"GET {path} HTTP/1.1\r\n{named}{source}{UPGRADE}").split()[1])


def ask(url: str, method: str, path: str, **headers: str) -> HTTPResponse:
    """The answer to a request; what is to be told of another host or origin is named by the headers."""
    line = HTTPConnection("localhost", port_of(url), timeout=30)
    line.request(method, path, headers={key: value for key, value in headers.items()})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer


@pytest.fixture(scope="module")
def outside() -> Outside:
    return Outside()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, outside: Outside) -> Iterator[str]:
    with served("watch", tmp_path_factory.mktemp("watch"), settings=outside.settings) as address:
        yield address


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("OWN", "http://OWN"),
        ("LOCALHOST:PORT", "http://OWN"),
        ("localhost.:PORT", "http://localhost.:PORT"),
        ("127.0.0.1:PORT", "http://127.0.0.1:PORT"),
        ("[::1]:PORT", "http://[::1]:PORT"),
        ("[0:0:0:0:0:0:0:1]:PORT", "http://[::1]:PORT"),
        ("localhost", "http://localhost"),
        ("localhost:1", "http://localhost:1"),  # a tunnel from another port leads here
    ],
)
def test_the_own_page_opens_a_websocket(url: str, host: str, origin: str) -> None:
    assert knock(port_of(url), host, origin) == 101


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("OWN", "http://elsewhere.example"),
        ("OWN", "https://OWN"),
        ("OWN", "http://localhost"),
        ("OWN", "http://localhost:1"),
        ("OWN", "http://127.0.0.1:PORT"),
        ("OWN", "http://localhost.elsewhere.example:PORT"),
        ("OWN", "http://OWN.elsewhere.example"),
        ("OWN", "http://OWN@elsewhere.example"),
        ("OWN", "http://OWN/page"),
        ("OWN", "http://OWN http://OWN"),
        ("OWN", "null"),
        ("OWN", "file://"),
        ("OWN", ""),
        ("OWN", None),
        ("OWN", "http://OWN\r\nOrigin: http://elsewhere.example"),
        ("elsewhere.example:PORT", "http://elsewhere.example:PORT"),
        ("elsewhere.example:PORT", "http://OWN"),
        ("elsewhere.example.:PORT", "http://elsewhere.example.:PORT"),
        ("ELSEWHERE.EXAMPLE", "http://ELSEWHERE.EXAMPLE"),
        ("localhost.elsewhere.example:PORT", "http://localhost.elsewhere.example:PORT"),
        ("127.0.0.1.elsewhere.example:PORT", "http://127.0.0.1.elsewhere.example:PORT"),
        ("localhost@elsewhere.example", "http://elsewhere.example"),
        ("192.0.2.99:PORT", "http://192.0.2.99:PORT"),
        ("[2001:db8::7]:PORT", "http://[2001:db8::7]:PORT"),
        ("0.0.0.0:PORT", "http://0.0.0.0:PORT"),
        ("localhost:0", "http://localhost:0"),
        ("localhost:99999", "http://localhost:99999"),
        ("localhost:http", "http://localhost:http"),
        ("localhost..:PORT", "http://localhost..:PORT"),
        ("OWN\r\nHost: elsewhere.example", "http://OWN"),
    ],
)
def test_a_stranger_opens_no_websocket(url: str, host: str, origin: str | None) -> None:
    assert knock(port_of(url), host, origin) in (400, 403)


def test_a_request_without_a_host_is_refused(url: str) -> None:
    assert knock(port_of(url), None, "http://OWN") in (400, 403)
    assert " 403 " in first_line(port_of(url), "GET / HTTP/1.0\r\n")


@pytest.mark.parametrize("path", ["/", "/readyz", "/resourcez", "/static/assets/theme.js"])
def test_nothing_is_answered_under_another_name(url: str, path: str) -> None:
    assert ask(url, "GET", path).status == 200
    for name in ("elsewhere.example", f"elsewhere.example:{port_of(url)}", "192.0.2.99"):
        assert ask(url, "GET", path, Host=name).status == 403
        assert ask(url, "HEAD", path, Host=name).status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_only_the_own_page_posts(url: str, method: str) -> None:
    path, own = "/_solara/api/close/no-such-kernel?session_id=s", url.rstrip("/")
    assert ask(url, method, path, Origin=own).status in (200, 405)
    for strange in ({"Origin": "http://elsewhere.example"}, {"Origin": "null"}, {}):
        assert ask(url, method, path, **strange).status == 403


@pytest.mark.parametrize("path", ["/", "/no/such/page", "/readyz", "/_solara/cdn/no-such-package", "REFUSED"])
def test_every_answer_says_what_a_browser_is_to_keep_to(url: str, path: str) -> None:
    answer = ask(url, "GET", "/", Host="elsewhere.example") if path == "REFUSED" else ask(url, "GET", path)
    policy = str(answer.getheader("Content-Security-Policy"))
    assert "frame-ancestors 'none'" in policy and "default-src 'self'" in policy
    assert not re.search(r"https?:|\*", policy)
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Referrer-Policy") == "same-origin"


def test_no_cookie_is_sent_along_by_another_site(url: str) -> None:
    cookies = ask(url, "GET", "/").msg.get_all("set-cookie")
    assert cookies
    assert all("samesite=lax" in each.lower() and "samesite=none" not in each.lower() for each in cookies)


def test_a_proxy_header_from_anybody_changes_nothing(url: str) -> None:
    answer = ask(url, "GET", "/", **{"X-Script-Name": "/mine", "X-Forwarded-Proto": "https"})
    assert answer.status == 200
    assert ask(url, "GET", "/").status == 200
    assert all("secure" not in each.lower() for each in answer.msg.get_all("set-cookie"))


async def reached(host: str, asked: str, server: tuple[str, int]) -> bool:
    """Whether a request gets through a guard."""
    seen: list[Scope] = []

    async def app(scope: Scope, *_: Any) -> None:
        seen.append(scope)

    async def send(message: Message) -> None:
        assert message["type"].startswith("http.response")

    headers = [(b"host", asked.encode())]
    scope = {"type": "http", "method": "GET", "scheme": "http", "headers": headers, "server": server}
    await Guard(app, host)(scope, None, send)  # type: ignore[arg-type]
    return bool(seen)


@pytest.mark.parametrize(
    ("host", "asked", "right"),
    [
        ("0.0.0.0", "192.0.2.7:8765", True),
        ("0.0.0.0", "192.0.2.8:8765", False),
        ("0.0.0.0", f"{socket.gethostname()}:8765", True),
        ("0.0.0.0", f"{socket.gethostname().split('.')[0].upper()}.local:8765", True),
        ("0.0.0.0", "elsewhere.example", False),
        ("::", "192.0.2.7:8765", True),
        ("localhost", f"{socket.gethostname()}:8765", False),
        ("Lab.Example", "lab.example.:8765", True),
        ("lab.example", "elsewhere.example:8765", False),
    ],
)
def test_what_host_names_is_let_in(host: str, asked: str, right: bool) -> None:
    assert asyncio.run(reached(host, asked, ("192.0.2.7", 8765))) is right
    assert asyncio.run(reached(host, asked, ("::ffff:192.0.2.7", 8765))) is right


def own_page(folder: Path) -> Path:
    """The page of ten lines that PAGES.md shows."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "runs/browser/PAGES.md").read_text(encoding="utf-8"), re.DOTALL)
    mine = folder / "mine.py"
    mine.write_text(next(block for block in blocks if "SolaraViz(" in block))
    return mine


@contextmanager
def page(name: str, folder: Path, settings: dict[str, str]) -> Iterator[str]:
    """One of Solara's pages, by its name."""
    what = own_page(folder) if name.startswith("mine") else name
    with served(what, folder, settings=settings, own="lab" if name == "mine-by-lab" else "solara") as url:
        yield url


@pytest.mark.parametrize("name", ["watch", "lab", "mine", "mine-by-lab"])
def test_nothing_leaves_this_machine(name: str, tmp_path: Path) -> None:
    outside, packages = Outside(), tmp_path / "packages"
    file = packages / PACKAGE
    file.parent.mkdir(parents=True)
    file.write_text("installed")
    (tmp_path / "secret.js").write_text("secret")
    settings = {**outside.settings, "SOLARA_ASSETS_PROXY_CACHE_DIR": str(packages)}
    with page(name, tmp_path, settings) as url:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        assert direct.open(f"{url}_solara/cdn/{PACKAGE}").read() == b"installed"
        for package in NOT_INSTALLED:
            assert ask(url, "GET", f"/_solara/cdn/{package}").status == 404
        assert knock(port_of(url), "OWN", "http://OWN") == 101
        assert knock(port_of(url), "OWN", "http://elsewhere.example") == 403
        assert ask(url, "GET", "/", Host="elsewhere.example").status == 403
        assert "frame-ancestors 'none'" in str(ask(url, "GET", "/").getheader("Content-Security-Policy"))
    assert outside.asked == []
    assert file.read_text() == "installed"  # to ask for its folder has not deleted it
    assert sorted(os.listdir(packages)) == ["pack@1.0.0"]


def test_the_desk_lets_nobody_else_in_and_asks_nobody(tmp_path: Path) -> None:
    outside = Outside()
    with served("play", tmp_path, settings=outside.settings) as url:
        own = url.rstrip("/")
        for path in ("/", "/screen", "/desk/desk.js", "/readyz"):
            answer = ask(url, "GET", path)
            assert answer.status == 200 and "script-src 'self';" in str(answer.getheader("Content-Security-Policy"))
            for name in ("elsewhere.example", "192.0.2.99"):
                assert ask(url, "GET", path, Host=name).status == 403
        for method in ("POST", "PUT", "DELETE"):
            assert ask(url, method, "/begin", Origin=own).status in (400, 405)
            for strange in ({"Origin": "http://elsewhere.example"}, {"Origin": "null"}, {}):
                assert ask(url, method, "/begin", **strange).status == 403
        assert knock(port_of(url), "OWN", "http://OWN") in (400, 403, 404)
        assert ask(url, "GET", "/desk/../session.py").status == 404
    assert outside.asked == []
    assert list(tmp_path.rglob("*.linestop")) == []


def test_the_desk_ends_at_once_though_pages_follow_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "runs", "play", "--no-browser", "--port", str(port := free_port())]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        await_answer(f"http://localhost:{port}/readyz", server, tmp_path)
        line = HTTPConnection("localhost", port, timeout=60)
        own = {"Origin": f"http://localhost:{port}"}
        line.request("POST", "/begin", json.dumps({"seat": "ministry", "seed": "3", "key": "k"}), own)
        game = json.load(line.getresponse())["screen"]["game"]
        line.request("GET", f"/events?game={game}")
        assert line.getresponse().readline() == b"retry: 1000\n"
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=SHUTDOWN_SECONDS + 20)
    assert server.returncode in (0, 130, -signal.SIGINT) and b"Cancel" not in said and b"Traceback" not in said


def test_a_package_is_a_file_inside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "packages" / "one").mkdir(parents=True)
    main = tmp_path / "packages" / "one" / "__main.js"
    main.write_text("")
    (tmp_path / "secret").write_text("")
    assert find_installed(tmp_path / "packages", "one") == main
    for path in ("../secret", "one/../../secret", "..\\secret", str(tmp_path / "secret"), "two", "one/", ""):
        with pytest.raises(FileNotFoundError):
            find_installed(tmp_path / "packages", path)
