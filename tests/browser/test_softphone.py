"""A stranger at the telephone of a demonstration: they choose the hour, call, and wake somebody."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Locator, Playwright, Route

from commands import HOME
from commands.demo.sandbox import free_port
from simulator.softphone.mishaps import MISHAPS
from tests.browser.conftest import CHROMIUM, PICTURES, SIZES
from tests.browser.watched import Watched
from tests.ivr import sample

STARTED = 60_000  # milliseconds, of which a failure alone needs all
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--no-sandbox")
AWAY = ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE", "ERR_SOCKET")  # while it begins again
UNLUCKY = "Client Panne"  # one for each mishap: a second call of the same would join the first one's ticket


def unlucky() -> Iterator[str]:
    for number, _ in enumerate(MISHAPS):
        contract = sample.contract("novenc", "Réseau")
        yield sample.client(f"26061{number}", f"{UNLUCKY} {number}", f"+3363998200{number}", contract)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of its telephones."""
    home, ports = tmp_path_factory.mktemp("demonstration"), (free_port(), free_port())
    command = [sys.executable, str(HOME / "cli.py"), "demo", "--no-browser", "--at", "2026-09-15 10:00"]
    command += ["--port", str(ports[0]), "--simulator-port", str(ports[1]), "--directory", str(home / "nvl.toml")]
    (home / "nvl.toml").write_text(sample.SAMPLE + "".join(unlucky()), encoding="utf-8")
    process = subprocess.Popen(
        command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout
    said = []
    for told in process.stdout:
        said.append(told)
        if "Ctrl-C" in told:
            break
    assert process.poll() is None, "".join(said)
    yield f"http://127.0.0.1:{ports[1]}"
    process.terminate()
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0, rest


@pytest.fixture(scope="module")
def with_microphone(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(MICROPHONE))
    yield browser
    browser.close()


@pytest.fixture
def telephones(with_microphone: Browser, demonstration: str, size: str) -> Iterator[Watched]:
    width, height = SIZES[size]
    context = with_microphone.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", permissions=["microphone"]
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    watched = Watched(page, demonstration, size, PICTURES)
    watched.expected += AWAY
    watched.goes("/")
    page.locator("body[data-ready=yes]").wait_for(timeout=STARTED)  # another test has just begun it again
    yield watched
    context.close()
    assert watched.complaints == []


def begins(watched: Watched, day: str, time: str, said: str, *, again: bool = False) -> None:
    """Another hour: everything is as new then."""
    page = watched.page
    watched.unfolds("Changer d'heure")
    page.fill("[name=day]", day)
    page.fill("[name=time]", time)
    if again:
        page.get_by_label("La seconde fois").check()
    page.get_by_role("button", name="Recommencer à cette heure").click()
    watched.reads("La ligne se prépare…")
    page.locator("body[data-ready=yes]").wait_for(timeout=STARTED)
    page.locator("#now", has_text=said).wait_for(timeout=STARTED)


def presses(receiver: Locator, keys: str) -> None:
    """One after another, each once the line has said what it asks."""
    for key in keys:
        receiver.locator(".wants", has_text="attend une touche").wait_for()
        heard = receiver.locator(".heard .line").count()
        receiver.locator(f"[data-key='{key}']").click()
        receiver.locator(".heard .line").nth(heard).wait_for()


def in_one_screen(watched: Watched, *parts: Locator) -> None:
    """Without a finger on the page's edge."""
    height = watched.page.evaluate("innerHeight")
    for part in parts:
        box = part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height, part
    if watched.pictures:
        watched.page.screenshot(path=f"{watched.pictures}/softphone-call-{watched.size}.png")


def calls(watched: Watched, keys: str) -> Locator:
    """The default caller dials the default line."""
    caller = watched.page.locator("#caller")
    caller.get_by_role("button", name="Appeler").click()
    caller.locator(".wants", has_text="attend une touche").wait_for()
    presses(caller, keys)
    return caller


def test_a_stranger_reaches_an_acknowledged_ticket_at_the_hour_they_choose(telephones: Watched) -> None:
    page = telephones.page
    begins(telephones, "2026-12-25", "03:12", "25 décembre 2026")
    telephones.looked_at("softphone")
    caller = calls(telephones, "111")
    in_one_screen(telephones, caller.locator(".heard"), caller.locator(".keys"), caller.locator(".acts"))
    presses(caller, "9")
    caller.get_by_role("button", name="Parler au micro").click()
    caller.get_by_role("button", name="C'est dit (1 s)").wait_for()
    caller.get_by_role("button", name="C'est dit").click()
    telephones.reads("Votre référence est")
    rung = page.locator(".phone.rings")
    rung.first.wait_for()
    telephones.looked_at("softphone-rings")
    engineer = page.locator(f".phone[data-label='{rung.first.get_attribute('data-label')}']")
    engineer.get_by_role("button", name="Décrocher").click()
    engineer.locator(".wants", has_text="attend une touche").wait_for()
    in_one_screen(telephones, engineer.locator(".heard"), engineer.locator(".keys"))
    if telephones.pictures:
        for receiver in (caller, engineer):
            receiver.locator(".heard").evaluate("heard => heard.scrollTo(0, 0)")
        page.screenshot(path=f"{telephones.pictures}/softphone-answers-{telephones.size}.png")
    presses(engineer, "2")
    engineer.locator(".heard audio").wait_for()
    presses(engineer, "1")
    telephones.reads("Vous avez pris le ticket")
    caller.locator("#received li", has_text="pris en charge").wait_for()
    engineer.get_by_role("button", name="Raccrocher").click()
    telephones.looked_at("softphone-taken")
    with page.context.expect_page() as opened:
        engineer.locator(".texts a").first.click()
    opened.value.get_by_text("C'est vous qui l'avez").wait_for()


def types(receiver: Locator, keys: str) -> None:
    """An answer of several digits, key by key."""
    receiver.locator(".wants", has_text="plusieurs chiffres").wait_for()
    for key in keys:
        receiver.locator(f"[data-key='{key}']").click()
    receiver.locator(".typed", has_text=keys).wait_for()


def test_a_caller_whom_the_line_does_not_know_types_who_they_are(telephones: Watched) -> None:
    """The code is to be read beside the picker; the number to call back comes from the keyboard of the machine."""
    page = telephones.page
    begins(telephones, "2026-12-25", "03:12", "25 décembre 2026")
    page.select_option("#dial [name=from]", label="Numéro masqué")
    code = page.locator("#codes li", has_text="Client Démo Un").locator("strong").inner_text()
    caller = calls(telephones, "11")
    assert caller.get_by_role("button", name="Appeler").is_hidden(), "one call at a time"
    types(caller, code)
    telephones.looked_at("softphone-typed")
    caller.locator("[data-key='#']").click()
    caller.locator(".heard .line", has_text="Accès internet").wait_for()
    presses(caller, "19")
    caller.locator(".wants", has_text="plusieurs chiffres").wait_for()
    page.keyboard.type("0639982233#")
    caller.locator(".wants", has_text="attend une touche").wait_for()
    presses(caller, "1")
    page.fill("#caller [name=text]", "Plus rien ne passe.")
    caller.get_by_role("button", name="Dire, puis dièse").click()
    telephones.reads("Votre référence est")
    page.locator(".phone.rings .texts li", has_text="Client Démo Un").wait_for()
    calls(telephones, "5")
    types(caller, "26000018")
    if telephones.size == "390":
        caller.get_by_role("button", name="C'est tout").click()
    # Elsewhere whoever stops typing has said all, as on any telephone.
    caller.locator(".heard .line", has_text="laisser un message").wait_for()
    presses(caller, "2")
    caller.get_by_role("button", name="Raccrocher").click()


def takes(watched: Watched) -> None:
    """Whoever it rings at answers, and has it."""
    rung = watched.page.locator(".phone.rings").first
    rung.wait_for()
    engineer = watched.page.locator(f".phone[data-label='{rung.get_attribute('data-label')}']")
    engineer.get_by_role("button", name="Décrocher").click()
    engineer.locator(".wants", has_text="attend une touche").wait_for()
    presses(engineer, "1")
    engineer.locator(".heard .line", has_text="Vous avez pris le ticket").wait_for()
    engineer.get_by_role("button", name="Raccrocher").click()


def test_whatever_goes_wrong_the_ticket_is_taken(telephones: Watched) -> None:
    """Every button of the list, one at a time: each call ends with its reference, and each ticket with somebody."""
    page = telephones.page
    begins(telephones, "2026-09-12", "22:04", "12 septembre 2026")
    caller = page.locator("#caller")
    for number, name in enumerate(MISHAPS):
        box = page.locator(f"#mishaps [value={name}]")
        with page.expect_response("**/softphone/mishaps"):
            box.check()
        page.select_option("#dial [name=from]", label=f"{UNLUCKY} {number}, option 24/7")
        calls(telephones, "31")
        page.fill("#caller [name=text]", "Plus rien ne passe.")
        caller.get_by_role("button", name="Dire, puis dièse").click()
        caller.locator(".heard .line", has_text="Votre référence est").last.wait_for()
        caller.locator(".wants", has_text="terminé").wait_for()
        if name == "down":  # nothing leaves before it is repaired
            box.uncheck()
        takes(telephones)
        box.uncheck()
    assert page.locator("#mishaps :checked").count() == 0


@pytest.mark.parametrize("size", ["1366"], indirect=True)
def test_a_look_that_comes_late_takes_no_choice_back(telephones: Watched) -> None:
    """It was answered before the box was emptied, and arrives after."""
    page = telephones.page
    box = page.locator("#mishaps [value=texts]")
    with page.expect_response("**/softphone/mishaps"):
        box.check()
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/softphone/state*", lambda route: held.append((route, route.fetch())))
    with page.expect_request("**/softphone/state*"):
        pass
    with page.expect_response("**/softphone/mishaps"):
        box.uncheck()
    late, told = held[0]
    assert "texts" in told.text()
    with page.expect_request("**/softphone/state*"):  # the next look, which waits here: the late one has been seen
        late.fulfill(response=told)
    assert not box.is_checked()
    page.unroute_all(behavior="ignoreErrors")


def test_who_cannot_says_so_and_the_next_one_is_woken(telephones: Watched) -> None:
    """In the second of the two hours after two o'clock."""
    page = telephones.page
    begins(telephones, "2026-10-25", "02:30", "25 octobre 2026", again=True)
    assert page.request.get(f"{telephones.home}/softphone/state").json()["now"].endswith("+01:00")
    page.locator(".phone[data-label='Ingénieur 2'] select").select_option("busy")
    caller = calls(telephones, "1119")
    page.fill("#caller [name=text]", "Plus rien ne passe.")
    caller.get_by_role("button", name="Dire, puis dièse").click()
    first = page.locator(".phone[data-label='Ingénieur 2']")
    first.locator(".texts li").first.wait_for()
    first.locator(".missed", has_text="occupé").wait_for()
    first.locator("[name=body]").fill("NON sur un autre incident")
    first.get_by_role("button", name="Répondre").click()
    rung = page.locator(".phone.rings").first
    rung.wait_for()
    assert rung.get_attribute("data-label") != "Ingénieur 2"


def test_telephones_do_as_they_are_told(telephones: Watched) -> None:
    """At noon one entity is open, and its desk is rung; another is closed, and somebody is woken."""
    page = telephones.page
    begins(telephones, "2026-09-15", "12:30", "15 septembre 2026")
    telephones.unfolds("Les bureaux")
    page.locator(".phone[data-label='Bureau IDLINE 1'] select").select_option("failed")
    calls(telephones, "1")
    page.locator(".phone[data-label='Bureau IDLINE 1'] .missed", has_text="hors réseau").wait_for()
    page.locator(".phone[data-label='Bureau IDLINE 2'] .missed", has_text="sans réponse").wait_for()
    page.locator("#caller").get_by_role("button", name="Raccrocher").click()
    for choice in page.locator("#dial [name=from] option", has_text="Client Démo Deux").all():
        page.select_option("#dial [name=from]", choice.get_attribute("value"))
    for engineer in page.locator(".phone[data-label^='Ingénieur'] select").all():
        engineer.select_option("voicemail")
    calls(telephones, "31")
    page.locator(".phone[data-label^='Ingénieur'] .missed", has_text="pris par la messagerie").wait_for()
    telephones.looked_at("softphone-missed")


def test_what_goes_wrong_is_said_where_one_looks_and_no_longer(telephones: Watched) -> None:
    page, said = telephones.page, telephones.page.locator("#said")
    telephones.expected += ["ERR_FAILED"]
    page.route("**/softphone/state*", lambda route: route.abort())
    said.get_by_text("ne répond pas").wait_for()
    assert page.locator("main").evaluate("main => main.inert")
    page.unroute_all(behavior="ignoreErrors")
    page.locator("main:not([inert])").wait_for()
    assert said.inner_text() == ""
    page.select_option("#dial [name=from]", "")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("#dial").evaluate("form => form.requestSubmit()")
    said.get_by_text("Écrivez le numéro").wait_for()
    assert page.evaluate("document.querySelector('#said').getBoundingClientRect().top >= 0")
    page.fill("#dial [name=other]", "06 39 98 20 99")
    calls(telephones, "")
    assert said.inner_text() == ""
    page.locator("#caller").get_by_role("button", name="Raccrocher").click()
