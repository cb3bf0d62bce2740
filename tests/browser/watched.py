"""A page that is watched: what it says on its console, what it asks of others, how wide it gets."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

GRAVE = ("serious", "critical")


class Watched:
    def __init__(self, page: Page, home: str, size: str, pictures: str):
        self.page, self.home, self.size, self.pictures = page, home, size, pictures
        self.complaints: list[str] = []
        self.expected: list[str] = []  # what a test provokes on purpose
        page.on("console", self._said)
        page.on("pageerror", lambda fault: self.complaints.append(f"script: {fault}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(each in message.text for each in self.expected):
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.complaints.append(f"asked another host: {request.url}")

    def goes(self, path: str) -> None:
        self.page.goto(f"{self.home}{path}")

    def presses(self, name: str) -> None:
        """A button, by what it says; the page that follows is waited for."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()

    def unfolds(self, name: str) -> None:
        self.page.locator("summary", has_text=name).first.click()

    def reads(self, text: str) -> None:
        """Raises unless it is there to be seen."""
        self.page.get_by_text(text).first.wait_for(state="visible")

    def looked_at(self, name: str) -> None:
        """As wide as the screen, nothing grave for those who do not see it, and nothing has complained until now."""
        self.judge(name)
        if self.pictures:
            Path(self.pictures).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{self.pictures}/{name}-{self.size}.png", full_page=True)
        assert self.complaints == []

    def judge(self, name: str) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.complaints.append(f"{name}: {wide} px wider than the screen")
        found = Axe().run(self.page).response["violations"]
        grave = [(each["id"], node["html"]) for each in found if each["impact"] in GRAVE for node in each["nodes"]]
        self.complaints += [f"{name}: {fault}: {where[:160]}" for fault, where in grave]
