"""Every way a directory file may be wrong: one mistake in the sample, its place, and what is said of it."""

# ruff: noqa: E501  # a mistake is told on one line

import inspect
import re
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.hours import Because, Closed
from ivr import prompts
from storage.directory import DirectoryFaults, Fault, dump, from_json, parse, read, syntax, to_json, values, with_item
from storage.directory.writer import item as written
from telephony import twiml

SAMPLE = (Path(__file__).parents[2] / "nvl.toml").read_text(encoding="utf-8")
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, 0, 3, -1, 1e99, float("nan"), 10**30, "", "x", "\x00", "\ud800", "9" * 5000),
        *("everyone", "06", "24:00-24:00", "99999h", "__class__", "FR-", "HolidayBase", "Europe"),
        *([], [[]], [None], {}, {"x": 1}, {"weekdays": 1}, {"weeks": 10**9}),
        *(date.min, date.max, datetime.combine(date.min, time.min), datetime(2026, 1, 1, tzinfo=UTC), time.min),
    ]
)
END = object()  # the mistake is added at the end of the file

FIRST_CONTRACT = 'level = "critique"\noption_24x7 = true\nfrom = 2025-01-01\nuntil = 2028-12-31'
SERVERS = 'service = "Serveurs"\nlevel = "standard"'
PRINCIPAL = 'starts = 2026-01-05T18:00:00\nevery = { days = 1 }\nengineers = ["ing3", "ing4"]'
CLOSURE_UNTIL = "until = 2027-01-02T00:00:00"


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DirectoryFaults) as refused:
        parse(text)
    return refused.value.faults


def with_mistake(old: str | object, new: str) -> str:
    """The sample with one mistake, at the first place where the right text stands."""
    if not isinstance(old, str):
        return SAMPLE + new
    assert old in SAMPLE
    return SAMPLE.replace(old, new, 1)


def check(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    (fault,) = faults_of(with_mistake(old, new))
    assert fault.place == place
    for word in words:
        assert word in fault.message


@pytest.mark.parametrize(
    ("old", "new", "place", "word"),
    [
        pytest.param('"ing1"', '"ing²"', "engineers[0].code", "lettres, chiffres", id="a digit to some"),
        pytest.param('"ing1"', '"ingⅧ"', "engineers[0].code", "lettres, chiffres", id="a number in one letter"),
        pytest.param('"infrastructure"', '"inﬁrmerie"', "rotas[1].code", "lettres, chiffres", id="two letters in one"),
        pytest.param('"secours"', '"nuit/week-end"', "rotas[0].layers[1].name", "sans « / »", id="a folder"),
        pytest.param('"secours"', '".."', "rotas[0].layers[1].name", "sans « / »", id="the folder above"),
    ],
)
def test_what_no_address_of_a_page_carries(old: str, new: str, place: str, word: str) -> None:
    """Of what is loaded from now on; what was loaded before is read, and its other items are changed."""
    text = SAMPLE.replace(old, new)
    fault = faults_of(text)[0]
    assert (fault.place, word in fault.message) == (place, True)
    before = read(tomllib.loads(text))
    assert from_json(to_json(before)) == before
    client = {**written(before.clients[0]), "name": "Neuf"}
    assert with_item(before, "clients", 0, client).clients[0].name == "Neuf"
    with pytest.raises(DirectoryFaults):
        with_item(before, "employers", 1, {"code": "é²", "name": "Autre", "agreement": "x"})


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('name = "Groupe NVL"', 'nom = "x"\nname = "x"', "organisation", ("« nom » inconnue",), id="unknown key"),
        pytest.param("ring_seconds", "ring_secondes", "entities[0]", ("ring_secondes", "vouliez-vous dire « ring_seconds »"), id="misspelt key"),
        pytest.param(END, "[[client]]\ncode = 1", "", ("« client » inconnue", "vouliez-vous dire « clients »"), id="misspelt section"),
        pytest.param('code = "260417"', "", "clients[0]", ("il manque « code »",), id="client without a code"),
        pytest.param('ticket_prefix = "NVL"', "", "organisation", ("il manque « ticket_prefix »",), id="no prefix"),
        pytest.param('hours = { weekdays = ["08:30-18:00"] }', "", "entities[0]", ("il manque « hours »",), id="no hours"),
        pytest.param("every = { days = 1 }", "", "rotas[2].layers[0]", ("il manque « every »",), id="no turn"),
        pytest.param("from = 2026-11-21T18:00:00", "", "rotas[0].overrides[0]", ("il manque « from »",), id="override without a beginning"),
    ],
)  # fmt: skip
def test_keys(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('name = "IDLINE"', "name = 12", "entities[0].name", ("un texte", "pas un nombre"), id="a number for a text"),
        pytest.param('name = "IDLINE"', 'name = " "', "entities[0].name", ("vide",), id="a blank name"),
        pytest.param('name = "IDLINE"', r'name = "a\u0000b"', "entities[0].name", ("caractère de commande",), id="what no voice can say"),
        pytest.param("page_unverified = false", 'page_unverified = "non"', "entities[0].page_unverified", ("true ou false", "pas un texte"), id="a word for a switch"),
        pytest.param("ring_seconds = 20", "ring_seconds = true", "entities[0].ring_seconds", ("de 5 à 60", "vrai ou faux"), id="a switch for a number"),
        pytest.param("ring_seconds = 20", "ring_seconds = 20.5", "entities[0].ring_seconds", ("nombre entier de 5 à 60, pas un nombre à virgule",), id="half a second"),
        pytest.param("ring_seconds = 20", "ring_seconds = 1e400", "entities[0].ring_seconds", ("nombre entier de 5 à 60, pas l'infini",), id="seconds without end"),
        pytest.param("ring_seconds = 20", f"ring_seconds = 0x{'f' * 5000}", "entities[0].ring_seconds", ("ce nombre : on attend",), id="more digits than Python writes"),
        pytest.param("ring_seconds = 20", "ring_seconds = 4", "entities[0].ring_seconds", ("4", "de 5 à 60"), id="rings too short"),
        pytest.param("ring_seconds = 20", "ring_seconds = 61", "entities[0].ring_seconds", ("61", "de 5 à 60"), id="rings too long"),
        pytest.param("key = 4", "key = 5", "entities[3].key", ("5", "de 1 à 4"), id="key 5 follows a ticket"),
        pytest.param("key = 1", "key = 0", "entities[0].key", ("0", "de 1 à 4"), id="key 0"),
        pytest.param('sites = ["Limoges"]', 'sites = "Limoges"', "clients[1].sites", ("une liste", "pas un texte"), id="a text for a list"),
        pytest.param('sites = ["Limoges"]', "sites = [87]", "clients[1].sites[0]", ("un texte", "pas un nombre"), id="a number in a list of texts"),
        pytest.param('hours = { weekdays = ["08:30-18:00"] }', 'hours = "08:30-18:00"', "entities[0].hours", ("une table", "pas un texte"), id="a text for a week"),
        pytest.param('after_hours_mode = "voicemail"', 'after_hours_mode = "répondeur"', "entities[0].after_hours_mode", ("« répondeur »", "« voicemail » ou « bridge »"), id="no such mode"),
        pytest.param('kind = "after_hours"', 'kind = "astreinte"', "lines[1].kind", ("« main » ou « after_hours »",), id="no such kind of line"),
        pytest.param('coverage = "24x7"', 'coverage = "7/7"', "levels[0].coverage", ("« 24x7 » ou « hours »",), id="no such coverage"),
        pytest.param('by = ["voice"]', 'by = ["fax"]', "policies[0].steps[1].by[0]", ("« fax »", "« sms » ou « voice »"), id="no such channel"),
    ],
)  # fmt: skip
def test_types_and_choices(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('"05 86 07 77 77"', '"05 86 07 77"', "lines[0].number", ("05 86 07 77", "trop court"), id="a pair is missing"),
        pytest.param('"06 39 98 10 01"]', '"06 39 98 10 01 / 02"]', "clients[0].contacts[0].phones[1]", ("un seul numéro par champ",), id="two numbers in one"),
        pytest.param('"05 36 49 01 02"', '"0899 12 34 56"', "entities[0].team[1]", ("0899 12 34 56", "surtaxé"), id="the line rings no premium number"),
        pytest.param('"06 39 98 00 01"', "639980001", "engineers[0].phone", ("guillemets", "pas un nombre"), id="a number without quotes"),
        pytest.param('"260417"', '"26041"', "clients[0].code", ("« 26041 »", "six chiffres"), id="five digits"),
        pytest.param('"260417"', '"26041a"', "clients[0].code", ("six chiffres",), id="a letter no keypad has"),
        pytest.param('"NVL"', '"nvl"', "organisation.ticket_prefix", ("majuscules",), id="small letters"),
        pytest.param('"NVL"', '"ASTREINTE"', "organisation.ticket_prefix", ("une à six",), id="nine letters"),
        pytest.param('"Europe/Paris"', '"Europe/Pari"', "organisation.timezone", ("« Europe/Pari »", "vouliez-vous dire « Europe/Paris »"), id="misspelt zone"),
        pytest.param(CLOSURE_UNTIL, "until = 9999-12-31T23:59:00", "closures[0].until", ("de 1970 à 2999",), id="the end of time"),
        pytest.param(PRINCIPAL, PRINCIPAL.replace("2026", "0001"), "rotas[2].layers[0].starts", ("de 1970 à 2999",), id="the beginning of time"),
        pytest.param('"Europe/Paris"', '"../etc/passwd"', "organisation.timezone", ("n'existe pas",), id="no zone is a path"),
        pytest.param('holidays = "FR" ', 'holidays = "FR-99" ', "organisation.holidays", ("« FR-99 »", "FR-57", "FR-6AE"), id="no such region: those that exist"),
        pytest.param('holidays = "FR" ', 'holidays = "XX" ', "organisation.holidays", ("« XX »", "FR-57"), id="no such country"),
        pytest.param('holidays = "FR" ', 'holidays = "FR-" ', "organisation.holidays", ("« FR- »", "FR-57"), id="a region without a name"),
        pytest.param('holidays = "FR" ', 'holidays = "utils" ', "organisation.holidays", ("« utils »",), id="a name within the package"),
        pytest.param('"fr-FR"', '"français"', "organisation.language", ("fr-FR",), id="no such language"),
        pytest.param('"support@nvl.fr"', '"support nvl.fr"', "organisation.support_email", ("adresse électronique",), id="no address"),
        pytest.param('["un.example.com"]', '["a@un.example.com"]', "clients[0].emails[0]", ("domaine seul", "« un.example.com »"), id="an address for a domain"),
        pytest.param('["un.example.com"]', '["un example"]', "clients[0].emails[0]", ("domaine",), id="no domain"),
        pytest.param('"https://portail.nvl.fr"', '"portail.nvl.fr"', "organisation.portal_url", ("https://",), id="no scheme"),
    ],
)  # fmt: skip
def test_numbers_codes_and_addresses(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


@pytest.mark.parametrize(
    ("hours", "place", "words"),
    [
        pytest.param('weekdays = ["8h-18h"]', ".weekdays[0]", ("« 8h-18h »", "08:30-18:00"), id="not a span"),
        pytest.param('weekdays = ["25:00-26:00"]', ".weekdays[0]", ("n'existe pas",), id="no such hour"),
        pytest.param('weekdays = ["24:00-24:00"]', ".weekdays[0]", ("n'existe pas",), id="nothing opens at 24:00"),
        pytest.param('weekdays = ["08:60-18:00"]', ".weekdays[0]", ("n'existe pas",), id="no such minute"),
        pytest.param('weekdays = ["18:00-08:30"]', ".weekdays[0]", ("précéder",), id="closes before it opens"),
        pytest.param('weekdays = ["08:30-08:30"]', ".weekdays[0]", ("précéder",), id="an empty span"),
        pytest.param('monday = ["08:30-12:15", "12:00-18:00"]', ".monday", ("08:30-12:15", "se chevauchent"), id="overlap"),
        pytest.param('friday = ["22:00-24:00", "23:00-23:30"]', ".friday", ("se chevauchent",), id="overlap before midnight"),
        pytest.param('weekdays = ["08:30-18:00"], monday = ["09:00-10:00"]', "", ("weekdays",), id="Monday said twice"),
        pytest.param('mardi = ["09:00-10:00"]', "", ("« mardi » inconnue",), id="days are named in English"),
    ],
)  # fmt: skip
def test_hours(hours: str, place: str, words: tuple[str, ...]) -> None:
    check('{ weekdays = ["08:30-18:00"] }', f"{{ {hours} }}", f"entities[0].hours{place}", words)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param(CLOSURE_UNTIL, "until = 2026-12-28T08:30:00", "closures[0]", ("doit suivre le début",), id="a closure that does not last"),
        pytest.param(CLOSURE_UNTIL, "until = 2027-01-02T00:00:00Z", "closures[0].until", ("heure locale", "sans décalage"), id="an offset"),
        pytest.param(CLOSURE_UNTIL, "until = 2027-01-02T00:00:00+01:00", "closures[0].until", ("sans décalage",), id="the right offset too"),
        pytest.param(CLOSURE_UNTIL, "until = 2027-01-02", "closures[0].until", ("un jour et une heure",), id="a day without its hour"),
        pytest.param(CLOSURE_UNTIL, 'until = "le 2 janvier"', "closures[0].until", ("« le 2 janvier »", "2026-12-28T08:30:00"), id="words"),
        pytest.param(CLOSURE_UNTIL, "until = 12:00:00", "closures[0].until", ("un jour et une heure",), id="an hour without its day"),
        pytest.param("until = 2027-05-17T17:30:00", "until = 2027-05-16T17:30:00", "openings[0]", ("doit suivre",), id="an opening upside down"),
        pytest.param("until = 2026-11-22T08:00:00", "until = 2026-11-20T08:00:00", "rotas[0].overrides[0]", ("doit suivre",), id="an override upside down"),
        pytest.param("starts = 2026-01-05T18:00:00", "starts = 2026-01-05T18:00:00Z", "rotas[2].layers[0].starts", ("heure locale",), id="a hand-off with an offset"),
        pytest.param("until = 2028-12-31", "until = 2024-12-31", "clients[0].contracts[0]", ("2024-12-31", "avant de commencer"), id="a contract upside down"),
        pytest.param("until = 2028-12-31", "until = 2028-12-31T00:00:00", "clients[0].contracts[0].until", ("on attend un jour",), id="a contract ends with a day"),
        pytest.param('respond_within = "1h"', 'respond_within = "1 heure"', "levels[0].respond_within", ("« 1 heure »", "1h30"), id="no duration"),
        pytest.param('respond_within = "1h"', 'respond_within = "30"', "levels[0].respond_within", ("30m",), id="thirty what"),
        pytest.param('respond_within = "1h"', 'respond_within = ""', "levels[0].respond_within", ("vide",), id="an empty duration"),
        pytest.param('respond_within = "1h"', 'respond_within = "0m"', "levels[0].respond_within", ("dépasser zéro",), id="no time at all"),
        pytest.param('repeat_last_every = "10m"', 'repeat_last_every = "0h"', "policies[0].repeat_last_every", ("une minute au moins",), id="a page without rest"),
        pytest.param("every = { days = 1 }", "every = { days = 1, hours = 1 }", "rotas[2].layers[0].every", ("une seule",), id="two units"),
        pytest.param("every = { days = 1 }", "every = {}", "rotas[2].layers[0].every", ("une seule",), id="no unit"),
        pytest.param("every = { days = 1 }", "every = { days = 0 }", "rotas[2].layers[0].every.days", ("de 1 à",), id="turns without end"),
        pytest.param('after = "6m"', 'after = "2m"', "policies[0].steps", ("augmenter",), id="two steps at once"),
        pytest.param('after = "6m"', 'after = "1m"', "policies[0].steps", ("augmenter",), id="a step too late"),
    ],
)  # fmt: skip
def test_dates_and_durations(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('number = "05 36 49 00 24"', 'number = "+33 (0)5 86 07 77 77"', "lines[1]", ("+33586077777", "lines[0]"), id="a line twice, in two spellings"),
        pytest.param("key = 4", "key = 3", "entities[3]", ("touche « 3 »", "entities[2]"), id="a key twice"),
        pytest.param('"Site web", "MVUE"', '"MVUE", "MVUE"', "entities[1].services[1]", ("« MVUE »",), id="a service twice"),
        pytest.param('code = "260425"', 'code = "260417"', "clients[1]", ("« 260417 »", "clients[0]"), id="a client twice"),
        pytest.param('sites = ["Bordeaux", "Pau"]', 'sites = ["Bordeaux", "Bordeaux"]', "clients[0].sites[1]", ("« Bordeaux »",), id="a site twice"),
        pytest.param(END, '[[engineers]]\ncode = "ing1"\nname = "x"', "engineers[5]", ("« ing1 »", "engineers[0]"), id="an engineer twice"),
        pytest.param(END, '[[levels]]\ncode = "critique"', "levels[2]", ("« critique »", "levels[0]"), id="a level twice"),
        pytest.param(END, '[[rotas]]\ncode = "idline"\nfallback = "resp"', "rotas[3]", ("« idline »", "rotas[0]"), id="a rota twice"),
        pytest.param(END, '[[policies]]\ncode = "standard"\nsteps = [{ after = "0m", who = ["resp"], by = ["sms"] }]', "policies[1]", ("« standard »",), id="a policy twice"),
        pytest.param(SERVERS, f'{SERVERS}\nfrom = 2025-01-01\n[[clients.contracts]]\nentity = "novenc"\n{SERVERS}', "clients[0].contracts[3]", ("contracts[2]", "« Serveurs »"), id="a contract twice"),
    ],
)  # fmt: skip
def test_given_once(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('service = "Serveurs"', 'service = "Serveur"', "clients[0].contracts[2]", ("service « Serveur » n'existe pas chez novenc", "vouliez-vous dire « Serveurs »"), id="misspelt service"),
        pytest.param('service = "Serveurs"', 'service = "Téléphonie"', "clients[0].contracts[2]", ("chez novenc", "il existe : Serveurs, Réseau"), id="another entity's service"),
        pytest.param(f'service = "Accès internet"\n{FIRST_CONTRACT}', f'service = "accès internet"\n{FIRST_CONTRACT}', "clients[0].contracts[0]", ("vouliez-vous dire « Accès internet »",), id="small letters"),
        pytest.param('entity = "novenc"\nservice', 'entity = "novence"\nservice', "clients[0].contracts[2]", ("entité « novence »", "vouliez-vous dire « novenc »"), id="a contract's entity"),
        pytest.param(FIRST_CONTRACT, FIRST_CONTRACT.replace("critique", "or"), "clients[0].contracts[0]", ("niveau « or »", "critique, standard"), id="a contract's level"),
        pytest.param('from = 2025-01-01\nsites = ["Bordeaux"]', 'from = 2025-01-01\nsites = ["Bordaux"]', "clients[0].contracts[1]", ("site « Bordaux »", "vouliez-vous dire « Bordeaux »"), id="a contract's site"),
        pytest.param('entity = "ozanges"  ', 'entity = "ozange"  ', "closures[0]", ("entité « ozange »", "« ozanges »"), id="a closure's entity"),
        pytest.param('[[openings]]\nentity = "novenc"', '[[openings]]\nentity = "nov"', "openings[0]", ("entité « nov »",), id="an opening's entity"),
        pytest.param('rota = "infrastructure"', 'rota = "infra"', "entities[2]", ("planning « infra »",), id="an entity's rota"),
        pytest.param('policy = "standard"', 'policy = "standart"', "entities[0]", ("politique « standart »", "« standard »"), id="an entity's policy"),
        pytest.param('entities = ["ozanges", "ivelem"]', 'entities = ["ozanges", "ivelim"]', "engineers[2]", ("entité « ivelim »",), id="an engineer's entity"),
        pytest.param('engineers = ["ing3", "ing4"]', 'engineers = ["ing3", "ing9"]', "rotas[2].layers[0]", ("ingénieur « ing9 »",), id="a layer's engineer"),
        pytest.param('engineer = "resp"', 'engineer = "chef"', "rotas[0].overrides[0]", ("ingénieur « chef »", "resp"), id="an override's engineer"),
        pytest.param('layer = "principal"', 'layer = "principale"', "rotas[0].overrides[0]", ("couche « principale »", "« principal »"), id="an override's layer"),
        pytest.param('fallback = "resp"', 'fallback = "rasp"', "rotas[0]", ("ingénieur « rasp »", "« resp »"), id="a rota's fallback"),
        pytest.param('who = ["secours"]', 'who = ["secour"]', "policies[0].steps[2]", ("« secour »", "« secours »"), id="a step's layer"),
        pytest.param('["idline/Hébergement"]', '["idline/Hebergement"]', "escalation_contacts[1]", ("« idline/Hebergement »", "« idline/Hébergement »"), id="the hierarchy's service"),
    ],
)  # fmt: skip
def test_references(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('engineers = ["ing3", "ing4"]', "engineers = []", "rotas[2].layers[0]", ("la couche « principal » n'a personne",), id="a layer without anybody"),
        pytest.param('engineers = ["ing3", "ing4"]', "", "rotas[2].layers[0]", ("la couche « principal » n'a personne",), id="a layer that names nobody"),
        pytest.param(END, '[[rotas]]\ncode = "nuit"', "rotas[3]", ("n'a personne", "fallback"), id="a rota without anybody"),
        pytest.param(END, '[[policies]]\ncode = "rien"', "policies[1]", ("aucune étape",), id="a policy without steps"),
        pytest.param('who = ["secours"]', "who = []", "policies[0].steps[2]", ("personne dans cette étape",), id="a step without anybody"),
        pytest.param('by = ["voice"]', "by = []", "policies[0].steps[1]", ("aucun moyen",), id="a step without a way"),
    ],
)  # fmt: skip
def test_somebody_is_always_woken(old: str | object, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


OVERRIDE = 'until = 2026-11-22T08:00:00\nengineer = "resp"'
FIRST_PERSON = 'email = "ing1@nvl.example"'
DAILY = "every = { days = 1 }"


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param(DAILY, f"{DAILY}\nonly = {{}}", "rotas[2].layers[0].only", ("aucune heure", '"18:00-08:30"'), id="a layer for no hour"),
        pytest.param(DAILY, f"{DAILY}\nonly = {{ weekdays = [] }}", "rotas[2].layers[0].only", ("aucune heure",), id="a layer for no hour of any day"),
        pytest.param(DAILY, f'{DAILY}\nonly = {{ weekdays = ["18h"] }}', "rotas[2].layers[0].only.weekdays[0]", ("« 18h »", "08:30-18:00"), id="hours that are none"),
        pytest.param(DAILY, f'{DAILY}\nonly = {{ mon = ["18:00-08:30"], sunday = ["18:00-08:30"] }}', "rotas[2].layers[0].only", ("« mon » inconnue",), id="a day that is none"),
        pytest.param(DAILY, f'{DAILY}\nonly = {{ weekdays = ["18:00-08:30"], friday = ["18:00-24:00"] }}', "rotas[2].layers[0].only", ("weekdays",), id="Friday said twice"),
        pytest.param(DAILY, f'{DAILY}\nonly = "18:00-08:30"', "rotas[2].layers[0].only", ("une table", "pas un texte"), id="a text for a week"),
        pytest.param(OVERRIDE, f'{OVERRIDE}\nkind = "swap"', "rotas[0].overrides[0].kind", ("« swap »", "« replace » ou « add » ou « remove »"), id="no such kind of override"),
        pytest.param(OVERRIDE, 'until = 2026-11-22T08:00:00\nkind = "add"', "rotas[0].overrides[0]", ("il manque « engineer »",), id="nobody is added"),
        pytest.param(OVERRIDE, OVERRIDE.replace("resp", "chef") + '\nkind = "remove"', "rotas[0].overrides[0]", ("ingénieur « chef »",), id="an unknown person is removed"),
        pytest.param(FIRST_PERSON, 'by = ["fax"]', "engineers[0].by[0]", ("« sms » ou « voice »",), id="a channel nobody has"),
        pytest.param(FIRST_PERSON, "by = []", "engineers[0]", ("aucun moyen",), id="a person who accepts nothing"),
        pytest.param(FIRST_PERSON, 'phones = ["06"]', "engineers[0].phones[0]", ("06",), id="half a second number"),
        pytest.param('phone = "06 39 98 00 01"', 'phones = ["06 39 98 00 01"]', "engineers[0]", ("le premier dans « phone »",), id="a second number without a first"),
        pytest.param(FIRST_PERSON, "absences = [{ from = 2026-08-01T00:00:00 }]", "engineers[0].absences[0]", ("il manque « until »",), id="an absence without an end"),
        pytest.param(FIRST_PERSON, "absences = [{ from = 2026-08-01T00:00:00, until = 2026-07-01T00:00:00 }]", "engineers[0].absences[0]", ("doit suivre",), id="an absence upside down"),
        pytest.param(FIRST_PERSON, "absences = [{ from = 2026-08-01, until = 2026-08-15T00:00:00 }]", "engineers[0].absences[0].from", ("un jour et une heure",), id="an absence from a day"),
        pytest.param(FIRST_PERSON, "absences = [{ from = 2026-08-01T00:00:00, until = 2026-08-15T00:00:00, motif = 'x' }]", "engineers[0].absences[0]", ("« motif » inconnue",), id="an unknown key of an absence"),
    ],
)  # fmt: skip
def test_who_is_on_call(old: str, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


def test_a_layer_that_nothing_can_reach() -> None:
    """One of two without a telephone is a doubt: the other is woken. Both, and the layer wakes nobody."""
    one = SAMPLE.replace('phone = "06 39 98 00 02"\n', "")
    parse(one)
    told = faults_of(one.replace('phone = "06 39 98 00 01"\n', ""))
    assert [fault.place for fault in told] == ["rotas[0].layers[0]", "rotas[0].layers[1]"]
    assert "ing1, ing2 : aucun téléphone" in told[0].message


def test_a_step_that_nothing_can_reach() -> None:
    alone = SAMPLE.replace('who = ["everyone", "resp"]', 'who = ["resp"]')
    (told,) = faults_of(alone.replace('phone = "06 39 98 00 99"\n', ""))
    assert (told.place, "resp : aucun téléphone" in told.message) == ("policies[0].steps[3]", True)


def test_what_was_loaded_before_can_be_read_and_edited() -> None:
    """A layer without telephones that was there is no reason to refuse another edit."""
    whole = parse(SAMPLE)
    mute = replace(whole, engineers=tuple(replace(each, phone="") for each in whole.engineers))
    assert from_json(to_json(mute)) == mute
    named = {"code": "ing1", "name": "Une autre"}
    assert with_item(mute, "engineers", 0, named).engineers[0].name == "Une autre"
    alone = {"code": "ing9", "name": "Sans téléphone"}
    kept = with_item(whole, "engineers", len(whole.engineers), alone)
    layer = {"name": "nuit", "starts": "2026-01-05T08:30:00", "every": {"weeks": 1}, "engineers": ["ing9"]}
    with pytest.raises(DirectoryFaults, match="ing9 : aucun téléphone"):
        with_item(kept, "rotas", len(kept.rotas), {"code": "autre", "layers": [layer]})


def test_faults_of_people_and_rotas_are_told_at_once() -> None:
    text = with_mistake(FIRST_PERSON, 'by = ["fax"]\nabsences = [{ from = 2026-08-01T00:00:00 }]')
    text = text.replace(DAILY, f"{DAILY}\nonly = {{}}").replace(OVERRIDE, f'{OVERRIDE}\nkind = "swap"')
    assert [fault.place for fault in faults_of(text)] == [
        "engineers[0].by[0]",
        "engineers[0].absences[0]",
        "rotas[0].overrides[0].kind",
        "rotas[2].layers[0].only",
    ]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('name = "secours"', 'name = "principal"', "rotas[0]", ("deux couches", "« principal »"), id="a layer twice"),
        pytest.param('code = "novenc"', 'code = "ivelem"', "entities[3]", ("« ivelem »", "entities[2]"), id="an entity twice"),
        pytest.param('code = "resp"', 'code = "everyone"', "engineers[4]", ("« everyone »", "réservé"), id="a reserved word"),
        pytest.param('code = "resp"', 'code = "secours"', "engineers[4]", ("« secours »", "couche"), id="a person named as a layer"),
        pytest.param('name = "secours"', 'name = "everyone"', "rotas[0].layers[1]", ("« everyone »", "réservé"), id="a layer named everyone"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_told_beside_those_that_relied_on_it(
    old: str, new: str, place: str, words: tuple[str, ...]
) -> None:
    faults = faults_of(with_mistake(old, new))
    assert len(faults) > 1
    message = next(fault.message for fault in faults if fault.place == place)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        pytest.param('code = "ing1"', 'code = "ing 1"', "engineers[0].code", id="a space in an engineer's code"),
        pytest.param('code = "ing1"', "", "engineers[0]", id="an engineer without a code"),
        pytest.param('code = "idline"\nname', 'code = "id line"\nname', "entities[0].code", id="an entity's code"),
        pytest.param('code = "critique"', 'code = "24/7"', "levels[0].code", id="a level's code"),
        pytest.param('code = "infrastructure"', "code = 3", "rotas[1].code", id="a rota's code"),
        pytest.param('[[policies]]\ncode = "standard"', '[[policies]]\ncode = ""', "policies[0].code", id="a policy's code"),
        pytest.param('name = "secours"', "name = 2", "rotas[0].layers[1].name", id="a layer's name"),
    ],
)  # fmt: skip
def test_a_code_that_cannot_be_read_is_told_alone(old: str, new: str, place: str) -> None:
    """Those who name it rightly are not told that it does not exist."""
    assert [fault.place for fault in faults_of(with_mistake(old, new))] == [place]


LONG = "x" * 5000


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        pytest.param('greeting = "Bonjour', f'greeting = "{LONG}Bonjour', "lines[0].greeting", ("1000 au plus",), id="a greeting nobody would hear whole"),
        pytest.param('spoken = "votre infra', f'spoken = "{LONG}', "entities[2].spoken", ("300 au plus",), id="a choice of the menu"),
        pytest.param('name = "IDLINE"', f'name = "{LONG}"', "entities[0].name", ("5000 caractères", "200 au plus"), id="a name"),
        pytest.param('"Fermeture annuelle"', f'"{LONG}"', "closures[0].reason", ("200 au plus",), id="the reason of a closure"),
        pytest.param('"MVUE"]', f'"MVUE", "{LONG}"]', "entities[1].services[2]", ("200 au plus",), id="a service"),
        pytest.param('sites = ["Limoges"]', f'sites = ["{LONG}"]', "clients[1].sites[0]", ("200 au plus",), id="a site"),
        pytest.param('name = "Client Démo Un"', 'name = "Client\\nDémo"', "clients[0].name", ("saut de ligne", "une ligne"), id="a line break in a client's name"),
        pytest.param('name = "Client Démo Un"', 'name = """Client\nDémo"""', "clients[0].name", ("saut de ligne",), id="a name on two lines"),
        pytest.param('name = "Ingénieur 1"', 'name = "Ing\\t1"', "engineers[0].name", ("tabulation",), id="a tab in a person's name"),
        pytest.param('name = "Standard Un"', 'name = "Standard\\u2028Un"', "clients[0].contacts[0].name", ("saut de ligne",), id="a line separator in a contact's name"),
        pytest.param('"Fermeture annuelle"', '"Fermeture\\u0007"', "closures[0].reason", ("caractère de commande",), id="a bell in a reason"),
        pytest.param('name = "Groupe NVL"', 'name = "Groupe\\r\\nNVL"', "organisation.name", ("caractère de commande",), id="a line break that would end a mail's subject"),
    ],
)  # fmt: skip
def test_what_is_said_is_said_whole(old: str, new: str, place: str, words: tuple[str, ...]) -> None:
    check(old, new, place, words)


def test_the_longest_texts_together_are_not_cut() -> None:
    """Whatever loads is spoken to its end."""
    name, spoken = "n" * values.NAME_AT_MOST, "s" * values.MENU_AT_MOST
    book = parse(SAMPLE)
    entities = [replace(entity, name=name, spoken=spoken) for entity in book.entities]
    because = Closed(Because.CLOSURE, name, reopens=datetime(2027, 1, 1, tzinfo=UTC))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    greeting = "g" * values.GREETING_AT_MOST
    for said in (
        prompts.joined(greeting, prompts.menu(entities)),
        prompts.joined(greeting, prompts.closed(entities[0], because, now), prompts.NATURE),
        prompts.joined(prompts.NOT_UNDERSTOOD, prompts.services([name] * 9)),
        prompts.joined(prompts.NOT_UNDERSTOOD, prompts.sites([name] * 9)),
        prompts.whisper(entities[0], name),
    ):
        assert twiml.clean(said) == said


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param("[organisation]\nname = ", "ligne 2, à la fin du fichier", ("la valeur manque",), id="a value is missing"),
        pytest.param("[organisation]\nname = \nx = 1", "ligne 2, colonne 8", ("la valeur manque",), id="a value is missing before others"),
        pytest.param("[organisation]\nname = NVL", "ligne 2, colonne 8", ("entre guillemets",), id="a text without quotes"),
        pytest.param('[organisation]\n\nname = "x', "ligne 3, à la fin du fichier", ("guillemet", "refermé"), id="a quote is missing at the end"),
        pytest.param('[organisation]\nname = "x\ny = 1', "ligne 2, colonne 10", ("fermez le guillemet",), id="a quote is missing on a line"),
        pytest.param("[organisation]\nname = 'x", "ligne 2, à la fin du fichier", ("apostrophe",), id="an apostrophe is missing at the end"),
        pytest.param("[organisation]\nname = 'x\ny = 'z'", "ligne 2, colonne 10", ("fermez l'apostrophe",), id="an apostrophe is missing on a line"),
        pytest.param('[organisation]\nname = "x"\nname = "y"\n', "ligne 3, colonne 11", ("deux fois",), id="a key twice"),
        pytest.param("[organisation]\n[organisation]", "ligne 2, colonne 14", ("section est donnée deux fois",), id="a section twice"),
        pytest.param("x = {a = 1, a = 2}", "ligne 1, colonne 18", ("deux fois",), id="a key twice within braces"),
        pytest.param("x = {a = 1", "ligne 1, à la fin du fichier", ("accolade",), id="a brace is missing"),
        pytest.param("x = [1\ny = 2", "ligne 2, colonne 1", ("crochet",), id="a bracket is missing"),
        pytest.param("[lines", "ligne 1, à la fin du fichier", ("« ] »",), id="half a heading"),
        pytest.param("[[lines]", "ligne 1, colonne 8", ("« ]] »",), id="half a heading of a list"),
        pytest.param("name", "ligne 1, à la fin du fichier", ("« = »",), id="a key alone"),
        pytest.param("name = 1 2", "ligne 1, colonne 10", ("une seule clé par ligne",), id="two values"),
        pytest.param("é = 1", "ligne 1, colonne 1", ("clé",), id="an accent in a key"),
        pytest.param("x = 2026-02-30", "ligne 1, colonne 5", ("date n'existe pas",), id="no such day"),
        pytest.param('x = "\\d"', "ligne 1, colonne 8", ("barre oblique",), id="a lone backslash"),
        pytest.param("x = " + "9" * 5000, "", ("trop long", "guillemets"), id="more digits than Python reads"),
        pytest.param("x = " + "[" * 9000, "", ("emboîte trop",), id="brackets without end"),
        pytest.param("x = " + "{a=" * 9000, "", ("emboîte trop",), id="braces without end"),
    ],
)  # fmt: skip
def test_what_is_not_toml_is_one_fault_with_its_line(text: str, place: str, words: tuple[str, ...]) -> None:
    (fault,) = faults_of(text)
    assert fault.place == place
    for word in words:
        assert word in fault.message


def test_no_sentence_of_the_parser_is_left_in_english() -> None:
    """Whatever tomllib of this Python says has its own French sentence."""
    source = inspect.getsource(tomllib._parser)  # type: ignore[attr-defined]
    sentences = re.findall(r'suffixed_err\(\s*\w+,\s*\w+,\s*f?(?:"|\')(.+?)[{"]', source)
    assert len(sentences) > 15
    known = [english for english, _ in syntax.SAID]
    assert [said for said in sentences if said != "Expected " and not said.startswith(tuple(known))] == []


def test_an_empty_file_lacks_three_things() -> None:
    assert [str(fault) for fault in faults_of("")] == [
        "il manque la section [organisation]",
        "aucune ligne; ajoutez au moins une section [[lines]]",
        "aucune entité; ajoutez au moins une section [[entities]]",
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = SAMPLE.replace("key = 2", "key = 9").replace('"Réseau", "Sauvegarde"', '"Réseau"')
    text = text.replace('service = "Hébergement"', 'service = "Hebergement"').replace('code = "ing3"', 'code = "ing 3"')
    text = text.replace("every = { days = 1 }", "every = { mois = 1 }")
    assert [fault.place for fault in faults_of(text)] == [
        "entities[1].key",
        "clients[0].contracts[1]",
        "engineers[2].code",
        "rotas[2].layers[0].every",
        "rotas[2].layers[0].every",
    ]


def test_a_fault_reads_as_one_line() -> None:
    """The wording promised to whoever edits the file."""
    third = (
        '[[clients]]\ncode = "260433"\nname = "Client Démo Trois"\n'
        '[[clients.contracts]]\nentity = "novenc"\nservice = "Réseau"\nfrom = 2026-01-01\n'
        '[[clients.contracts]]\nentity = "novenc"\nservice = "Sauvegard"\nfrom = 2026-01-01\n'
    )
    with pytest.raises(DirectoryFaults) as refused:
        parse(SAMPLE + third)
    assert str(refused.value) == (
        "clients[2].contracts[1]: service « Sauvegard » n'existe pas chez novenc; vouliez-vous dire « Sauvegarde » ?"
    )


def test_an_item_that_is_no_table_hides_no_other_fault() -> None:
    text = SAMPLE.replace("contacts = [\n", "contacts = [\n  3,\n", 1).replace('"06 39 98 10 01"]', '"06"]')
    assert [fault.place for fault in faults_of(text)] == ["clients[0].contacts[0]", "clients[0].contacts[1].phones[1]"]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        pytest.param("from = 2025-01-01\nuntil = 2025-12-31", "from = 2026-01-01", False, id="renewed the day after"),
        pytest.param("from = 2025-01-01\nuntil = 2025-12-31", "from = 2025-12-31", True, id="the last day counts"),
        pytest.param("from = 2025-01-01", "from = 2030-01-01", True, id="without an end"),
        pytest.param("from = 2025-01-01\nsites = ['Pau']", "from = 2025-01-01\nsites = ['Dax']", False, id="two sites"),
        pytest.param("from = 2025-01-01\nsites = ['Pau', 'Dax']", "from = 2025-01-01\nsites = ['Dax']", True, id="one site"),
        pytest.param("from = 2025-01-01", "from = 2025-01-01\nsites = ['Dax']", True, id="no site is all sites"),
    ],
)  # fmt: skip
def test_two_contracts_never_speak_of_the_same_day_and_site(one: str, other: str, together: bool) -> None:
    contract = '[[clients.contracts]]\nentity = "novenc"\nservice = "Réseau"\n'
    client = '[[clients]]\ncode = "260433"\nname = "Client Démo Trois"\nsites = ["Pau", "Dax"]\n'
    text = f"{SAMPLE}{client}{contract}{one}\n{contract}{other}\n"
    if together:
        assert [fault.place for fault in faults_of(text)] == ["clients[2].contracts[1]"]
    else:
        assert len(parse(text).clients[2].contracts) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('level = "standard"\noption_24x7 = false\n', "", id="a contract without a level has no deadline"),
        pytest.param('phone = "06 39 98 00 01"\n', "", id="an engineer without a phone: the doctor says so"),
        pytest.param(OVERRIDE, 'until = 2026-11-22T08:00:00\nkind = "remove"', id="whoever has the turn is removed"),
        pytest.param('number = "05 36 49 00 24"', 'number = "0800 123 456"', id="our own line may be a free number"),
        pytest.param('after = "0m"', 'after = "1m"', id="a page may wait before its first step"),
        pytest.param('language = "fr-FR"', 'voice = ""', id="no voice: Twilio chooses by language"),
        pytest.param('team = ["05 36 49 03 01"]', "team = []", id="no team: straight to voicemail"),
        pytest.param('hours = { weekdays = ["08:30-18:00"] }', "hours = {}", id="an entity only for emergencies"),
        pytest.param('until = 2027-01-02T00:00:00', 'until = "2027-01-02T00:00:00"', id="a moment in quotes"),
    ],
)  # fmt: skip
def test_what_is_allowed(old: str, new: str) -> None:
    assert parse(with_mistake(old, new)).organisation.name == "Groupe NVL"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("{", "JSON", id="cut short"),
        pytest.param("[]", "pas une liste", id="a list"),
        pytest.param("{}", "organisation", id="nothing in it"),
    ],
)
def test_a_damaged_database_text_is_refused(text: str, words: str) -> None:
    with pytest.raises(DirectoryFaults, match=words):
        from_json(text)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_any_value_in_place_of_any_other_is_accepted_or_told(data: st.DataObject) -> None:
    """Whatever a hand may have put there: a directory that can be kept, or its faults, and no other error."""
    document: Any = tomllib.loads(SAMPLE)
    within, place = document, ""
    while isinstance(within, dict | list) and within and (not place or data.draw(st.booleans())):
        key = data.draw(st.sampled_from(list(within if isinstance(within, dict) else range(len(within)))))
        holder, within, place = within, within[key], place + (f"[{key}]" if isinstance(key, int) else f".{key}")
    holder[key] = data.draw(JUNK)
    try:
        directory = read(document)
    except DirectoryFaults:
        return
    assert from_json(to_json(directory)) == directory
    assert parse(dump(directory)) == directory


def test_a_document_of_any_shape_is_answered_with_faults() -> None:
    with pytest.raises(DirectoryFaults) as refused:
        read({"organisation": 1, "lines": {}, "entities": [[], "x", None], "clients": [{"contracts": 3}]})
    places = [fault.place for fault in refused.value.faults]
    assert {"organisation", "lines", "entities[0]", "entities[1]", "entities[2]", "clients[0].contracts"} <= set(places)
