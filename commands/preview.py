"""What a caller would hear at an instant, and who would be woken; nothing is kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from commands.demo.lines import must_be_a_line
from commands.terminal import output, resources
from directory import phone_numbers
from directory.index import Directory
from ivr.effects import OpenTicket
from ivr.events import HungUp, Pressed, Recorded, Silent
from ivr.simulation import TOO_LONG, Moment, Simulation, rehearse
from ivr.steps import Connect
from ivr.what_if import firings, ticket_of
from notifications import labels, texts
from notifications.labels import word
from storage.directory.versions import DirectoryCache
from storage.listing import iso

Json = dict[str, Any]


def preview(to: str, from_: str, at: datetime, keys: list[str], as_json: bool) -> None:
    with resources.reading() as db:
        book = DirectoryCache().newest(db)
    must_be_a_line(to, book.directory)
    played = rehearse(book, to=to, caller=phone_numbers.caller(from_), at=at, keys=keys)
    told = _told(book, played, at)
    if as_json:
        output.as_json(told)
    else:
        _say(played, told, book, at)


def _told(book: Directory, played: Simulation, at: datetime) -> Json:
    ticket = ticket_of(played)
    return {
        "at": iso(at),
        "heard": [
            {
                "pressed": moment.event.keys if isinstance(moment.event, Pressed) else None,
                "asked": moment.stage,
                "said": list(moment.texts),
                "rings": [step.number for step in moment.heard if isinstance(step, Connect)],
                "seconds": round(moment.seconds, 1),
                "lost_keys": moment.lost,
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


def _woken(book: Directory, order: OpenTicket, at: datetime) -> list[Json]:
    """Everybody the policy would reach, if nobody answered."""
    return [
        {"at": iso(firing.at), "engineer": each.person.engineer, "why": each.person.why, "by": list(each.by)}
        for firing in firings(book, order, at)
        for each in firing.reached
    ]


def _moment(moment: Moment, ran_out: bool) -> Iterator[str]:
    """What the caller did, then what they heard of it."""
    match moment.event:
        case Pressed(keys):
            yield (f"    touche {keys}" if len(keys) == 1 else f"    touches {keys}") + _lost(moment.lost)
        case Silent():
            yield "    silence" + _lost(moment.lost)
        case Recorded(seconds):
            yield f"    message de {seconds} s après le bip"
        case HungUp():
            yield "    plus de touche donnée : ici, l'appelant raccroche" if ran_out else "    l'appelant raccroche"
    for text in moment.texts:
        yield f"  {moment.seconds:5.1f} s  {text}"
    for step in moment.heard:
        if isinstance(step, Connect):
            yield f"           (sonne : {phone_numbers.pairs(step.number)})"


def _lost(keys: str) -> str:
    """Typed in one entry with the answer: the question had heard enough."""
    if not keys:
        return ""
    return f" (touche perdue : {keys})" if len(keys) == 1 else f" (touches perdues : {keys})"


def _say(played: Simulation, told: Json, book: Directory, at: datetime) -> None:
    click.echo(f"Le {at.astimezone(book.zone):%d/%m/%Y à %H:%M:%S}, heure locale de la ligne")
    for moment in played.moments:
        for line in _moment(moment, played.ran_out):
            click.echo(line)
    warned = " : trop long, abrégez les textes de l'annuaire" if played.seconds > TOO_LONG else ""
    click.echo(f"Durée de parole jusqu'au bip ou à la fin : {played.seconds:.0f} s{warned}")
    ticket = told["ticket"]
    if ticket is None:
        click.echo("Aucun ticket : l'appel n'est qu'au journal.")
    else:
        what = word(texts.KINDS, ticket["kind"])
        facts = [what, ticket["entity"], ticket["client"], ticket["service"], ", ".join(ticket["sites"])]
        click.echo("Ticket : " + ", ".join(filter(None, facts)))
        refused = word(texts.REASONS, ticket["refusal"]) if ticket["refusal"] else ""
        click.echo(f"  astreinte refusée : {refused}" if refused else "  accepté")
    for person in told["woken"]:
        instant = datetime.fromisoformat(person["at"]).astimezone(book.zone)
        by = " et ".join(word(labels.CHANNELS, channel) for channel in person["by"])
        click.echo(f"Réveillé à {instant:%H:%M:%S} : {person['engineer']} ({labels.why(person['why'])}), {by}")
    if not told["woken"]:
        click.echo("Personne n'est réveillé.")
    if told["unused_keys"]:
        click.echo(f"Touches en trop : {', '.join(told['unused_keys'])}")
