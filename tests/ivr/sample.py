"""The sample directory, enlarged by the clients that the dialogue's rarer branches need."""

from functools import cache
from pathlib import Path

from directory.index import Directory
from storage.directory import parse

SAMPLE = (Path(__file__).resolve().parents[2] / "nvl.toml").read_text(encoding="utf-8")
TEN_SERVICES = '["Sage", "Cegid", "Isialis", "Ivepaie", "Ededoc", "Paie", "Compta", "Stock", "Caisse", "Devis"]'
TEN_SITES = '["Agen", "Bayonne", "Cahors", "Dax", "Eauze", "Foix", "Guéret", "Hendaye", "Irun", "Jonzac"]'

UN, DEUX, MOBILE_UN = "+33199001001", "+33536492001", "+33639981001"
STRANGER, WITHHELD = "+33199008001", "+266696687"
SHARED, MANY_SERVICES, MANY_SITES = "+33199003001", "+33199004001", "+33199005001"
HOSTILE, ENDING, TO_COME, NO_SITE = "+33199006001", "+33199007001", "+33199007101", "+33199007201"


def client(code: str, name: str, phone: str, *contracts: str, sites: str = "[]") -> str:
    national = "0" + phone[3:]
    return (
        f"\n[[clients]]\ncode = \"{code}\"\nname = '''{name}'''\nsites = {sites}\n"
        f'contacts = [{{ name = "Standard", phones = ["{national}"] }}]\n' + "".join(contracts)
    )


def contract(entity: str, service: str, *, option: bool = True, more: str = "", starts: str = "2025-01-01") -> str:
    return (
        f'[[clients.contracts]]\nentity = "{entity}"\nservice = "{service}"\nlevel = "critique"\n'
        f"option_24x7 = {str(option).lower()}\nfrom = {starts}\n{more}\n"
    )


def enlarged() -> str:
    services = '["Sage", "Cegid", "Isialis", "Ivepaie", "Ededoc"]'
    names = TEN_SERVICES.strip("[]").replace('"', "").split(", ")
    return SAMPLE.replace(services, TEN_SERVICES) + "".join(
        (
            client("260433", "Client Démo Trois", SHARED, contract("idline", "Accès internet"), sites='["Agen"]'),
            client("260441", "Client Démo Quatre", SHARED, contract("novenc", "Serveurs", option=False)),
            client("260450", "Client Démo Cinq", MANY_SERVICES, *(contract("ivelem", name) for name in names)),
            client("260468", "Client Démo Six", MANY_SITES, contract("ozanges", "MVUE"), sites=TEN_SITES),
            client("260476", 'Kilo & Fils <Forêt> "Ça"', HOSTILE, contract("idline", "SMS"), sites='["L’Île"]'),
            client("260484", "Client Démo Sept", ENDING, contract("idline", "SMS", more="until = 2026-09-12")),
            client("260492", "Client Démo Huit", TO_COME, contract("idline", "SMS", starts="2026-09-13")),
            client("260500", "Client Démo Neuf", NO_SITE, contract("novenc", "Réseau")),
        )
    )


BRIDGE = 'after_hours_mode = "bridge"'
FIRST_STEP = 'who = ["principal"],            by = ["sms", "voice"]'


@cache
def book(*, unverified: bool = False, bridge: bool = False) -> Directory:
    """The enlarged directory; `unverified`: IDLINE wakes somebody for a caller without a valid code; `bridge`: two
    engineers are rung before a message is asked for, at IDLINE and NOVENC."""
    text = enlarged()
    if unverified:
        text = text.replace("page_unverified = false", "page_unverified = true")
    if bridge:
        text = text.replace('after_hours_mode = "voicemail"', "")
        for entity in ("idline", "novenc"):
            code = f'code = "{entity}"\nname'
            assert code in text
            text = text.replace(code, f"{BRIDGE}\n{code}", 1)
        text = text.replace(FIRST_STEP, FIRST_STEP.replace('"principal"', '"ing1", "ing2"'))
    return Directory(parse(text))
