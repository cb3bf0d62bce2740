"""An engineer's SMS: what it asks for, and what is answered.

OK takes, NON passes on, QUI asks who has it; then the reference, in whatever spelling, or TOUR for the shift that is
to be taken up. The first line of the sender's own decides; an alert quoted below it, or a signature, changes nothing.
What is unclear is asked again: a ticket taken by mistake wakes nobody any more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory import phone_numbers
from notifications import gsm7, sms_quotes
from notifications.texts import About
from oncall.escalation import HandOn
from tickets import reference

MEANT_AS_REFERENCE = 5  # digits: fewer, after NON, begin a reason ("2 pannes déjà")
REASON_LENGTH = 200
NAME_ROOM = 30  # septets of a person's or a client's name
HELP = "Réponses comprises : OK, NON ou QUI, suivis de la référence."

_VERB = re.compile(r"\W*(ok|o\.k\.?|non|qui)(?![^\W\d_])", re.IGNORECASE)
_NUMBER = r"(?:[\s\-‐-―._/]*[0-9]++(?![^\W_]))"
_LEAD = r"(?:(?:le\s+)?ticket\s*|r[ée]f(?:[ée]rence)?[\s.:]*|n[o°]\s*)*"  # « n° », « réf. »
_SHIFT = re.compile(r"(?:(?:pour|le|mon|à)\s+|l['’])*(?:tour|astreinte)\b", re.IGNORECASE)
_EDGE = " \t\r\n.,;:!?-–—_/#()\"'«»"


class Verb(StrEnum):
    TAKE = "ok"
    HAND_ON = "non"
    WHO = "qui"


@dataclass(frozen=True, slots=True)
class Command:
    verb: Verb
    ticket: str = ""  # reference; none given: the one that is meant is looked for
    reason: str = ""
    shift: bool = False  # the answer to whether they take up their shift


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something was typed as a reference, and is none."""

    typed: str


@dataclass(frozen=True, slots=True)
class Has:
    """Who has a ticket; nobody when `name` is empty."""

    ticket: str
    name: str = ""
    since: datetime | None = None  # local
    is_mine: bool = False
    wanted: bool = False  # somebody is being looked for


# ---------------------------------------------------------------- understood
def understood(text: str, prefix: str) -> Command | Unknown | None:
    """What the text asks for; none when it does not begin with one of the three words."""
    first, *below = sms_quotes.read(text).own or ("",)
    found = _VERB.match(first)
    if found is None:
        return None
    verb = Verb(found[1].replace(".", "").lower())
    rest = first[found.end() :].lstrip(_EDGE)
    if below and not _has_word(rest) and _names_something(below[0], prefix):
        rest = below.pop(0).lstrip(_EDGE)
    if verb is not Verb.WHO and _SHIFT.match(rest):
        return Command(verb, shift=True)
    ticket, typed, left = _reference(rest, prefix)
    if ticket:
        return Command(verb, ticket, _reason_of(verb, left, *below))
    if typed:
        return Unknown(typed[:NAME_ROOM])
    if verb is Verb.TAKE and _has_word(rest.partition(">")[0]):
        return None  # « OK mais je ne peux pas »
    return Command(verb, reason=_reason_of(verb, rest, *below))


def quoted(text: str, prefix: str) -> frozenset[str]:
    """References in what the text answers to: they say which is meant where several may be, and nothing more."""
    return frozenset(reference.find_all(sms_quotes.read(text).quoted, prefix))


def _names_something(line: str, prefix: str) -> bool:
    """Whether a line below a bare word is a reference or the shift and nothing else; a telephone number is neither."""
    if _SHIFT.fullmatch(line.strip(_EDGE)):
        return True
    alone = re.fullmatch(rf"{_LEAD}({re.escape(prefix)})?({_NUMBER}+)", line.strip(_EDGE), re.IGNORECASE)
    if alone is None or alone[1]:
        return alone is not None
    return not alone[2].startswith("0") and reference.parse(alone[2], prefix) is not None


def _has_word(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _reference(text: str, prefix: str) -> tuple[str, str, str]:
    """The reference that the text begins with, or what was typed in its place; and the text after it."""
    found = re.match(rf"{_LEAD}({re.escape(prefix)})?({_NUMBER}+)", text, re.IGNORECASE)
    if found is None:
        is_begun = re.match(rf"{re.escape(prefix)}\b\S*", text, re.IGNORECASE)
        return "", is_begun[0] if is_begun else "", text
    groups = list(re.finditer("[0-9]+", found[2]))[:15]
    # Other numbers may follow (« 26-00042-2, 3 serveurs »), so the three parts as written come first.
    for length in sorted(range(1, len(groups) + 1), key=lambda length: length != 3):
        if ticket := reference.parse("".join(group[0] for group in groups[:length]), prefix):
            return ticket, "", text[found.start(2) + groups[length - 1].end() :]
    digits = sum(len(group[0]) for group in groups)
    return "", found[0].strip() if found[1] or digits >= MEANT_AS_REFERENCE else "", text


def _reason_of(verb: Verb, *lines: str) -> str:
    return reason(" ".join(lines).strip(_EDGE)) if verb is Verb.HAND_ON else ""


def reason(text: str) -> str:
    """What somebody gives as their reason, on one line, without what no screen shows."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:REASON_LENGTH]


# ---------------------------------------------------------------- answered
def taken(about: About) -> str:
    """« NVL-26-00001-8 est à vous. », and whom to call back."""
    client = _name(about.client)
    number = phone_numbers.pairs(about.caller) if about.caller else "numéro masqué"
    return _segment(f"{about.reference} est à vous. {f'{client} : ' if client else ''}{number}.")


def not_yours(has: Has, now: datetime) -> str:
    """Somebody else has it, or it is not to be taken any more."""
    if has.name:
        return _segment(f"{has.ticket} : déjà pris par {_name(has.name)}{_at(has.since, now)}.")
    return _segment(f"{has.ticket} n'est pas à prendre.")


def passed_on(ticket: str, handed_on: HandOn) -> str:
    match handed_on:
        case HandOn.OVER:
            return _segment(f"{ticket} : l'exercice est terminé.")
        case HandOn.LAST:
            return _segment(f"{ticket} : c'est noté. Personne d'autre n'est prévu, les appels continuent.")
        case _:
            return _segment(f"{ticket} passe à la personne suivante.")


def not_asked(ticket: str) -> str:
    """Passing on what one was not woken for."""
    return _segment(f"{ticket} : cette alerte ne vous a pas été adressée, il n'y a rien à passer.")


def stays(ticket: str) -> str:
    """Theirs without their having been woken for it, as in a bridge: there is no next person."""
    return _segment(f"{ticket} reste à vous : il ne se passe pas par SMS, prévenez un collègue.")


def who_has(all_of_them: Sequence[Has], now: datetime) -> str:
    """One sentence for each, as many as one SMS holds."""
    sentences = [_whose(has, now) for has in all_of_them]
    while len(sentences) > 1 and gsm7.septets(gsm7.normalise(" ".join(sentences))) > gsm7.SINGLE:
        sentences.pop()
    return _segment(" ".join(sentences))


def _whose(has: Has, now: datetime) -> str:
    lead = "il s'aggrave, " if has.wanted and (has.name or has.is_mine) else ""
    if has.is_mine:
        return f"{has.ticket} : {lead}à vous{_at(has.since, now)}."
    if has.name:
        return f"{has.ticket} : {lead}pris par {_name(has.name)}{_at(has.since, now)}."
    return f"{has.ticket} : {'personne encore' if has.wanted else 'pas à prendre'}."


def which(references: Sequence[str]) -> str:
    """Several wait, and none was named."""
    known = list(references)
    while True:
        more = "" if len(known) == len(references) else "..."
        text = gsm7.normalise(f"Lequel ? {', '.join(known)}{more}. Répondez OK ou NON, suivi de la référence.")
        if len(known) == 1 or gsm7.septets(text) <= gsm7.SINGLE:
            return text
        known.pop()


def shift_or_ticket(ticket: str) -> str:
    """NON, from somebody who has a ticket and is asked about their shift."""
    return _segment(f"Le ticket ou votre tour d'astreinte ? Répondez NON {ticket}, ou NON TOUR.")


def no_shift_waits() -> str:
    return _segment(f"Aucun tour d'astreinte n'est à confirmer. {HELP}")


def unknown(typed: str) -> str:
    return _segment(f"Référence inconnue : {_name(typed)}. {HELP}")


def nothing_waits() -> str:
    return _segment(f"Aucun ticket ne vous attend. {HELP}")


def not_understood() -> str:
    return _segment(HELP)


def _at(since: datetime | None, now: datetime) -> str:
    """« à 22:07 » today, « le 12/09 à 22:07 » before; both local."""
    if since is None:
        return ""
    day = "" if since.date() == now.date() else f" le {since:%d/%m}"
    return f"{day} à {since:%H:%M}"


def _name(name: str) -> str:
    return gsm7.shorten(" ".join(gsm7.normalise(name).split()), NAME_ROOM)


def _segment(text: str) -> str:
    return gsm7.shorten(gsm7.normalise(text), gsm7.SINGLE)
