"""What the line says, in French: short, the thing before its key, readable by speech synthesis."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from directory import phone_numbers
from directory.hours import Because, Closed
from directory.model import Entity
from ivr.effects import Refusal
from ivr.facts import TicketFacts
from oncall.responsibility import Keeper
from tickets import reference
from tickets.escalations import Answer
from tickets.states import SPOKEN, State
from translatable import WEEKDAYS

_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")  # the most of it is no XML
SPEED = 15  # characters per second of French speech, measured on synthesised voices
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
    "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MORE = "9"  # « plusieurs sites », « un autre service »

NOT_UNDERSTOOD = "Je n'ai pas compris."
NATURE = "Pour la perte d'un service, tapez 1. Pour une modification, tapez 2. Pour une demande d'information, tapez 3."
CODE = "Tapez votre code client à 6 chiffres, puis dièse."
CODE_UNKNOWN = "Ce code n'est pas reconnu."
CALLBACK = "Votre numéro est masqué. Tapez le numéro de téléphone auquel vous rappeler, puis dièse."
CALLBACK_BAD = "Ce numéro ne peut pas être rappelé."
REFERENCE = "Tapez les chiffres de la référence du ticket, puis dièse."
REFERENCE_UNKNOWN = "Cette référence n'existe pas."
BEEP = (
    "Après le bip, dites votre nom, vos coordonnées et le problème. "
    "Votre message est enregistré et gardé six mois au plus. "
    "Raccrochez ou tapez dièse pour finir."
)
WAITS = "Laissez un message au support, il sera traité à la réouverture."
PAGED = "L'ingénieur d'astreinte est prévenu."
BRIDGING = "Nous appelons l'ingénieur d'astreinte. Un instant, s'il vous plaît."
STILL_BRIDGING = "Nous cherchons toujours à le joindre. Un instant, s'il vous plaît."
NOT_PAGED = "L'astreinte ne répond pas pour l'instant, le support en est averti."
PAGED_AGAIN = "L'ingénieur d'astreinte est prévenu de nouveau."
ADDED = "Votre message est ajouté au ticket déjà ouvert."
NOBODY_FREE = "Personne ne peut vous répondre pour l'instant."
JOINED_CHOICE = "Si la situation s'est aggravée, tapez 1. Pour ajouter un message, tapez 2."
ESCALATE_CHOICE = "Pour alerter la hiérarchie, tapez 1."
FOLLOWED_CHOICE = "Pour laisser un message, tapez 2."
ESCALATED_UNKNOWN = (
    "Votre demande est transmise au support. "
    "La hiérarchie n'est prévenue qu'à la demande du client, depuis l'un de ses numéros."
)
KEPT = "Votre message est transmis au support."
RECORDED = "Votre message est enregistré."
GOODBYE = "Au revoir."
HOLD_ON = "Un instant, s'il vous plaît."
TROUBLE = "Nous avons un incident technique. Laissez votre message, il sera traité."

NEXT: dict[State, str] = {
    State.PENDING: "Le traitement reprend dès que vous avez répondu.",
    State.RESTORED: "Il sera clôturé après l'envoi de son bilan.",
    State.CLOSED: "Son bilan vous a été envoyé.",
    State.ARCHIVED: "Son bilan vous a été envoyé.",
    State.CANCELLED: "Aucune suite n'est prévue.",
    State.SIZING: "Le support en évalue la charge.",
    State.STUDY: "Un chef de projet vous enverra un planning.",
    State.PLANNED: "Il sera réalisé selon le planning qui vous a été envoyé.",
    State.DONE: "Aucune suite n'est prévue.",
    State.REFUSED: "Aucune suite n'est prévue.",
}
# What is done about a ticket that nobody has taken, other than to call engineers.
KEEPING: dict[Keeper, str] = {
    Keeper.DESK: "Le support est ouvert et en est averti.",
    Keeper.HIERARCHY: "L'astreinte ne répond pas, la hiérarchie du support est prévenue.",
    Keeper.NOBODY: "L'astreinte ne répond pas, le support en est averti pour sa réouverture.",
}
REFUSALS: dict[Refusal, str] = {
    Refusal.NO_OPTION: (
        "Votre contrat ne comporte pas l'option 24 heures sur 24, 7 jours sur 7, pour ce support. "
        "Votre demande sera traitée à la réouverture."
    ),
    Refusal.CHANGE: ("L'astreinte ne traite pas les modifications. Votre demande sera traitée à la réouverture."),
    Refusal.INFORMATION: (
        "L'astreinte ne traite pas les demandes d'information. Votre demande sera traitée à la réouverture."
    ),
    Refusal.UNVERIFIED: (
        "Sans code client reconnu, l'astreinte n'est pas prévenue. Votre demande sera traitée à la réouverture."
    ),
}


def seconds(text: str) -> float:
    """How long a text takes to say."""
    return len(text) / SPEED


def joined(*sentences: str) -> str:
    """Sentences as one text that a voice can read, whatever the names in it are made of."""
    return _UNSPEAKABLE.sub(" ", " ".join(filter(None, sentences))).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def choices(things: Iterable[str], first: int = 1) -> str:
    """« Bordeaux, tapez 1. Pau, tapez 2. »"""
    return " ".join(f"{thing}, tapez {key}." for key, thing in enumerate(things, first))


# ---------------------------------------------------------------- the menu
def menu(entities: Sequence[Entity]) -> str:
    offered = " ".join(f"{entity.spoken}, tapez {entity.key}." for entity in entities)
    return (
        "Vous souhaitez déclarer un incident ou vous avez besoin d'une assistance sur : "
        f"{offered} Pour suivre un ticket, tapez 5."
    )


def short_menu(entities: Sequence[Entity]) -> str:
    offered = " ".join(f"Pour {entity.spoken}, tapez {entity.key}." for entity in entities)
    return f"{offered} Pour suivre un ticket, tapez 5. Pour réécouter, tapez étoile."


def ringing(entity: Entity) -> str:
    return f"Nous appelons {entity.name}. {HOLD_ON}"


# ---------------------------------------------------------------- hours
def clock(moment: datetime) -> str:
    """« 8 heures 30 », of a local time."""
    hours = "1 heure" if moment.hour == 1 else f"{moment.hour} heures"
    return f"{hours} {moment.minute:02d}" if moment.minute else hours


def day(moment: datetime, now: datetime) -> str:
    """« demain mardi », « lundi », « lundi 4 janvier », nothing for today; both local times."""
    away = (moment.date() - now.date()) // timedelta(days=1)
    named = WEEKDAYS[moment.weekday()]
    if away == 0:
        return ""
    if away == 1:
        return f"demain {named}"
    if away < 7:
        return named
    return f"{named} {'1er' if moment.day == 1 else moment.day} {MONTHS[moment.month - 1]}"


def moment(instant: datetime, now: datetime) -> str:
    """« demain mardi à 8 heures 30 »; `now` is local and gives the zone."""
    local = instant.astimezone(now.tzinfo)
    return joined(day(local, now), f"à {clock(local)}")


def closed(entity: Entity, why: Closed, now: datetime) -> str:
    """« IDLINE est fermé ce lundi, lundi de Pâques. Réouverture demain mardi à 8 heures 30. »"""
    today = WEEKDAYS[now.weekday()]
    match why.because:
        case Because.HOLIDAY:
            reason = f"est fermé ce {today}, {feast(why.name)}"
        case Because.CLOSURE:
            reason = f"est fermé ce {today}, {why.name}" if why.name else f"est fermé ce {today}"
        case Because.DAY_OFF:
            reason = f"est fermé le {today}"
        case _:
            reason = "est fermé à cette heure"
    reopening = f"Réouverture {moment(why.reopens, now)}." if why.reopens else ""
    return joined(f"{entity.name} {reason}.", reopening)


def feast(name: str) -> str:
    """« lundi de Pâques », but « Noël »: a lone word is a name."""
    return name[:1].lower() + name[1:] if " " in name else name


# ---------------------------------------------------------------- what is lost, and where
def services(names: Sequence[str]) -> str:
    more = f"Un autre service, tapez {MORE}." if len(names) > 8 else ""
    return joined("Quel service est perdu ?", choices(names[:8]), more)


def sites(names: Sequence[str]) -> str:
    return joined("Quel site est touché ?", choices(names[:8]), f"Plusieurs sites, tapez {MORE}.")


def callback_check(number: str) -> str:
    return f"Vous avez tapé le {phone_numbers.spoken(number)}. Si c'est exact, tapez 1. Pour corriger, tapez 2."


# ---------------------------------------------------------------- tickets
def reference_twice(ticket: str) -> str:
    spelled = reference.spoken(ticket)
    return f"Votre référence est {spelled}. Je répète : {spelled}."


def already_open(ticket: TicketFacts, keeper: Keeper | None, now: datetime) -> str:
    return joined(
        f"Un ticket est déjà ouvert pour ce service : {reference.spoken(ticket.reference)}.",
        taken(ticket, keeper, now),
        JOINED_CHOICE,
    )


def paged_lately(at: datetime, now: datetime) -> str:
    """The engineer was told again a moment ago, `at`."""
    told = clock(at.astimezone(now.tzinfo))
    return f"L'ingénieur d'astreinte a été prévenu de nouveau à {told}. Votre message sera ajouté au ticket."


def taken(ticket: TicketFacts, keeper: Keeper | None, now: datetime) -> str:
    """`keeper`: of a ticket that a page looks for somebody for."""
    if ticket.acknowledged_at:
        since = ticket.acknowledged_at.astimezone(now.tzinfo)
        return f"Il est pris en charge depuis {joined(day_before(since, now), clock(since))}."
    if keeper in KEEPING:
        return f"Il n'est pas encore pris en charge. {KEEPING[keeper]}"
    if keeper:
        return "Il n'est pas encore pris en charge, l'ingénieur d'astreinte est prévenu."
    return "Le support le traite pendant ses heures d'ouverture."


def day_before(then: datetime, now: datetime) -> str:
    """« hier », « le 3 mars », nothing for today; both local times."""
    away = (now.date() - then.date()) // timedelta(days=1)
    if away == 0:
        return ""
    return "hier" if away == 1 else f"le {then.day} {MONTHS[then.month - 1]} à"


def followed(ticket: TicketFacts, keeper: Keeper | None, now: datetime, *, escalates: bool) -> str:
    """`escalates`: whoever is calling may turn to the hierarchy."""
    state = f"Le ticket {reference.spoken(ticket.reference)} est {SPOKEN[ticket.state]}."
    return joined(state, next_step(ticket, keeper, now), ESCALATE_CHOICE if escalates else "", FOLLOWED_CHOICE)


def next_step(ticket: TicketFacts, keeper: Keeper | None, now: datetime) -> str:
    """What happens next to a ticket: by whom it is taken, or what its state leads to."""
    return NEXT.get(ticket.state) or taken(ticket, keeper, now)


def escalated(answer: Answer, due_at: datetime | None, told_at: datetime | None, now: datetime) -> str:
    """`due_at` is that of a commitment that still holds, `told_at` when the hierarchy was told before."""
    match answer:
        case Answer.DESK:
            return ESCALATED_UNKNOWN
        case Answer.TOLD:
            return "Votre demande est notée et transmise à la hiérarchie du support."
        case Answer.AGAIN if told_at:
            since = told_at.astimezone(now.tzinfo)
            return f"La hiérarchie du support est déjà prévenue, depuis {joined(day_before(since, now), clock(since))}."
    if due_at:
        return (
            "Votre demande est notée. "
            f"Nous nous sommes engagés à rétablir le service {moment(due_at, now)}, ce délai court encore."
        )
    return "Votre demande est notée. Elle sera traitée à la réouverture."


# ---------------------------------------------------------------- to the team
def whisper(entity: Entity | None, client: str | None) -> str:
    """What a colleague hears before being put through."""
    who = f"de {client}" if client else "d'un client"
    where = f" pour {entity.name}" if entity else ""
    return f"Appel {who}{where}. Pour prendre l'appel, tapez 1."
