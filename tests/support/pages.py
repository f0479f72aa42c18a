"""Pages for tests: one served on a free port, and a headless Chromium that notes what goes wrong in it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "out" / "screenshots"
BARRIERS = Path(__file__).with_name("barriers.js")
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60_000  # milliseconds; the first day may be compiling while others use the machine
ALLOWED_WARNING = "falling back to old method"  # ipyvue says so of a part of Vuetify


def browser_path() -> str:
    pytest.importorskip("playwright", reason="playwright is not installed; the pages were not tested")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine; the pages were not tested")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    page: str | Path,
    data: Path,
    port: int | None = None,
    settings: Mapping[str, str] | None = None,
    own: str = "solara",
    arguments: Sequence[str] = (),
) -> Iterator[str]:
    """Serve one of our pages by its command, or a file with a page of one's own by Solara's command or by ours.

    arguments: of the command, besides where it listens.
    """
    if page != "play":
        pytest.importorskip("solara", reason="solara is not installed; its pages were not tested")
    port = port or free_port()
    command = [sys.executable, "-m", "runs", str(page), "--no-browser"]
    if isinstance(page, Path) and own == "lab":
        command = [sys.executable, "-m", "runs", "lab", str(page), "--no-browser"]
    elif isinstance(page, Path):
        command = [sys.executable, "-m", "solara", "run", str(page), "--host", "localhost", "--no-open"]
        command += ["--production", "--no-check-version"]
    command += ["--port", str(port), *arguments]
    quiet = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "SOLARA_THEME_SHOW_BANNER": "false"}
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, **quiet, "XDG_DATA_HOME": str(data), "HOME": str(data), "PYTHONPATH": path}
    environment.update(settings or {})
    log = data / f"{Path(page).stem}-{port}.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            await_answer(f"http://localhost:{port}/readyz", server, log)
            yield f"http://localhost:{port}/"
        finally:
            server.kill()
            server.wait(10)
    text = log.read_text()
    assert "Traceback" not in text, text[-3000:]


def await_answer(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1800):
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(f"no answer: {log.read_text()}")


@contextmanager
def chromium() -> Iterator[Any]:
    path = browser_path()
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


class Visitor:
    """Opens pages, each in a browser profile of its own; at the end nothing may have gone wrong in any."""

    def __init__(self, browser: Any) -> None:
        self.browser, self.troubles, self.profiles = browser, [], []

    def open(self, url: str, wait: str, width: int = 1400, height: int = 900, before: str = "") -> Any:
        profile = self.browser.new_context(viewport={"width": width, "height": height})
        self.profiles.append(profile)
        home = url.split("/", 3)[2]
        profile.route("**/*", lambda route: self._fetch(route, home))
        page = profile.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(before)
        page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        page.on("console", self._heard)
        page.on("response", lambda r: self.troubles.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.goto(url)
        page.locator(wait).first.wait_for()
        return page

    def _fetch(self, route: Any, home: str) -> None:
        if home in route.request.url or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            self.troubles.append(f"asked outside: {route.request.url}")
            route.abort()

    def _heard(self, message: Any) -> None:
        if message.type == "error" and ALLOWED_WARNING not in message.text:
            self.troubles.append(f"console: {message.text}")

    def leave(self) -> None:
        while self.profiles:
            self.profiles.pop().close()
        assert not self.troubles, self.troubles[:5]


def picture(page: Any, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


def number(page: Any, label: str) -> int:
    """A counter in the head of the watch page, by its words."""
    text = page.locator(".ls-head .counters div", has_text=label).locator("b").inner_text()
    return int("".join(letter for letter in text.split("\n")[0] if letter.isdigit() or letter == "-") or 0)


UNREADABLE = """() => {
  const found = [], texts = []
  const walker = document.createTreeWalker(document.querySelector('.ls'), NodeFilter.SHOW_TEXT)
  const name = node => `'${node.textContent.trim().slice(0, 30)}'`
  while (walker.nextNode()) {
    const node = walker.currentNode, host = node.parentElement
    const apart = 'option, title, style, .tip, .go, .sr, .who, .ls-card:not(.empty)'
    if (!node.textContent.trim() || host.closest(apart) || host.closest('details:not([open]) > :not(summary)')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) if (box.width > 1) texts.push({ node, box })
    for (let up = host; up && up.classList; up = up.parentElement) {
      const cut = getComputedStyle(up).overflowX === 'hidden' && up.scrollWidth > up.clientWidth + 1
      if (cut && up.closest('.ls')) found.push(`${name(node)} is cut`)
    }
  }
  const wide = document.documentElement.clientWidth
  texts.forEach(({ node, box }) => {
    const pane = node.parentElement.closest('.ls-scroll')
    if (!pane && (box.right > wide + 1 || box.left < -1)) found.push(`${name(node)} lies outside`)
  })
  texts.sort((p, q) => p.box.top - q.box.top)
  texts.forEach((p, i) => {
    for (let j = i + 1; j < texts.length && texts[j].box.top < p.box.bottom - 3; j++) {
      const q = texts[j], across = Math.min(p.box.right, q.box.right) - Math.max(p.box.left, q.box.left)
      const down = Math.min(p.box.bottom, q.box.bottom) - q.box.top
      if (p.node !== q.node && across > 2 && down > 4) found.push(`${name(p.node)} lies on ${name(q.node)}`)
    }
  })
  document.querySelectorAll('.ls button, .ls select, .ls input').forEach(control => {
    const box = control.getBoundingClientRect()
    if (!box.width) return
    const words = control.outerHTML.slice(0, 80)
    if (box.right > wide + 1 || box.left < -1) found.push(`a control lies outside: ${words}`)
    if (wide < 500 && box.height < 20 && control.type !== 'checkbox') found.push(`too small: ${words}`)
  })
  return [...new Set(found)]
}"""


def find_unreadable(page: Any) -> list[str]:
    """What cannot be read: words on words, words cut off or outside, controls out of reach."""
    return list(page.evaluate(UNREADABLE))


FADED_IN = """() => Promise.all(document.getAnimations()
  .filter(each => each.effect.getComputedTiming().endTime < Infinity)
  .map(each => each.finished.catch(() => {})))"""


def find_barriers(page: Any) -> list[str]:
    """What keeps somebody out: what axe-core finds of any weight, small words and controls, too much width."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(FADED_IN)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    barriers = [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]
    return barriers + list(page.evaluate(BARRIERS.read_text(encoding="utf-8")))
