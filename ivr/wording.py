"""What is written: SMS to engineers and callers, mail to the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr import gsm7, numbers
from ivr.orders import Refusal

REASONS: dict[Refusal | None, str] = {
    None: "",
    Refusal.NO_OPTION: "sans option 24/7, à traiter à la réouverture",
    Refusal.CHANGE: "demande de modification, à traiter à la réouverture",
    Refusal.INFORMATION: "demande d'information, à traiter à la réouverture",
    Refusal.UNVERIFIED: "client non identifié, à vérifier",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A ticket as texts speak of it: names instead of codes, local times."""

    reference: str
    organisation: str
    line: str  # E.164
    received_at: datetime  # local
    entity: str = ""
    client: str = ""
    service: str = ""
    sites: Sequence[str] = ()
    caller: str | None = None
    refusal: Refusal | None = None


def page_sms(about: About) -> str:
    """What wakes an engineer: who, what, where, whom to call back; one segment, so the names give way."""
    head = f"{about.reference} {about.entity}: perte "
    caller = numbers.pairs(about.caller) if about.caller else "numéro masqué"
    tail = f". Rappeler {caller}. Appel {about.received_at:%d/%m %H:%M}"
    sites = f" ({', '.join(about.sites)})" if about.sites else ""
    middle = f"{about.service or 'de service'}, {about.client or 'client inconnu'}{sites}"
    head, middle, tail = map(gsm7.normalise, (head, middle, tail))
    return head + gsm7.shorten(middle, gsm7.SINGLE - gsm7.septets(head) - gsm7.septets(tail)) + tail


def receipt_sms(about: About) -> str:
    """What a caller on a mobile keeps: the reference, and how to follow it."""
    text = (
        f"{about.organisation} : votre ticket {about.reference} est ouvert "
        f"({about.received_at:%d/%m %H:%M}). Suivi : {numbers.pairs(about.line)}, touche 5."
    )
    return gsm7.shorten(gsm7.normalise(text), gsm7.SINGLE)


def desk_mail(about: About) -> tuple[str, str]:
    """Subject and body of the mail that tells a desk of a ticket waiting for it."""
    who = about.client or (numbers.pairs(about.caller) if about.caller else "numéro masqué")
    subject = f"[{about.reference}] Message de {who}" + (f" pour {about.entity}" if about.entity else "")
    lines = [
        f"Ticket {about.reference}",
        f"Appel reçu le {about.received_at:%d/%m/%Y à %H h %M} sur le {numbers.pairs(about.line)}",
        f"Appelant : {numbers.pairs(about.caller) if about.caller else 'numéro masqué'}",
        f"Client : {about.client or 'non identifié'}",
        *([f"Entité : {about.entity}"] if about.entity else []),
        *([f"Motif : {REASONS[about.refusal]}"] if about.refusal else []),
        "",
        "Le message vocal est joint au ticket.",
    ]
    return subject, "\n".join(lines)


def escalation_mail(about: About) -> tuple[str, str]:
    """Subject and body of the mail that takes a client's escalation to the hierarchy."""
    who = about.client or (numbers.pairs(about.caller) if about.caller else "un appelant")
    body = f"{who} demande l'escalade du ticket {about.reference} par téléphone."
    return f"[{about.reference}] Escalade demandée par {who}", body
