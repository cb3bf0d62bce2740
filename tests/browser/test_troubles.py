"""The pages of a bad night, at both sizes: pages under way that an edit strands, callers held back, who guesses."""

from collections.abc import Callable

from playwright.sync_api import FilePayload

from storage.accounts.accounts import Role
from tests.browser.watched import Watched
from tests.ivr import sample
from tests.stories.night import loss
from tests.stories.test_one_caller import types_back, unverified
from tests.support.phone import SAMPLE, Line

Opens = Callable[..., Watched]


def test_an_import_that_strands_a_page(line: Line, opens: Opens) -> None:
    loss(line)
    admin = opens(Role.ADMIN)
    admin.goes("/directory/import")
    toml = SAMPLE.read_text(encoding="utf-8").replace('policy = "standard"', 'policy = "autre"')
    toml = toml.replace('[[policies]]\ncode = "standard"', '[[policies]]\ncode = "autre"')
    upload = FilePayload(name="annuaire.toml", mimeType="application/toml", buffer=toml.encode())
    admin.page.set_input_files("#file", upload)
    admin.presses("Voir ce qui changerait")
    assert admin.page.get_by_text("elle continue avec les personnes de cet annuaire").count() == 1
    admin.looked_at("import-stranding")


def test_a_caller_who_is_held_back(line: Line, opens: Opens) -> None:
    for _ in range(4):
        types_back(line.phone(sample.WITHHELD).calls().presses("3").presses("2"))
    for _ in range(3):
        unverified(line).hangs_up()
    line.settle()
    admin = opens(Role.ADMIN)
    admin.goes("/calls")
    admin.looked_at("calls-held")
    admin.goes(f"/calls/{line.calls()[3]['sid']}")
    admin.reads("Limité")
    admin.looked_at("call-held")


def test_a_night_that_nobody_takes(line: Line, opens: Opens) -> None:
    line.clock.at("2026-09-14 07:30")
    loss(line)
    line.forward(minutes=15)
    desk = opens(Role.DESK)
    reference = line.tickets()[0]["reference"]
    for name, path in {"home": "/", "tickets": "/tickets", "ticket": f"/tickets/{reference}"}.items():
        desk.goes(path)
        desk.looked_at(f"{name}-nobody")
    line.forward(hours=1)
    desk.goes("/")
    desk.looked_at("home-morning")
