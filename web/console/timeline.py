"""One line of time of a ticket: the call, keys, the message, whom we tried to reach, mails, what people did."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from ivr import numbers, words
from storage.messages import NOT_WANTED
from storage.timeline import Rowed
from storage.voicemails import ABSENT, PURGED
from tickets.journal import plain
from tickets.life import CALLER, CLOCKS, KEEPER, LINE, MAILBOX, PAGER, REASONS, Reason
from tickets.qualification import ITEMS
from tickets.qualification import Item as Asked

MACHINES = {
    LINE: "la ligne", CALLER: "l'appelant", PAGER: "l'astreinte", CLOCKS: "les délais", MAILBOX: "le courriel",
    KEEPER: "l'archivage", "lien": "un lien",
}  # fmt: skip
GOOD, BAD, ACT = "good", "bad", "act"
TONES: Mapping[str, str] = {
    "acknowledged": GOOD, "restored": GOOD, "completed": GOOD, "confirmed": GOOD, "closed": GOOD, "archived": GOOD,
    "broken": BAD, "warned": BAD, "nobody_to_wake": BAD, "mail_lost": BAD, "not_confirmed": BAD, "worse": BAD,
    "client_escalated": BAD, "cancelled": ACT, "refused": ACT,
}  # fmt: skip
TOLD_BY_ROWS = frozenset({"alerting", "alerted", "alert_failed", "skipped", "mail", "voicemail"})  # these say more
FAILED = frozenset({"failed", "undelivered", "busy", "no-answer", "canceled"})


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


def items(rows: Rowed, named: Callable[[str], str]) -> list[Item]:
    """In the order in which it happened. `named`: how somebody is called, by the code that events have."""
    found = [*_calls(rows), *_letters(rows)]  # of one instant, what came in comes first
    found += [_event(event, named) for event in rows.events if event.kind not in TOLD_BY_ROWS]
    found += [*_voices(rows), *_alerts(rows, named), *_messages(rows), *_mails(rows)]
    return sorted(found, key=lambda item: item.at)


def _event(event: Row[Any], named: Callable[[str], str]) -> Item:
    details = plain(event.details)
    return Item(
        at=event.at,
        title=words.word(words.EVENTS, event.kind),
        who=MACHINES.get(event.who) or named(event.who),
        text="" if event.details is None else _said(event.kind, details),
        tone=TONES.get(event.kind, ACT if event.who not in MACHINES else ""),
    )


def _said(kind: str, details: Mapping[str, Any]) -> str:
    """What its details say to a person; the whole of them is in the export."""
    match kind:
        case "noted":
            return f"{details.get('text', '')}{'' if not details.get('public') else ' (visible du client)'}"
        case "studied":
            return str(details.get("text", ""))
        case "waiting":
            return REASONS.get(Reason(details.get("reason", Reason.CLIENT)), "")
        case "qualified":
            return ", ".join(_item(name) for name in details)
        case "closed":
            to = details.get("to") or []
            return f"bilan à {', '.join(to)}" if to else f"sans courriel : {details.get('waived', '')}"
        case "sized":
            return "majeure" if details.get("size") == "major" else f"mineure, niveau {details.get('support_level')}"
        case "mail_lost":
            return f"à {details.get('to', '')} : {details.get('why', '')}"
        case "client_escalated":
            return "notée, le délai court" if details.get("answered") == "noted" else f"au {details.get('role', '')}"
        case "acknowledged":
            return {"voice": "par téléphone", "sms": "par SMS", "link": "par le lien"}.get(str(details.get("by")), "")
    return str(details.get("why", "") or details.get("number", "") or "")


def _item(name: str) -> str:
    others = {"kind": "genre", "level": "niveau", "entity": "entité", "verified": "identité"}
    return ITEMS[Asked(name)] if name in list(Asked) else others.get(name, name)


def _calls(rows: Rowed) -> Iterator[Item]:
    for call in rows.calls:
        keys = [turn.keys for turn in rows.turns if turn.call == call.sid and turn.keys]
        caller = numbers.pairs(call.caller) if call.caller else "numéro masqué ou effacé"
        yield Item(at=call.started_at, title=f"appel de {caller}", who=f"au {numbers.pairs(call.line)}", keys=keys)


def _voices(rows: Rowed) -> Iterator[Item]:
    for voice in rows.voicemails:
        heard = voice.state not in (ABSENT, PURGED) and voice.seconds > 0
        title = (
            f"message vocal, {voice.seconds} s" if heard else "message vocal effacé" if voice.state == PURGED else ""
        )
        if title:
            yield Item(at=voice.announced_at, title=title, recording=voice.recording if heard else "", tone=ACT)


def _alerts(rows: Rowed, named: Callable[[str], str]) -> Iterator[Item]:
    for attempt in rows.attempts:
        how, state = words.word(words.CHANNELS, attempt.channel), words.word(words.ATTEMPTS, attempt.state)
        said = f"{state}{f' : {attempt.error}' if attempt.error else ''}"
        tone = BAD if attempt.state in FAILED else ""
        yield Item(at=attempt.sent_at or attempt.at, title=f"{how} à {named(attempt.engineer)}", who=said, tone=tone)


def _messages(rows: Rowed) -> Iterator[Item]:
    for message in rows.messages:
        if message.state == NOT_WANTED:  # things went on before it left
            continue
        to = numbers.pairs(message.number) if message.number else "un numéro effacé"
        state = words.word(words.ATTEMPTS, message.state)
        title = f"{words.word(words.CHANNELS, message.channel)} à {to}"
        yield Item(at=message.queued_at, title=title, who=state, text=message.body)


def _mails(rows: Rowed) -> Iterator[Item]:
    for mail in rows.mails:
        state = words.word(words.MAILS, mail.state)
        title = f"courriel à {mail.recipient or 'une adresse effacée'}"
        tone = BAD if mail.state in ("refused", "bounced") else ""
        yield Item(at=mail.sent_at or mail.queued_at, title=title, who=state, text=mail.subject, tone=tone)


def _letters(rows: Rowed) -> Iterator[Item]:
    for letter in rows.letters:
        files = [file for file in rows.attachments if file.letter == letter.id]
        doubt = "" if letter.verified else "expéditeur non vérifié"
        yield Item(
            at=letter.received_at, title=f"courriel de {letter.sender or 'une adresse effacée'}", who=doubt,
            text=letter.text, tone=ACT, files=files,
        )  # fmt: skip
