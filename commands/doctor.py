"""Is the installation sound? One line per check, each fault with what to do."""

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import click
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

import clock
from commands.terminal import output, resources
from directory import phone_numbers
from directory.index import Directory
from mail import imap, mailboxes
from notifications.labels import so_many
from oncall import coverage_checks
from settings import Settings, SettingsFaults
from storage import health, schema, server_clock
from storage.audio import AudioStore
from storage.database import Database
from storage.directory.versions import DirectoryCache, NoDirectory
from storage.unfit import SchemaUnfit
from telephony.failures import Denied, Failure
from telephony.http import NoReply, Wire

AHEAD = timedelta(days=28)
TOLERATED = 3  # seconds between clocks, one of which shows whole seconds from another continent
NOBODY_BELIEVED = (
    "aucun expéditeur n'y est vérifié : ajoutez ?authserv= à son adresse dans IMAP_URL, suivi du nom par lequel votre"
    " propre serveur commence l'en-tête Authentication-Results des courriels reçus (docs/operations.md)"
)
BUDGET, ADVISED = 15, 5  # seconds. Twilio: all that one request may take, its retries included; for 95 of 100


class Verdict(StrEnum):
    SOUND = "ok"
    DOUBTFUL = "attention"
    FAULTY = "faute"


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    subject: str
    said: str


def doctor(as_json: bool) -> bool:
    """Print the findings; True when nothing is faulty."""
    found = list(examine())
    if as_json:
        output.as_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(f"{finding.verdict:9}  {finding.subject} : {finding.said}")
    return all(finding.verdict is not Verdict.FAULTY for finding in found)


def examine() -> Iterator[Finding]:
    try:
        settings = Settings.read(os.environ, line=True)
    except SettingsFaults as faults:
        yield from (Finding(Verdict.FAULTY, "configuration", fault) for fault in faults.faults)
        yield from _without_line()
        return
    yield Finding(Verdict.SOUND, "configuration", "complète")
    yield from _addresses(settings)
    yield from _budget(settings)
    yield from _sender(settings)
    yield from _storage(settings)
    yield from _mailboxes(settings)
    book = yield from _database(settings)
    if book:
        yield from _duty(book, settings)
        yield from _lines(book, settings)


def _without_line() -> Iterator[Finding]:
    """What can be judged while the line's own settings are not complete."""
    try:
        settings = Settings.read(os.environ, line=False)
    except SettingsFaults:
        return
    book = yield from _database(settings)
    if book:
        yield from _duty(book, settings)


def _addresses(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.public_url)
    if settings.real_twilio and parts.scheme != "https":
        yield Finding(Verdict.FAULTY, "PUBLIC_URL", "https est nécessaire : Twilio envoie des données de clients")
    if settings.real_twilio and parts.hostname in ("localhost", "127.0.0.1"):
        yield Finding(Verdict.FAULTY, "PUBLIC_URL", "Twilio ne peut pas joindre cette machine par ce nom")
    if not settings.smtp_url:
        yield Finding(Verdict.DOUBTFUL, "courriel", "SMTP_URL manque : les courriels aux supports restent en attente")


def _budget(settings: Settings) -> Iterator[Finding]:
    """How long our own door takes, at the address that Twilio asks."""
    begun = monotonic()
    try:
        reply = Wire().request("GET", f"{settings.public_url}/readyz")
    except NoReply as silence:
        said = f"ne répond pas à cette machine ; Twilio attend {BUDGET} s en tout, puis prend le secours ({silence})"
        yield Finding(Verdict.DOUBTFUL, "PUBLIC_URL", said)
        return
    took = monotonic() - begun
    said = f"répond {reply.status} en {took:.1f} s ; Twilio attend {BUDGET} s en tout".replace(".", ",")
    if took > ADVISED:
        said += f", et conseille moins de {ADVISED} s"
    sound = reply.status == HTTPStatus.OK and took <= ADVISED
    yield Finding(Verdict.SOUND if sound else Verdict.DOUBTFUL, "PUBLIC_URL", said)


def _sender(settings: Settings) -> Iterator[Finding]:
    sender = settings.twilio_sms_sender
    if sender.startswith(("+336", "+337")):
        said = "un mobile français ne peut pas envoyer de SMS automatiques ; prenez un expéditeur alphanumérique"
        yield Finding(Verdict.FAULTY, "TWILIO_SMS_SENDER", said)
    elif sender.startswith("+33"):
        said = "ce numéro fixe n'envoie pas de SMS ; prenez un expéditeur alphanumérique"
        yield Finding(Verdict.FAULTY, "TWILIO_SMS_SENDER", said)
    else:
        said = f"« {sender} » envoie, et ne peut rien recevoir" if not sender.startswith("+") else sender
        yield Finding(Verdict.SOUND, "TWILIO_SMS_SENDER", said)


def _storage(settings: Settings) -> Iterator[Finding]:
    try:
        digest = AudioStore(settings.recordings_url).put("doctor.check", b"astreinte")
        yield Finding(Verdict.SOUND, "RECORDINGS_URL", f"écrit et relu ({digest[:8]}…)")
    except OSError as fault:
        yield Finding(Verdict.FAULTY, "RECORDINGS_URL", f"on ne peut pas y écrire : {fault}")


def _mailboxes(settings: Settings) -> Iterator[Finding]:
    """Each can be opened; and whose word on a sender is believed there."""
    for box in mailboxes.addresses(settings.imap_url):
        if not box.judges:
            yield Finding(Verdict.DOUBTFUL, f"boîte {box.name}", NOBODY_BELIEVED)
        try:
            with imap.opened(box) as post:
                waiting = len(post.unread(None))
        except imap.MailboxTrouble as trouble:
            yield Finding(Verdict.FAULTY, f"boîte {box.name}", f"ne s'ouvre pas : {trouble}")
        else:
            believed = f" ; on croit {', '.join(sorted(box.judges))} sur les expéditeurs" if box.judges else ""
            said = f"{waiting} non lus{believed}"
            yield Finding(Verdict.SOUND, f"boîte {box.name}", said)


def _database(settings: Settings) -> Generator[Finding, None, Directory | None]:
    """Database and worker; returns the newest directory."""
    try:
        resources.exists(settings.database_url)
    except resources.NoDatabase as fault:
        yield Finding(Verdict.FAULTY, "base", str(fault))
        return None
    database = Database(settings.database_url)
    try:
        schema.check(database)
        yield from _clock(database, settings)
        with database.read() as db:
            now = server_clock.now(database, settings.clock())
            trouble = health.trouble(db, now)
            yield Finding(Verdict.FAULTY if trouble else Verdict.SOUND, "base et worker", trouble or "à l'œuvre")
            yield from (Finding(Verdict.DOUBTFUL, "horloges", skew) for skew in health.skewed(db, now))
            yield from _letters(db, now)
            late = {kind: count for kind, count in health.late(db, now).items() if count}
            if late:
                said = ", ".join(f"{count} {so_many(kind, count)}" for kind, count in late.items())
                yield Finding(Verdict.DOUBTFUL, "travail en retard", said)
            if unheard := health.unheard(db):
                said = "1 alerte ne joint personne" if unheard == 1 else f"{unheard} alertes ne joignent personne"
                yield Finding(Verdict.FAULTY, "alertes", f"{said} : seule la hiérarchie est prévenue (astreinte pages)")
            return DirectoryCache().newest(db)
    except (SchemaUnfit, NoDirectory) as fault:
        yield Finding(Verdict.FAULTY, "base", str(fault))
    except SQLAlchemyError as fault:
        yield Finding(Verdict.FAULTY, "base", str(fault).splitlines()[0])
    finally:
        database.dispose()
    return None


def _clock(database: Database, settings: Settings) -> Iterator[Finding]:
    """This machine's clock beside the database server's, and Twilio's: by whichever is to be had."""
    if settings.clock() is not clock.system:
        return
    shown = {"la base": server_clock.ask(database)} if not database.is_sqlite else {}
    if twilio := _twilio_time(settings):
        shown["Twilio"] = twilio
    for whose, instant in shown.items():
        ahead = (clock.system() - instant).total_seconds()
        said = f"{'avance' if ahead > 0 else 'retarde'} de {abs(ahead):.0f} s sur {whose}"
        if abs(ahead) > TOLERATED:
            advice = "réglez l'heure de cette machine (chrony, timedatectl)"
            yield Finding(Verdict.DOUBTFUL, "horloge", f"{said} : {advice}")
        else:
            yield Finding(Verdict.SOUND, "horloge", f"à l'heure de {whose}")


def _twilio_time(settings: Settings) -> datetime | None:
    """As its answers are dated; none where it does not answer, or does not say."""
    try:
        said = Wire().request("GET", f"{settings.twilio_api_url}/2010-04-01.json").headers.get("Date", "")
        return parsedate_to_datetime(said).replace(tzinfo=UTC)  # HTTP: GMT
    except (NoReply, ValueError):
        return None


def _letters(db: Connection, now: datetime) -> Iterator[Finding]:
    """Mail that waits too long, or could not be read."""
    if waits := health.remark(db, now):
        yield Finding(Verdict.DOUBTFUL, "courriels reçus", waits)
    if apart := health.set_apart(db, now - health.LATELY):
        said = (
            f"{apart} mis à part en sept jours, que rien n'a pu lire : astreinte letters les nomme ; ils sont conservés"
        )
        yield Finding(Verdict.DOUBTFUL, "courriels reçus", said)


def _duty(book: Directory, settings: Settings) -> Iterator[Finding]:
    """Who will be on call in the next weeks, and what is wrong with it."""
    now = settings.clock()()
    for doubt in coverage_checks.doubts(book, now, now + AHEAD):
        said = " ".join(filter(None, (doubt.said, doubt.when)))
        yield Finding(Verdict.FAULTY if doubt.grave else Verdict.DOUBTFUL, doubt.subject, said)


def _lines(book: Directory, settings: Settings) -> Iterator[Finding]:
    from telephony.rest import Twilio  # the SDK is slow to import, and only needed here

    twilio = Twilio(settings)
    for line in book.directory.lines:
        shown = phone_numbers.pairs(line.number)
        try:
            configured = twilio.number(line.number)
        except Failure as failure:
            yield _failed(failure)
            return
        if configured is None:
            said = "ce numéro n'est pas au compte Twilio ; s'il y est renvoyé, le numéro d'arrivée suffit"
            yield Finding(Verdict.DOUBTFUL, shown, said)
        else:
            yield from _webhooks(shown, settings.public_url, configured.get)
    yield from _caller_id(book, settings, twilio.number)


def _failed(failure: Failure) -> Finding:
    said = f"ne répond pas comme attendu : {failure}"
    if isinstance(failure, Denied):
        said = "refuse nos identifiants ; vérifiez TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, et que le compte est actif"
    return Finding(Verdict.FAULTY, "Twilio", said)


def _caller_id(book: Directory, settings: Settings, configured: Callable[[str], object]) -> Iterator[Finding]:
    """The number shown when we call: Twilio refuses every call from one that is not the account's."""
    shown = settings.twilio_caller_id
    try:
        is_ours = shown in {line.number for line in book.directory.lines} or configured(shown) is not None
    except Failure as failure:
        yield _failed(failure)
        return
    if not is_ours:
        number = phone_numbers.pairs(shown)
        said = f"{number} n'est pas un numéro du compte ; sans vérification chez Twilio, aucun appel ne part"
        yield Finding(Verdict.DOUBTFUL, "TWILIO_CALLER_ID", said)
    if settings.real_twilio:
        said = (
            "à vérifier à la main : permissions géographiques (voix et SMS, France seule) "
            "et limite d'appels simultanés, de deux pour un compte récent"
        )
        yield Finding(Verdict.DOUBTFUL, "compte Twilio", said)


def _webhooks(number: str, origin: str, configured: Callable[[str], Any]) -> Iterator[Finding]:
    wanted = {"voice_url": "/webhooks/voice", "status_callback": "/webhooks/voice/status"}
    given = {name: str(configured(name) or "").partition("#")[0] for name in wanted}  # without its overrides
    wrong = {name: origin + path for name, path in wanted.items() if given[name] != origin + path}
    for name, url in wrong.items():
        said = f"{name} vaut « {configured(name) or ''} » chez Twilio, il faut {url}"
        yield Finding(Verdict.FAULTY, number, said)
    fallback = str(configured("voice_fallback_url") or "")
    if not fallback:
        said = "pas d'adresse de secours : un appel serait perdu si ce serveur tombait (astreinte fallback-twiml)"
        yield Finding(Verdict.DOUBTFUL, number, said)
    if not wrong and "#" not in str(configured("status_callback")):
        said = f"ajoutez #rc=5&rp=all à la fin de status_callback ({origin}/webhooks/voice/status) : Twilio réessaiera"
        yield Finding(Verdict.DOUBTFUL, number, said)
    if configured("capabilities").get("sms") and configured("sms_url") != f"{origin}/webhooks/sms":
        said = (
            f"sms_url vaut « {configured('sms_url') or ''} », il faut {origin}/webhooks/sms pour les OK des ingénieurs"
        )
        yield Finding(Verdict.DOUBTFUL, number, said)
    if fallback and not wrong:
        away = "hors de ce serveur" if not fallback.startswith(origin) else "sur ce serveur, qui ne couvre pas sa panne"
        yield Finding(Verdict.SOUND, number, f"configuré ; secours {away}")
