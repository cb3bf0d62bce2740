"""Whole jobs, as people do them with their eyes and fingers."""

import re
from collections.abc import Callable

import pytest
from passlib.totp import TOTP

from storage.accounts.accounts import Role
from tests.browser.watched import Watched
from tests.stories.night import loss
from tests.support.phone import ING1, ING2, Line
from tests.web.people import PASSWORD

Opens = Callable[..., Watched]


def test_from_the_sms_to_the_archive(line: Line, opens: Opens) -> None:
    reference = loss(line)
    [address] = re.findall(r"http://\S+/t/\S+", line.phone(ING2).texts()[-1])
    engineer = opens()
    engineer.page.goto(address)
    engineer.page.get_by_role("button").first.click()
    engineer.reads("C'est vous qui l'avez.")
    line.settle()
    signed = opens(Role.ENGINEER)
    signed.goes(f"/tickets/{reference}")
    signed.unfolds("Qualifier")
    signed.page.fill("#f-description", "Plus aucun accès.")
    signed.page.locator("#qualify").get_by_role("button", name="Enregistrer").click()
    signed.reads("Ticket qualifié.")
    signed.presses("C'est rétabli")
    for part, text in (("cause", "Une fibre coupée."), ("actions", "Réparée."), ("prevention", "Un second chemin.")):
        signed.page.fill(f"#f-{part}", text)
    signed.presses("Enregistrer le bilan")
    signed.reads("Bilan enregistré.")
    signed.presses("Clôturer et écrire au client")
    signed.reads("le bilan part au client")
    signed.presses("Revenir sur la clôture")
    signed.page.fill("#f-waived", "dit au téléphone")
    signed.presses("Clôturer et écrire au client")
    signed.presses("Archiver")
    signed.reads("Ticket archivé.")
    signed.looked_at("ticket-archived")
    assert line.ticket()["state"] == "archived"


def test_an_override_with_a_look_at_what_changes(line: Line, opens: Opens) -> None:
    admin = opens(Role.ADMIN)
    admin.goes("/rota")
    admin.page.locator('a[href="/rota/idline/principal"]').locator("visible=true").first.click()
    for name, value in {"start_day": "2026-09-13", "until_day": "2026-09-13"}.items():
        admin.page.fill(f"#{name}", value)
    for name, value in {"start_time": "08:00", "until_time": "20:00"}.items():
        admin.page.fill(f"#{name}", value)
    admin.presses("Ingénieur 1")
    admin.reads("Ce qui changerait")
    admin.page.fill("#why", "Formation avancée d'un jour")
    admin.page.check("#agreed")
    admin.presses("Enregistrer ce changement")
    admin.reads("Planning changé.")
    admin.looked_at("rota-changed")


def test_two_turns_change_hands_in_three_presses(line: Line, opens: Opens) -> None:
    """A bar, the turn that is given for it, and keep; of turns that are far enough for no reason to be asked."""
    admin = opens(Role.ADMIN)
    admin.goes("/rota?from=2026-11-02")
    rows = admin.page.locator('#idline a[href*="/principal?start_day=2026-11-02"]')
    rows.locator("visible=true").first.click()
    admin.presses("Ingénieur 1 : lun. 9 nov. 08:30 → lun. 16 nov. 08:30")
    admin.looked_at("swap")
    admin.presses("Enregistrer ce changement")
    admin.reads("Planning changé.")


def test_a_client_declares_answers_and_escalates(line: Line, opens: Opens) -> None:
    client = opens(Role.CLIENT)
    client.goes("/portal/")
    client.page.get_by_role("main").get_by_role("link", name="Nouvelle demande").click()
    client.page.check("#nature-service_loss")
    client.page.select_option("#service", "idline|Accès internet")
    client.page.fill("#description", "Plus rien ne passe.")
    client.presses("Envoyer la demande")
    client.reads("Demande enregistrée")
    client.page.fill("#text", "Depuis 21 h.")
    client.presses("Envoyer")
    client.reads("Message envoyé.")
    client.presses("Escalader")
    client.reads("L'engagement court")
    client.looked_at("portal-request-answered")


def test_home_looks_again_by_itself(line: Line, opens: Opens) -> None:
    engineer = opens(Role.ENGINEER)
    engineer.goes("/")
    assert engineer.page.get_by_text("Alertes en cours").count() == 0
    reference = loss(line)
    engineer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    engineer.reads(reference)


@pytest.mark.parametrize("size", ["390"], indirect=True)
def test_a_second_factor_from_setting_up_to_signing_in(line: Line, opens: Opens) -> None:
    person = opens(Role.DESK)
    person.goes("/tf-setup")
    person.page.locator("button[value=authenticator]").click()
    person.page.locator("#qrcode").wait_for()
    shown = person.page.locator("main").inner_text()
    key = re.findall(r"(?:[A-Z2-7]{4}[ -]?){6,}[A-Z2-7]{0,4}", shown)[0].replace("-", "").replace(" ", "")
    person.looked_at("second-factor-key")
    person.page.fill("#code", "000000")
    person.presses("Activer")
    person.reads("Ce code n'est pas le bon")
    person.looked_at("second-factor-mistyped")
    assert key in person.page.locator("main").inner_text().replace("-", "").replace(" ", "")
    person.page.fill("#code", str(TOTP(key).generate().token))
    person.presses("Activer")
    person.reads("Votre second facteur est en place.")
    person.presses("Créer les codes")
    person.looked_at("recovery-codes")
    person.goes("/me")
    person.reads("actif")
    person.page.context.clear_cookies()
    person.goes("/login")
    person.page.fill("#email", "desk@nvl.example")
    person.page.fill("#password", PASSWORD)
    person.page.click("#submit")
    person.page.locator("#code").wait_for()
    person.looked_at("second-factor-asked")
    person.presses("Prévenir les administrateurs")
    person.reads("Les administrateurs sont prévenus")
    person.looked_at("second-factor-lost")


def test_a_holiday_opened_for_one_entity(line: Line, opens: Opens) -> None:
    admin = opens(Role.ADMIN)
    admin.goes("/directory/days?entity=idline&number=2027")
    admin.page.get_by_role("link", name="Lundi de Pentecôte").click()
    admin.page.get_by_role("link", name="Ouvrir pour une fois").click()
    admin.page.fill("#reason", "Lundi travaillé")
    admin.presses("Voir ce qui changerait")
    admin.looked_at("edit-looked-at")
    admin.presses("Enregistrer ce changement")
    admin.reads("Annuaire changé.")
    admin.goes("/directory/days?entity=idline&day=2027-05-17")
    admin.reads("Lundi travaillé")
    admin.goes("/directory/days?entity=ivelem&day=2027-05-17")
    admin.page.get_by_text("jour férié").first.wait_for()
    assert admin.page.get_by_text("Lundi travaillé").count() == 0


def test_a_third_person_joins_the_turns(line: Line, opens: Opens) -> None:
    """A new engineer, and their place in a layer; a fault on the way is shown where it is."""
    admin = opens(Role.ADMIN)
    admin.goes("/directory/add/engineers")
    for name, value in {"code": "ing9", "name": "Ingénieur 9", "phone": "06 39 98"}.items():
        admin.page.fill(f"#{name}", value)
    admin.presses("Voir ce qui changerait")
    admin.page.locator("#phone[aria-invalid=true]").wait_for()
    admin.looked_at("edit-fault")
    admin.page.fill("#phone", "06 39 98 00 09")
    admin.presses("Voir ce qui changerait")
    admin.presses("Enregistrer ce changement")
    admin.reads("Annuaire changé.")
    admin.goes("/directory/edit/rotas/idline")
    admin.page.locator('select[name="layers.0.engineers"]').nth(2).select_option("ing9")
    admin.page.get_by_role("button", name="+ couche").click()
    admin.page.get_by_role("button", name="Ôter", exact=True).last.click()
    admin.presses("Voir ce qui changerait")
    admin.reads("Qui serait d'astreinte autrement")
    admin.looked_at("edit-turnover")
    admin.presses("Enregistrer ce changement")
    admin.reads("écrivez le motif")
    admin.page.fill("#why", "Une personne de plus")
    admin.page.check("#agreed")
    admin.presses("Enregistrer ce changement")
    admin.reads("Annuaire changé.")
    admin.goes("/rota?weeks=4")
    admin.page.get_by_text("I9").or_(admin.page.get_by_text("Ingénieur 9")).locator("visible=true").first.wait_for()


def test_two_engineers_swap_turns(line: Line, opens: Opens) -> None:
    """One asks for a Sunday against a week; the other accepts from the SMS; the rota shows both."""
    mine = opens(Role.ENGINEER, engineer="ing2")
    mine.goes("/rota/idline/principal")
    for name, value in {"ask_start_day": "2026-09-13", "ask_until_day": "2026-09-13"}.items():
        mine.page.fill(f"#{name}", value)
    for name, value in {"ask_start_time": "08:00", "ask_until_time": "20:00"}.items():
        mine.page.fill(f"#{name}", value)
    mine.page.select_option("#back", index=1)
    mine.page.fill("#word", "Un baptême")
    mine.presses("Demander")
    mine.reads("C'est demandé à Ingénieur 1.")
    mine.looked_at("rota-asked")
    line.settle()
    [address] = re.findall(r"http://\S+/h/\S+", line.phone(ING1).texts()[-1])
    other = opens()
    other.page.goto(address)
    other.reads("Un baptême")
    other.looked_at("handover")
    other.page.get_by_role("button", name="Je prends ce tour").click()
    other.reads("prend cette astreinte")
    other.looked_at("handover-accepted")
    mine.goes("/rota?from=2026-09-14")
    assert mine.page.get_by_text("Tours demandés").count() == 0
    mine.page.get_by_text("Ingénieur 2").locator("visible=true").first.wait_for()


def test_a_day_of_work_in_english(line: Line, opens: Opens) -> None:
    """Nothing of what our pages say is left in French, refusals and doubts included."""
    reference = loss(line)
    admin = opens(Role.ADMIN, locale="en-GB")
    told = ""
    for path in ("/", "/rota", f"/tickets/{reference}", "/tickets", "/calls", "/directory", "/accounts", "/me"):
        admin.goes(path)
        told += admin.page.inner_text("main")
    admin.goes(f"/tickets/{reference}")
    admin.unfolds("Add a note")
    admin.page.fill("#f-text", "Seen with the client.")
    admin.presses("Add")
    admin.reads("Seen with the client.")
    admin.goes("/directory/edit/engineers/ing2")
    admin.page.fill("#phone", "")
    admin.presses("See what would change")
    admin.reads("has no telephone and cannot be woken")
    admin.looked_at("edit-english")
    told += admin.page.inner_text("main")
    for french in ("aujourd'hui", "Personne", "d'astreinte", "modifier", "Chercher", "Rien", "heures", "jours"):
        assert french not in told, french
