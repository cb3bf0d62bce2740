"""One line of time of a ticket: the call, keys, the message, whom we tried to reach, mails, what people did."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from directory import phone_numbers
from directory.levels import Reason
from notifications import labels
from notifications.texts import WAYS, Way
from storage.calls.voicemails import ABSENT, PURGED
from storage.paging.attempts import FAILED
from storage.paging.notification_outbox import NOT_WANTED
from storage.tickets.timeline import Rowed
from tickets.escalations import Answer
from tickets.history import CALLER, CLOCKS, KEEPER, LINE, MAILBOX, PAGER, REASONS
from tickets.journal import plain
from tickets.qualification import ITEMS
from tickets.qualification import Item as Asked
from web.console.tickets.call_heard import Heard, heard
from web.languages import gettext
from web.spoken import colon

MACHINES = {
    LINE: "la ligne", CALLER: "l'appelant", PAGER: "l'astreinte", CLOCKS: "les délais", MAILBOX: "le courriel",
    KEEPER: "l'archivage", "lien": "un lien",
}  # fmt: skip
BY = {"voice": "par téléphone", "sms": "par SMS", "link": "par le lien"}
OTHERS = {
    "kind": "genre",
    "level": "niveau",
    "entity": "entité",
    "verified": "identité",
}  # than tickets.qualification's
ESCALATIONS: Mapping[str, str] = {
    Answer.NOTED: "notée, rien n'est dépassé",
    Answer.AGAIN: "déjà demandée, personne n'est prévenu de nouveau",
    Answer.DESK: "la hiérarchie n'est pas prévenue",
}
GOOD, BAD, ACT = "good", "bad", "act"
TONES: Mapping[str, str] = {
    "acknowledged": GOOD, "restored": GOOD, "completed": GOOD, "confirmed": GOOD, "closed": GOOD, "archived": GOOD,
    "broken": BAD, "warned": BAD, "nobody_to_wake": BAD, "mail_lost": BAD, "not_confirmed": BAD, "worse": BAD,
    "client_escalated": BAD, "escalation_unverified": ACT, "cancelled": ACT, "refused": ACT,
}  # fmt: skip
TOLD_BY_ROWS = frozenset({"alerting", "alerted", "alert_failed", "skipped", "mail", "voicemail"})  # these say more


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    at: datetime
    title: str
    who: str = ""
    text: str = ""
    tone: str = ""
    keys: Sequence[str] = ()
    recording: str = ""
    files: Sequence[Row[Any]] = field(default_factory=tuple)
    heard: Sequence[Heard] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is told, and about what."""

    kind: str  # of ticket
    named: Callable[[str], str]  # how somebody is called, by the code that events have
    moment: Callable[[str], str]  # an instant that an event has written down


def items(rows: Rowed, reader: Reader) -> list[Item]:
    """In the order in which it happened."""
    named = reader.named
    found = [*_calls(rows), *_letters(rows), *_sent(rows, named)]  # of one instant, what came in comes first
    found += [_event(event, reader) for event in rows.events if event.kind not in TOLD_BY_ROWS]
    found += [*_voices(rows), *_alerts(rows, named), *_messages(rows), *_mails(rows)]
    return sorted(found, key=lambda item: item.at)


def _event(event: Row[Any], reader: Reader) -> Item:
    details = plain(event.details)
    return Item(
        at=event.at,
        title=gettext(labels.event(event.kind, reader.kind)),
        who=gettext(MACHINES[event.who]) if event.who in MACHINES else reader.named(event.who),
        text="" if event.details is None else _said(event.kind, details, reader),
        tone=TONES.get(event.kind, ACT if event.who not in MACHINES else ""),
    )


def _said(kind: str, details: Mapping[str, Any], reader: Reader) -> str:
    """What its details say to a person; the whole of them is in the export."""
    match kind:
        case "noted":
            text = str(details.get("text", ""))
            return gettext("%(text)s (visible du client)", text=text) if details.get("public") else text
        case "studied":
            theirs = gettext("Au client : %(text)s", text=details["summary"]) if details.get("summary") else ""
            return "\n".join(filter(None, (str(details.get("text", "")), theirs)))
        case "planned":
            return _planned(details, reader)
        case "handed_over":
            to = gettext("à %(who)s", who=reader.named(str(details.get("engineer"))))
            return f"{to}{colon()}{details['why']}" if details.get("why") else to
        case "taken_over":
            return gettext("à la place de %(who)s", who=reader.named(str(details.get("engineer"))))
        case "waiting":
            return gettext(REASONS[Reason(details.get("reason", Reason.CLIENT))])
        case "qualified":
            return ", ".join(_item(name) for name in details)
        case "closed":
            if addresses := details.get("to"):
                return gettext("bilan à %(to)s", to=", ".join(addresses))
            return gettext("sans courriel : %(why)s", why=details.get("waived", ""))
        case "sized":
            if details.get("size") == "major":
                return gettext("majeure")
            return gettext("mineure, niveau %(level)s", level=details.get("support_level"))
        case "mail_lost":
            return gettext("à %(to)s : %(why)s", to=details.get("to", ""), why=details.get("why", ""))
        case "client_escalated" | "escalation_unverified":
            return _escalated(details, reader)
        case "acknowledged":
            return gettext(BY[by]) if (by := str(details.get("by"))) in BY else ""
    return str(details.get("why", "") or details.get("number", "") or "")


def _planned(details: Mapping[str, Any], reader: Reader) -> str:
    """From when until when, and what the client was told."""
    if not details.get("starts"):
        return ""
    starts, until = (reader.moment(str(details[name])) for name in ("starts", "until"))
    span = gettext("du %(starts)s au %(until)s", starts=starts, until=until)
    return "\n".join(filter(None, (span, str(details.get("text", "")))))


def _escalated(details: Mapping[str, Any], reader: Reader) -> str:
    """How it came, by whose hand, and what was answered."""
    way = str(details.get("way"))
    how = gettext(WAYS[Way(way)]) if way in list(Way) else ""
    by = gettext("noté par %(who)s", who=reader.named(str(details["by"]))) if details.get("by") else ""
    shown = _shown(details.get("caller")) if way == Way.PHONE and not by else ""
    role, said = details.get("role"), ESCALATIONS.get(str(details.get("answered")), "")
    then = gettext("au %(role)s", role=role) if role else gettext(said) if said else ""
    return ", ".join(filter(None, (how, shown, by, then)))


def _shown(caller: Any) -> str:
    """The number of whoever asked."""
    return phone_numbers.pairs(str(caller)) if caller else gettext("numéro masqué ou effacé")


def _item(name: str) -> str:
    return gettext(ITEMS[Asked(name)] if name in list(Asked) else OTHERS.get(name, name))


def _calls(rows: Rowed) -> Iterator[Item]:
    for call in rows.calls:
        turns = [turn for turn in rows.turns if turn.call == call.sid]
        keys = [turn.keys for turn in turns if turn.keys]
        caller = phone_numbers.pairs(call.caller) if call.caller else gettext("numéro masqué ou effacé")
        to = gettext("au %(number)s", number=phone_numbers.pairs(call.line))
        yield Item(
            at=call.started_at, title=gettext("appel de %(who)s", who=caller), who=to, keys=keys, heard=heard(turns)
        )


def _voices(rows: Rowed) -> Iterator[Item]:
    for voice in rows.voicemails:
        heard = voice.state not in (ABSENT, PURGED) and voice.seconds > 0
        if heard:
            title = gettext("message vocal, %(seconds)s s", seconds=voice.seconds)
            yield Item(at=voice.announced_at, title=title, recording=voice.recording, tone=ACT)
        elif voice.state == PURGED:
            yield Item(at=voice.announced_at, title=gettext("message vocal effacé"), tone=ACT)


def _alerts(rows: Rowed, named: Callable[[str], str]) -> Iterator[Item]:
    for attempt in rows.attempts:
        how = gettext(labels.word(labels.CHANNELS, attempt.channel))
        state = gettext(labels.word(labels.ATTEMPTS, attempt.state))
        title = gettext("%(how)s à %(who)s", how=how, who=named(attempt.engineer))
        known = attempt.error in ("", attempt.state)  # a failure without a word of its own is its state again
        said = state if known else f"{state}{colon()}{gettext(labels.word(labels.ATTEMPTS, attempt.error))}"
        tone = BAD if attempt.state in FAILED else ""
        yield Item(at=attempt.sent_at or attempt.at, title=title, who=said, tone=tone)


def _messages(rows: Rowed) -> Iterator[Item]:
    for message in rows.messages:
        if message.state == NOT_WANTED:  # things went on before it left
            continue
        to = phone_numbers.pairs(message.number) if message.number else gettext("un numéro effacé")
        state = gettext(labels.word(labels.ATTEMPTS, message.state))
        how = gettext(labels.word(labels.CHANNELS, message.channel))
        title = gettext("%(how)s à %(who)s", how=how, who=to)
        yield Item(at=message.queued_at, title=title, who=state, text=message.body)


def _mails(rows: Rowed) -> Iterator[Item]:
    for mail in rows.mails:
        state = gettext(labels.word(labels.MAILS, mail.state))
        title = gettext("courriel à %(who)s", who=mail.recipient or gettext("une adresse effacée"))
        tone = BAD if mail.state in ("refused", "bounced") else ""
        yield Item(at=mail.sent_at or mail.queued_at, title=title, who=state, text=mail.subject, tone=tone)


def _sent(rows: Rowed, named: Callable[[str], str]) -> Iterator[Item]:
    """Files of the portal, by whom and when: sent together, they are told together."""
    sent = [file for file in rows.attachments if file.letter is None]
    for (at, who), files in groupby(sent, key=lambda file: (file.sent_at, file.sent_by)):
        yield Item(at=at, title=gettext("fichiers envoyés sur le portail"), who=named(who), tone=ACT, files=list(files))


def _letters(rows: Rowed) -> Iterator[Item]:
    for letter in rows.letters:
        files = [file for file in rows.attachments if file.letter == letter.id]
        doubts = ["" if letter.verified else gettext("expéditeur non vérifié")]
        doubts += [gettext(labels.word(labels.WITHHELD, letter.withheld))] if letter.withheld else []
        title = gettext("courriel de %(who)s", who=letter.sender or gettext("une adresse effacée"))
        who = ", ".join(filter(None, doubts))
        yield Item(at=letter.received_at, title=title, who=who, text=letter.text, tone=ACT, files=files)
