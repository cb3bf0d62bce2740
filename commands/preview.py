"""What a caller would hear at an instant, and who would be woken; nothing is kept."""

import json
from datetime import datetime
from typing import Any

import click

from commands import opening
from ivr import numbers
from ivr.book import Book
from ivr.events import Pressed
from ivr.orders import OpenTicket
from ivr.rehearsal import TOO_LONG, Rehearsal, rehearse
from ivr.steps import Connect
from oncall.escalation import people
from oncall.policies import DEFAULT, Policy
from storage.listing import iso
from storage.versions import Shelf

Json = dict[str, Any]


def preview(to: str, from_: str, at: datetime, keys: list[str], as_json: bool) -> None:
    with opening.reading() as db:
        book = Shelf().newest(db)
    played = rehearse(book, to=numbers.parse(to), caller=numbers.caller(_e164(from_)), at=at, keys=keys)
    told = _told(book, played, at)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _say(told, book, at)


def _e164(text: str) -> str:
    """A number as people write it; whatever is none is a withheld one."""
    try:
        return numbers.parse(text)
    except ValueError:
        return text


def _told(book: Book, played: Rehearsal, at: datetime) -> Json:
    ticket = next((order for order in played.orders if isinstance(order, OpenTicket)), None)
    return {
        "at": iso(at),
        "heard": [
            {
                "pressed": moment.event.keys if isinstance(moment.event, Pressed) else None,
                "asked": moment.stage,
                "said": list(moment.texts),
                "rings": [step.number for step in moment.heard if isinstance(step, Connect)],
                "seconds": round(moment.seconds, 1),
            }
            for moment in played.moments
        ],
        "seconds": round(played.seconds, 1),
        "outcome": played.call.outcome,
        "ticket": _ticket(ticket) if ticket else None,
        "woken": _woken(book, ticket, at) if ticket and ticket.pages else [],
        "unused_keys": list(played.unused_keys),
    }


def _ticket(order: OpenTicket) -> Json:
    return {
        "kind": order.kind,
        "nature": order.nature,
        "entity": order.entity,
        "client": order.client,
        "service": order.service,
        "sites": list(order.sites),
        "verified": order.verified,
        "refusal": order.refusal,
        "paged": order.pages,
    }


def _woken(book: Book, order: OpenTicket, at: datetime) -> list[Json]:
    """Everybody the policy would reach, if nobody answered."""
    entity = book.entity(order.entity) if order.entity else None
    rota = book.rota(entity.rota) if entity else None
    return [
        {"at": iso(at + step.after), "engineer": person.engineer, "why": person.why, "by": list(step.by)}
        for step in _policy(book, entity.policy if entity else "").steps
        for person in people(step, rota, book.directory.engineers, order.entity or "", at + step.after)
    ]


def _policy(book: Book, code: str) -> Policy:
    return next((policy for policy in book.directory.policies if policy.code == code), DEFAULT)


def _say(told: Json, book: Book, at: datetime) -> None:
    click.echo(f"Le {at.astimezone(book.zone):%d/%m/%Y à %H:%M:%S}, heure locale de la ligne")
    for moment in told["heard"]:
        if moment["pressed"]:
            click.echo(f"    touche {moment['pressed']}")
        for text in moment["said"]:
            click.echo(f"  {moment['seconds']:5.1f} s  {text}")
        for number in moment["rings"]:
            click.echo(f"           (sonne : {numbers.pairs(number)})")
    warned = " : trop long" if told["seconds"] > TOO_LONG else ""
    click.echo(f"Durée de parole jusqu'au bip ou à la fin : {told['seconds']:.0f} s{warned}")
    ticket = told["ticket"]
    if ticket is None:
        click.echo("Aucun ticket : l'appel n'est qu'au journal.")
    else:
        facts = [ticket["kind"], ticket["entity"], ticket["client"], ticket["service"], ", ".join(ticket["sites"])]
        click.echo("Ticket : " + ", ".join(filter(None, facts)))
        click.echo(f"  refus : {ticket['refusal']}" if ticket["refusal"] else "  accepté")
    for person in told["woken"]:
        moment = datetime.fromisoformat(person["at"]).astimezone(book.zone)
        click.echo(
            f"Réveillé à {moment:%H:%M:%S} : {person['engineer']} ({person['why']}), {' et '.join(person['by'])}"
        )
    if not told["woken"]:
        click.echo("Personne n'est réveillé.")
    if told["unused_keys"]:
        click.echo(f"Touches en trop : {', '.join(told['unused_keys'])}")
