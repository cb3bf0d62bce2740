"""What clients read by mail: subject and body, in plain text; its HTML is made of the same text (mail.looks).

A paragraph of lines « Nom : valeur » is a table there, a line that ends nothing and is followed by text a heading."""

from collections.abc import Iterator
from datetime import datetime

from directory import phone_numbers
from directory.index import Directory
from notifications import durations, texts
from notifications.texts import About
from tickets.closure import PARTS, Part, Report, parts
from tickets.escalations import Answer
from tickets.sla import Clock, Durations
from tickets.states import Kind
from tickets.transitions import REOPENS_WITHIN

Text = tuple[str, str]
NAMED: dict[Kind, str] = {
    Kind.INCIDENT: "incident",
    Kind.INFORMATION_REQUEST: "demande d'information",
    Kind.CHANGE_REQUEST: "demande de modification",
}
CLOSED: dict[Kind, str] = dict.fromkeys(Kind, "clôturée") | {Kind.INCIDENT: "clôturé"}
ENDED: dict[Kind, str] = {
    Kind.INCIDENT: "Rétabli",
    Kind.INFORMATION_REQUEST: "Répondu",
    Kind.CHANGE_REQUEST: "Réalisé",
}
ENDS_WITH: dict[Kind, str] = dict.fromkeys(Kind, "Voici le bilan.") | {Kind.INFORMATION_REQUEST: "Voici notre réponse."}
CALL_RATHER = (
    "Votre contrat comporte l'option 24 h/24 : pour la perte d'un service, téléphonez sans attendre à l'astreinte."
)
ASKED = (
    "Pour la traiter au plus vite, répondez à ce message en précisant le produit concerné, et s'il s'agit"
    " d'un incident, d'une modification ou d'une demande d'information."
)
UNKNOWN = "non précisé"


def closing(about: About, kind: Kind, report: Report, book: Directory) -> Text:
    """The closure report, to the client."""
    named = PARTS | parts(kind)
    told = [
        f"Bonjour,\n\nVotre {NAMED[kind]} {about.reference} est {CLOSED[kind]}. {ENDS_WITH[kind]}",
        "\n".join(facts(about, kind, report, book)),
        *(f"{named[part].capitalize()}\n{text}" for part, text in _written(report)),
        f"Si ce n'est pas résolu, répondez à ce message dans les {REOPENS_WITHIN.days} jours : le ticket sera rouvert.",
        _signed(book),
    ]
    return subject(about.reference, f"Clôture de votre {NAMED[kind]}", about.service), "\n\n".join(told)


def facts(about: About, kind: Kind, report: Report, book: Directory) -> Iterator[str]:
    """One line each: what it was about, how long it took, what had been promised."""
    yield f"Ticket : {about.reference}"
    yield f"Service : {about.service or UNKNOWN}"
    yield f"{'Sites' if len(about.sites) > 1 else 'Site'} : {', '.join(about.sites) or UNKNOWN}"
    yield f"Reçu : {durations.instant(about.received_at)}"
    if report.restored_at:
        yield f"{ENDED[kind]} : {durations.instant(report.restored_at.astimezone(book.zone))}"
    if report.durations:
        yield from _lengths(kind, report.durations)
    yield from _kept(kind, report)


def _lengths(kind: Kind, lengths: Durations) -> Iterator[str]:
    named = "Durée d'interruption" if kind is Kind.INCIDENT else "Durée de traitement"
    yield f"{named} : {durations.spelled(lengths.gross)}"
    if lengths.net != lengths.gross:
        yield f"Durée nette des attentes : {durations.spelled(lengths.net)}"
    if lengths.counted != lengths.net:
        yield f"Durée comptée aux heures couvertes : {durations.spelled(lengths.counted)}"


def _kept(kind: Kind, report: Report) -> Iterator[str]:
    if not report.kept:
        yield "Engagement : sans engagement de délai"
    for clock, kept in (report.kept or {}).items():
        yield f"{texts.clock(kind, Clock(clock))} : {'tenu' if kept else 'dépassé'}"


def _written(report: Report) -> list[tuple[Part, str]]:
    return [(part, text) for part in Part if (text := getattr(report, part).strip())]


def schedule(about: About, starts: datetime, until: datetime, text: str, times: int, book: Directory) -> Text:
    """When a change will be made; sent again, it replaces the one before."""
    first, last = (durations.instant(instant.astimezone(book.zone)) for instant in (starts, until))
    again = " Ce planning remplace le précédent." if times > 1 else ""
    parts = [
        f"Bonjour,\n\nVoici le planning de votre demande de modification {about.reference}.{again}",
        f"Début : {first}\nFin : {last}",
        *([f"Déroulement\n{text}"] if text else []),
        "Pour toute question, répondez à ce message.",
        _signed(book),
    ]
    title = "Nouveau planning" if times > 1 else "Planning"
    return subject(about.reference, f"{title} de votre demande", about.service), "\n\n".join(parts)


def refusal(about: About, reason: str, book: Directory) -> Text:
    """A change that will not be made, and why."""
    parts = [
        f"Bonjour,\n\nNous ne pouvons pas donner suite à votre demande de modification {about.reference}.",
        f"Raison\n{reason}",
        "Pour en parler, répondez à ce message.",
        _signed(book),
    ]
    return subject(about.reference, "Réponse à votre demande", about.service), "\n\n".join(parts)


def receipt(book: Directory, reference: str, asked: str, reopens: datetime | None, *, call: bool, ask: bool) -> Text:
    """What a mail is answered with, once.

    `asked`: its subject, for a sender who is known; `reopens`: when the desk does, local, if it is closed; `call`: the
    client may have somebody woken by telephone; `ask`: product or nature were not said."""
    opening = f"Le support est fermé ; il rouvre {durations.instant(reopens)}" if reopens else ""
    parts = [
        f"Bonjour,\n\nVotre demande est enregistrée sous la référence {reference}.",
        f"{opening} et traitera votre demande." if reopens else "",
        CALL_RATHER if call else "",
        ASKED if ask else "",
        "Pour la compléter, répondez à ce message en gardant la référence dans son objet.",
        _signed(book),
    ]
    said = f"Demande enregistrée : {asked}" if asked else "Demande enregistrée"
    return subject(reference, said), "\n\n".join(filter(None, parts))


ESCALATED: dict[Answer, str] = {
    Answer.TOLD: "La hiérarchie du support est prévenue.",
    Answer.AGAIN: "La hiérarchie du support est déjà prévenue.",
    Answer.REFUSED: "Seul un incident en cours s'escalade : votre message est transmis au support.",
}


def escalation_answer(book: Directory, reference: str, answer: Answer, due: datetime | None) -> Text:
    """What a client who escalates by mail is answered. `due`: local, while the commitment holds."""
    noted = "Votre demande d'escalade est notée."
    if due:
        promise = f"L'engagement court jusqu'au {durations.instant(due)} ; s'il n'est pas tenu,"
        said = f"{noted} {promise} la hiérarchie est prévenue aussitôt."
    else:
        said = ESCALATED.get(answer, f"{noted} Elle sera traitée à la réouverture.")
    return subject(reference, "Votre demande d'escalade"), "\n\n".join(["Bonjour,", said, _signed(book)])


def subject(reference: str, said: str, service: str = "") -> str:
    """The reference in brackets: an answer finds its ticket by it, should its headers be lost."""
    return f"[{reference}] {said}" + (f" : {service}" if service else "")


def _signed(book: Directory) -> str:
    organisation = book.organisation
    line = next((phone_numbers.pairs(line.number) for line in book.directory.lines if line.kind == "main"), "")
    by_phone = f"Par téléphone : {line}, touche 5, avec votre référence." if line else ""
    portal = f"Portail : {organisation.portal_url}" if organisation.portal_url else ""
    return "\n".join(filter(None, (f"Le support de {organisation.name}", by_phone, portal)))
