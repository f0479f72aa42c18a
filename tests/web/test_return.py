"""What only a real browser shows: it comes back after a restart, asks nobody else, and is framed by nobody."""

import functools
import http.server
import threading

import pytest

from tests.support.pages import Visitor, chromium, free_port, served

pytestmark = pytest.mark.browser
BEADS = ".ls-board .bead"


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def elsewhere(tmp_path):
    """Another page on this machine, on a port of its own: what asked for it, and its address."""
    asked = []

    class Answer(http.server.SimpleHTTPRequestHandler):
        def log_message(self, _, *words):
            asked.append(words[0])

    with http.server.ThreadingHTTPServer(
        ("localhost", 0), functools.partial(Answer, directory=str(tmp_path))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield asked, f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(("page", "seen"), [("lab", BEADS)])
def test_a_page_comes_back_by_itself_when_its_server_is_started_anew(browser, tmp_path, page, seen):
    port, visitor = free_port(), Visitor(browser)
    with served(page, tmp_path, port) as url:
        tab = visitor.open(url, seen)
        tab.evaluate("s => { document.querySelector(s).dataset.before = 1 }", seen)
    with served(page, tmp_path, port):
        tab.wait_for_function("s => { const e = document.querySelector(s); return e && !e.dataset.before }", arg=seen)
    visitor.profiles.pop().close()  # its console has told, rightly, that nobody answered in between


def test_a_page_asks_nobody_else_and_is_framed_by_nobody(browser, tmp_path, elsewhere):
    asked, other = elsewhere
    with served("watch", tmp_path) as url:
        profile = browser.new_context()
        page = profile.new_page()
        page.goto(url)
        page.locator(BEADS).first.wait_for()
        ask = "a => fetch(a, { mode: 'no-cors' }).then(() => 'answered', () => 'refused')"
        assert page.evaluate(ask, f"{url}readyz") == "answered"
        assert page.evaluate(ask, other) == "refused"
        load = "a => new Promise(end => Object.assign(new Image(), { src: a, onload: end, onerror: end }))"
        page.evaluate(load, f"{other}picture.png")
        assert asked == []
        (tmp_path / "frame.html").write_text(f"<iframe src='{url}'></iframe>")
        page.goto(f"{other}frame.html")
        page.wait_for_timeout(1000)
        assert asked
        assert all(frame.url.startswith(("chrome-error", other)) for frame in page.frames)
        socket = f"""() => new Promise(end => {{
            const line = new WebSocket('{url.replace("http", "ws")}jupyter/api/kernels/k/channels?session_id=s')
            line.onopen = () => end('opened'); line.onerror = () => end('refused') }})"""
        assert page.evaluate(socket) == "refused"
        profile.close()
