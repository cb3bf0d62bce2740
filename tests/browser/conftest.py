"""A real browser at a real address: Debian's Chromium, at a desk's size and a telephone's."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from commands.demo.sandbox import free_port
from storage.accounts.accounts import Role
from tests.browser.watched import Watched
from tests.support.phone import ING1, ING2, ING4, RESP, Line
from tests.web.people import PASSWORD, account

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"1366": (1366, 768), "390": (390, 844)}
PICTURES = os.environ.get("PICTURES", "")  # a folder: each page that is looked at is kept there


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One Chromium, and a reason where there is none."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not CHROMIUM and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """One in a process, whoever launches browsers with it."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=quiet)
    yield browser
    browser.close()


def whole(app: Any) -> Callable[..., list[bytes]]:
    """Answers in one piece: the server leaves the file of an answer open when its browser goes away before the end."""

    def answer(environ: Any, start: Any) -> list[bytes]:
        with closing(app(environ, start)) as pieces:
            return [b"".join(pieces)]

    return answer


@pytest.fixture
def line(make_line: Callable[..., Line]) -> Iterator[Line]:
    """The line at an address of this machine."""
    port = free_port()
    made = make_line(PUBLIC_URL=f"http://127.0.0.1:{port}", SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="a@nvl.example")
    for number in (ING1, ING2, ING4, RESP):
        made.phone(number).does("answers:-")
    server = make_server("127.0.0.1", port, whole(made.app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opens(chromium: Browser, line: Line, size: str) -> Iterator[Callable[..., Watched]]:
    """A browser of somebody's own; at the end, nothing in it may have complained."""
    made: list[Watched] = []

    def open_(role: Role | None = None, **more: str) -> Watched:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=more.pop("locale", "fr-FR"))
        page: Page = context.new_page()
        page.set_default_timeout(8_000)
        watched = Watched(page, line.settings.public_url, size, PICTURES)
        made.append(watched)
        if role:
            visitor = account(line, role, **more)
            watched.goes("/login")
            page.fill("#email", visitor.email)
            page.fill("#password", PASSWORD)
            page.click("#submit")
            page.wait_for_url(lambda url: urlsplit(url).path != "/login")
        return watched

    yield open_
    for watched in made:
        watched.page.context.close()
    for watched in made:
        assert watched.complaints == []
