"""Every page at both sizes: nothing complains, nothing is asked of another host, nothing is wider than the screen."""

from collections.abc import Callable

import pytest

from storage.accounts.accounts import Role
from tests.browser.watched import Watched
from tests.stories.night import loss
from tests.support.phone import Line

Opens = Callable[..., Watched]
STAFF = {
    "home": "/", "rota": "/rota", "wall": "/rota/wall", "rota-4": "/rota?weeks=4", "year": "/rota/year",
    "change-rota": "/rota/idline/principal",
    "tickets": "/tickets", "calls": "/calls", "call-figures": "/calls/figures",
    "directory": "/directory", "import": "/directory/import",
    "versions": "/directory/versions", "prompts": "/directory/prompts",
    "reports": "/reports?last=2026-09", "report-rows": "/reports/rows?last=2026-09&subject=pages",
    "standby": "/standby?month=2026-09", "month": "/standby/ing2/2026-09",
    "what-if": "/what-if?from=0639981001&day=2026-09-12&time=22:04&keys=1,1",
    "days": "/directory/days?entity=ozanges&day=2026-12-29", "edit-client": "/directory/edit/clients/260417",
    "edit-entity": "/directory/edit/entities/novenc", "edit-rota": "/directory/edit/rotas/idline",
    "edit-policy": "/directory/edit/policies/standard", "add-engineer": "/directory/add/engineers",
    "accounts": "/accounts", "account": "/accounts/1", "me": "/me",
    "password": "/change", "second-factor": "/tf-setup",
    "preview": "/rota/idline/principal?engineer=ing3&kind=replace&start_day=2026-09-13&start_time=08:00"
               "&until_day=2026-09-13&until_time=20:00",
}  # fmt: skip


def test_what_our_own_people_see(line: Line, opens: Opens) -> None:
    reference = loss(line)
    admin = opens(Role.ADMIN)
    for name, path in (STAFF | {"ticket": f"/tickets/{reference}", "proof": f"/tickets/{reference}/proof"}).items():
        admin.goes(path)
        admin.looked_at(name)
    admin.goes("/calls")
    admin.page.locator("table a").first.click()
    admin.page.wait_for_url("**/calls/CA*")
    admin.looked_at("call")


def test_what_clients_see(line: Line, opens: Opens) -> None:
    reference = loss(line)
    client = opens(Role.CLIENT)
    for name, path in {"requests": "/portal/", "declare": "/portal/new", "request": f"/portal/{reference}"}.items():
        client.goes(path)
        client.looked_at(f"portal-{name}")


def test_what_nobody_in_particular_sees(line: Line, opens: Opens) -> None:
    stranger = opens()
    stranger.expected = ["404", "410"]
    for name, path in {
        "login": "/login",
        "forgotten": "/reset",
        "invitation": "/invitation/x",
        "nowhere": "/x",
    }.items():
        stranger.goes(path)
        stranger.looked_at(name)


def test_in_the_dark(line: Line, opens: Opens) -> None:
    reference = loss(line)
    admin = opens(Role.ADMIN)
    admin.page.emulate_media(color_scheme="dark")
    for name, path in {"home": "/", "rota": "/rota", "ticket": f"/tickets/{reference}", "tickets": "/tickets"}.items():
        admin.goes(path)
        admin.looked_at(f"{name}-dark")


SMALL = """() => [...document.querySelectorAll(
  "main input:not([type=hidden]):not([type=checkbox]), main select, main textarea, main .btn, main summary, .form-check"
)].filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML)"""
RING = """() => { const seen = getComputedStyle(document.activeElement);
  return [seen.outlineStyle, seen.outlineWidth, seen.outlineColor]; }"""
ACTS = {"light": "rgb(29, 95, 191)", "dark": "rgb(106, 165, 245)"}  # more than 5 : 1 on any ground of ours


@pytest.mark.parametrize("size", ["390"], indirect=True)
def test_nothing_is_small_under_a_thumb(line: Line, opens: Opens) -> None:
    admin = opens(Role.ADMIN)
    for path in ("/me", "/accounts", "/accounts/1", "/directory", "/directory/edit/clients/260417", "/tf-setup"):
        admin.goes(path)
        assert admin.page.evaluate(SMALL) == [], path


@pytest.mark.parametrize("size", ["1366"], indirect=True)
@pytest.mark.parametrize("scheme", ACTS)
def test_whoever_has_no_mouse_sees_where_they_are(line: Line, opens: Opens, scheme: str) -> None:
    """The page's own entry of the menu, another, a field, a box to tick, a button."""
    admin = opens(Role.ADMIN)
    admin.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    admin.goes("/accounts")
    admin.page.keyboard.press("Tab")  # from here on, it is the keyboard that moves
    for one in (".nav-link.active", ".nav-link:not(.active)", "#email", "#role-desk", ".account .btn"):
        admin.page.locator(one).first.focus()
        assert admin.page.evaluate(RING) == ["solid", "3px", ACTS[scheme]], one


@pytest.mark.parametrize("size", ["390"], indirect=True)
def test_a_long_page_is_folded_on_a_telephone_but_for_what_is_asked_for(line: Line, opens: Opens) -> None:
    desk = opens(Role.DESK)
    desk.goes("/directory")
    assert desk.page.evaluate("document.documentElement.scrollHeight") < 2 * 844
    desk.page.get_by_role("link", name="Ingénieurs").click()
    desk.reads("Ingénieur 4")
    desk.goes("/directory?q=démo#clients")
    desk.reads("Client Démo Un")
