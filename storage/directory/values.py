"""Single values of a directory file: each function reads one kind of value, or raises Refused."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import holidays

from clock import YEARS
from directory import phone_numbers, week
from directory.hours import Span
from storage.directory.faults import Refused, instead_of
from storage.directory.reader import kind
from translatable import Message

E = TypeVar("E", bound=StrEnum)

NO_MOMENT = datetime.combine(date.min, time.min)  # in place of one that could not be read
NO_DURATION = timedelta(-1)

# Characters; nothing that is said together then exceeds what Twilio says (telephony.twiml.SAID_AT_MOST).
NAME_AT_MOST = 200
MENU_AT_MOST = 300
GREETING_AT_MOST = 1000  # more than a minute of speech
SHOWN_AT_MOST = 60  # of a value that is refused

# What XML cannot carry, nor hence a spoken sentence.
_UNSPEAKABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("[\t\n\u2028\u2029]")
_CODE = re.compile(r"\w[\w.-]*")  # as it was once; less is taken now (naming)
CODE_SAID = Message("un code s'écrit en lettres, chiffres, « - », « _ » ou « . », sans espace")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]+")
_DURATION = re.compile(r"(?=\d)(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?", re.ASCII)
_HALF_PAST = re.compile(r"\d{1,5}h\d\d", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_AMOUNT = re.compile(r"\d{1,6}(?:[.,]\d{1,2})?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:h](\d\d)", re.ASCII)
_SPAN = re.compile(r"(\d{1,2})[:h](\d\d)\s*[-–]\s*(\d{1,2})[:h](\d\d)", re.ASCII)


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Refused("on attend un texte entre guillemets, pas %(kind)s", kind=kind(value))
    if not value.strip():
        raise Refused("le texte est vide")
    if _UNSPEAKABLE.search(value):
        raise Refused("le texte contient un caractère de commande; effacez-le et retapez le texte")
    return value


def said(at_most: int) -> Callable[[object], str]:
    """A text for the caller's ear; a longer one would be cut without a word."""

    def read(value: object) -> str:
        words = text(value)
        if len(words) > at_most:
            raise Refused(
                "le texte a %(length)s caractères; raccourcissez-le à %(at_most)s au plus",
                length=len(words),
                at_most=at_most,
            )
        return words

    return read


def name(value: object) -> str:
    """What somebody or something is called, in one line: it is said, listed, and put in mail subjects."""
    words = said(NAME_AT_MOST)(value)
    if _LINE_BREAK.search(words):
        raise Refused("le nom contient un saut de ligne ou une tabulation; écrivez-le sur une ligne")
    return words


def name_or_none(value: object) -> str:
    """A name that may be empty: said, not forgotten."""
    return "" if value == "" else name(value)


def code(value: object) -> str:
    return _matching(_CODE, value, CODE_SAID)


def client_code(value: object) -> str:
    return _matching(re.compile(r"[0-9]{6}"), value, Message("le code d'un client a exactement six chiffres"))


def ticket_prefix(value: object) -> str:
    return _matching(re.compile(r"[A-Z]{1,6}"), value, Message("on attend une à six lettres majuscules sans accent"))


def language(value: object) -> str:
    return _matching(_LANGUAGE, value, Message("on attend une langue, par exemple fr-FR"))


def email(value: object) -> str:
    return _matching(_EMAIL, value, Message("ce n'est pas une adresse électronique"))


def domain(value: object) -> str:
    if isinstance(value, str) and "@" in value:
        raise Refused(
            "« %(value)s » : on attend le domaine seul, « %(domain)s »", value=value, domain=value.rpartition("@")[2]
        )
    return _matching(_DOMAIN, value, Message("ce n'est pas un domaine de messagerie")).lower()


def url(value: object) -> str:
    address = text(value)
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        raise Refused("« %(address)s » : on attend une adresse https://…", address=address)
    return address


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused("on attend true ou false, pas %(kind)s", kind=kind(value))
    return value


def integer(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(
                "on attend un nombre entier de %(low)s à %(high)s, pas %(kind)s", low=low, high=high, kind=kind(value)
            )
        if not low <= value <= high:
            raise Refused(
                "%(value)s : on attend un nombre de %(low)s à %(high)s", value=shown(value), low=low, high=high
            )
        return value

    return read


def amount(value: object) -> Decimal:
    """Euros: a text with two digits at most, or a whole number; a binary fraction is not what was written."""
    written = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _AMOUNT.fullmatch(written):
        raise Refused(
            "%(value)s : on attend un montant en euros entre guillemets, par exemple « 3.20 »", value=shown(value)
        )
    return Decimal(written.replace(",", "."))


def choice(choices: type[E]) -> Callable[[object], E]:
    def read(value: object) -> E:
        word = text(value)
        try:
            return choices(word)
        except ValueError:
            known = _either([Message("« %(word)s »", word=each) for each in choices])
            raise Refused("« %(word)s » n'existe pas; on attend %(known)s", word=shown(word), known=known) from None

    return read


def _either(words: Sequence[Message]) -> Message:
    """« a » ou « b » ou « c »."""
    first, *others = words
    return _or(first, _either(others)) if others else first


def _or(one: Message, other: Message) -> Message:
    return Message("%(one)s ou %(other)s", one=one, other=other)


def number(value: object) -> str:
    """E.164; whoever may call us may have any number."""
    try:
        return phone_numbers.parse(text(value))
    except phone_numbers.BadNumber as fault:
        raise Refused(fault.said) from fault


def our_number(value: object) -> str:
    """E.164 that we ring ourselves."""
    e164 = number(value)
    if phone_numbers.is_premium(e164):
        raise Refused("« %(value)s » est surtaxé; on attend un numéro que la ligne peut appeler", value=value)
    return e164


def moment(value: object) -> datetime:
    """The wall clock of the zone, without offset."""
    found = _from_iso(datetime, value) if isinstance(value, str) and not _is_day(value) else value
    if not isinstance(found, datetime):
        raise Refused("on attend un jour et une heure, 2026-12-28T08:30:00, pas « %(value)s »", value=shown(value))
    if found.tzinfo is not None:
        raise Refused("on attend l'heure locale, sans décalage ni Z; le fuseau est celui du fichier")
    if found.year not in YEARS:  # nearer to the calendar's ends, no instant can be reckoned
        raise Refused(
            "« %(value)s » : on attend une année de %(first)s à %(last)s",
            value=shown(value),
            first=YEARS[0],
            last=YEARS[-1],
        )
    return found


def day(value: object) -> date:
    found = _from_iso(date, value) if isinstance(value, str) else value
    if isinstance(found, datetime) or not isinstance(found, date):
        raise Refused("on attend un jour, 2026-12-28, pas « %(value)s »", value=shown(value))
    return found


def duration(value: object) -> timedelta:
    """ "1h", "30m", "1h30", "45s"."""
    words = text(value).strip()
    found = _DURATION.fullmatch(words + "m" if _HALF_PAST.fullmatch(words) else words)
    if not found:
        raise Refused("« %(value)s » n'est pas une durée; écrivez 30m, 4h ou 1h30", value=value)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def some_time(value: object) -> timedelta:
    """A duration that is not nil."""
    if not (found := duration(value)):
        raise Refused("« %(value)s » : la durée doit dépasser zéro", value=value)
    return found


def a_minute_at_least(value: object) -> timedelta:
    """A duration that leaves people time to answer."""
    if (found := duration(value)) < timedelta(minutes=1):
        raise Refused("« %(value)s » : la durée doit être d'une minute au moins", value=value)
    return found


def between(least: timedelta, most: timedelta) -> Callable[[object], timedelta]:
    def read(value: object) -> timedelta:
        if not least <= (found := duration(value)) <= most:
            raise Refused(
                "« %(value)s » : la durée doit aller de %(least)s à %(most)s",
                value=value,
                least=_spelled(least),
                most=_spelled(most),
            )
        return found

    return read


def _spelled(length: timedelta) -> str:
    """« 10m », « 48h »."""
    hours, rest = divmod(length, timedelta(hours=1))
    return f"{hours}h" if not rest else f"{length // timedelta(minutes=1)}m"


def time_of_day(value: object) -> time:
    """ "10:00"; a TOML time will do."""
    if isinstance(value, time) and value.tzinfo is None:
        return value.replace(second=0, microsecond=0)
    if not (found := _TIME.fullmatch(text(value).strip())):
        raise Refused("« %(value)s » : une heure s'écrit 10:00", value=value)
    return _time(value, found[1], found[2])


def span(value: object) -> Span:
    """ "08:30-18:00"; 24:00 and 00:00 close at the end of the day."""
    opens, closes = _times(value)
    if time.min < closes <= opens:
        raise Refused("« %(value)s » : l'ouverture doit précéder la fermeture, le même jour", value=value)
    return Span(opens, closes)


def duty_span(value: object) -> week.Span:
    """The same; "18:00-08:30" ends on the next day."""
    return week.Span(*_times(value))


def _times(value: object) -> tuple[time, time]:
    found = _SPAN.fullmatch(text(value).strip())
    if not found:
        raise Refused("« %(value)s » : une plage s'écrit 08:30-18:00", value=value)
    hour, minute, until_hour, until_minute = found.groups()
    at_midnight = (until_hour, until_minute) == ("24", "00")
    return _time(value, hour, minute), time.min if at_midnight else _time(value, until_hour, until_minute)


def _time(value: object, hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise Refused("« %(value)s » : cette heure n'existe pas", value=value) from None


def timezone(value: object) -> str:
    name = text(value)
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        near = instead_of(name, available_timezones())
        raise Refused(
            "le fuseau « %(name)s » n'existe pas%(near)s",
            name=name,
            near=near or Message("; par exemple Europe/Paris"),
        ) from None


def holidays_code(value: object) -> str:
    """A country of the `holidays` package, and a region of it: "FR", "FR-57"."""
    name = text(value)
    country, dash, region = name.partition("-")
    if country not in _holidays():
        near = instead_of(country, _holidays()) or Message("; par exemple FR ou FR-57")
        raise Refused("jours fériés « %(name)s » inconnus%(near)s", name=name, near=near)
    if dash and region not in _holidays()[country]:
        known = ", ".join([country, *(f"{country}-{each}" for each in _holidays()[country])])
        raise Refused("jours fériés « %(name)s » inconnus; il existe %(known)s", name=name, known=known)
    return name


@cache
def _holidays() -> dict[str, list[str]]:
    """The countries of the package, each with its regions."""
    return holidays.list_supported_countries(include_aliases=False)


def shown(value: object) -> str:
    """A refused value as a sentence can carry it."""
    if isinstance(value, int) and value.bit_length() > 64:
        return Message("ce nombre")  # Python itself refuses to write the longest ones
    words = str(value)
    return words if len(words) <= SHOWN_AT_MOST else f"{words[:SHOWN_AT_MOST]}…"


def _matching(pattern: re.Pattern[str], value: object, otherwise: str) -> str:
    word = text(value)
    if not pattern.fullmatch(word):
        raise Refused("« %(word)s » : %(otherwise)s", word=shown(word), otherwise=otherwise)
    return word


def _from_iso(what: type[date], value: str) -> date | None:
    try:
        return what.fromisoformat(value)
    except ValueError:
        return None


def _is_day(value: str) -> bool:
    return _from_iso(date, value) is not None
