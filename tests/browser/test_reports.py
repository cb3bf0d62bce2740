"""Reports as people see and touch them: bars that tell, targets that a finger meets, months that can be read."""

from collections.abc import Callable

import pytest

from storage.accounts.accounts import Role
from tests.browser.watched import Watched
from tests.support.phone import Line
from tests.web.console.reported import RANGE, made_up

TARGETS = """() => [...document.querySelectorAll("main a, main button, main select")].map(each =>
  [each.outerHTML.slice(0, 120), each.getBoundingClientRect()]).filter(([, at]) => at.width < 24 || at.height < 24)
  .map(([what, at]) => `${at.width} x ${at.height}: ${what}`)"""
# Written on a line beside each other: each month's label must end before the next begins.
OVERLAPS = """() => [...document.querySelectorAll(".columns")].flatMap(chart => {
  const ends = {}, found = [];
  for (const part of chart.querySelectorAll(".label > span")) {
    const range = document.createRange(); range.selectNodeContents(part);
    const at = range.getBoundingClientRect();
    if (!at.width) continue;
    const row = Math.round(at.top);
    if (at.left < (ends[row] ?? 0)) found.push(part.textContent);
    ends[row] = at.right;
  }
  return found;
})"""


@pytest.fixture
def desk(line: Line, opens: Callable[..., Watched]) -> Watched:
    made_up(line, "ing1")
    return opens(Role.DESK)


@pytest.mark.parametrize("query", [RANGE, "first=2026-09&last=2026-09"], ids=["twelve months", "one month"])
def test_reports_are_read_and_touched(desk: Watched, query: str, request: pytest.FixtureRequest) -> None:
    desk.goes(f"/reports?{query}")
    desk.looked_at(f"reports-{'12' if query == RANGE else '1'}")
    assert desk.page.evaluate(TARGETS) == []
    assert desk.page.evaluate(OVERLAPS) == []


def test_bars_tell_whoever_comes_by_keyboard(desk: Watched) -> None:
    desk.goes(f"/reports?{RANGE}")
    column = desk.page.locator("section[aria-labelledby=t-taken] .columns a[href*='first=2026-09']")
    tip = column.locator(".tip")
    assert tip.evaluate("tip => getComputedStyle(tip).opacity") == "0"
    column.focus()
    desk.page.keyboard.press("Shift+Tab")
    desk.page.keyboard.press("Tab")
    assert tip.evaluate("tip => getComputedStyle(tip).opacity") == "1"
    assert "septembre 2026" in tip.inner_text()
    assert "médiane" in tip.inner_text()
    desk.looked_at("reports-tip")


def test_the_row_that_is_the_median_is_seen(desk: Watched) -> None:
    desk.goes(f"/reports?{RANGE}")
    desk.page.locator("a[href*='percent=50']").first.click()
    desk.page.wait_for_url("**/reports/rows*#marked")
    assert desk.page.locator("#marked .pill").inner_text().startswith("médiane")
    desk.looked_at("report-rows-median")
    assert desk.page.evaluate(TARGETS) == []
