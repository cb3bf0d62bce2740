"""What is written: SMS to engineers and callers, mail to the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import translatable
from directory import phone_numbers
from ivr import prompts
from ivr.call import Outcome
from ivr.effects import Nature, Refusal
from notifications import gsm7
from oncall.responsibility import Keeper
from tickets import reference
from tickets.sla import Alarm, Clock, Phase
from tickets.states import Kind

REASONS: dict[Refusal | None, str] = {
    None: "",
    Refusal.NO_OPTION: "sans option 24/7, à traiter à la réouverture",
    Refusal.CHANGE: "demande de modification, à traiter à la réouverture",
    Refusal.INFORMATION: "demande d'information, à traiter à la réouverture",
    Refusal.UNVERIFIED: "client non identifié, à vérifier",
}
KINDS: dict[Kind, str] = {
    Kind.INCIDENT: "incident",
    Kind.INFORMATION_REQUEST: "demande d'information",
    Kind.CHANGE_REQUEST: "demande de modification",
}
NATURES: dict[Nature, str] = {
    Nature.SERVICE_LOSS: "perte de service",
    Nature.CHANGE: "modification",
    Nature.INFORMATION: "information",
}
CLOCKS: dict[Clock, str] = {Clock.RESPOND: "Délai de prise en charge", Clock.RESTORE: "Délai de rétablissement"}
TO_ANSWER = "Délai de réponse"  # what a question has instead of one to restore
OUTCOMES: dict[Outcome, str] = {
    Outcome.ABANDONED: "sans suite",
    Outcome.ANSWERED: "répondu par l'équipe",
    Outcome.MESSAGE: "ticket ouvert",
    Outcome.JOINED: "ticket déjà ouvert",
}


WAITING: dict[Keeper, str] = {Keeper.ON_CALL: "Nous continuons d'appeler l'astreinte.", **prompts.KEEPING}


class Way(StrEnum):
    """How a client reaches us."""

    PHONE = "phone"
    MAIL = "mail"
    PORTAL = "portal"
    CONSOLE = "console"


WAYS: dict[Way, str] = {
    Way.PHONE: "par téléphone",
    Way.MAIL: "par courriel",
    Way.PORTAL: "sur le portail",
    Way.CONSOLE: "par le support",
}

# Septets that a name may take in a page, so that the others keep theirs.
ENTITY_ROOM, SERVICE_ROOM, CLIENT_ROOM = 12, 24, 28
ASKER_ROOM = 48
LOST_ROOM = 34  # what was lost, and whose, keeps at least this, were it in a second segment


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
    drill: bool = False
    refusal: Refusal | None = None


def clock(kind: Kind, of: Clock) -> str:
    """How a commitment of a ticket of that kind is called."""
    return TO_ANSWER if kind is Kind.INFORMATION_REQUEST and of is Clock.RESTORE else CLOCKS[of]


def page_sms(about: About, link: str) -> str:
    """What wakes an engineer: who, what, where, whom to call back, a link to take it.

    One segment, so the names give way; two only when the address of the line itself is long."""
    if about.drill:
        return gsm7.normalise(f"{about.reference} EXERCICE, rien n'est perdu. {about.received_at:%d/%m %H:%M} {link}")
    head = gsm7.normalise(" ".join(filter(None, (about.reference, _name(about.entity, ENTITY_ROOM)))))
    tail = gsm7.normalise(f". {_caller(about)}, {about.received_at:%d/%m %H:%M} {link}")
    service = _name(about.service, SERVICE_ROOM) or "de service"
    client = _name(about.client, CLIENT_ROOM) or "client inconnu"
    sites = f" ({', '.join(_name(site) for site in about.sites)})" if about.sites else ""
    lost = gsm7.normalise(f": perte {service}, {client}{sites}")
    room = gsm7.SINGLE - gsm7.septets(head) - gsm7.septets(tail)
    return head + gsm7.shorten(lost, max(room, LOST_ROOM)) + tail


def reminder_sms(about: About, link: str) -> str:
    """Whoever has a ticket is asked whether they still do."""
    head, tail = f"{about.reference} : l'avez-vous toujours ? ", gsm7.normalise(f" Répondez OK ou {link}")
    return head + _name(about.client, CLIENT_ROOM) + ("." if about.client else "") + tail


def moment(local: datetime) -> str:
    """« samedi 12/09 à 22:04 »."""
    return f"{translatable.WEEKDAYS[local.weekday()]} {local:%d/%m} à {local:%H:%M}"


def receipt_sms(about: About) -> str:
    """What a caller on a mobile keeps: the reference, and how to follow it."""
    how = f"Suivi : {phone_numbers.pairs(about.line)}, touche 5."
    return _to_caller(about, f"votre ticket {about.reference} est ouvert ({about.received_at:%d/%m %H:%M}). {how}")


def taken_sms(about: About) -> str:
    """Somebody has it: a caller who knows so does not call again."""
    return _to_caller(about, f"votre ticket {about.reference} est pris en charge par l'ingénieur d'astreinte.")


def waiting_sms(about: About, keeper: Keeper) -> str:
    """Nobody has it yet: we have not forgotten."""
    text = f"votre ticket {about.reference} n'est pas encore pris en charge. {WAITING[keeper]}"
    return _to_caller(about, text)


def taken_call(about: About) -> str:
    """The same to the ear, for a number that reads no SMS."""
    return f"{about.organisation}. Votre ticket {reference.spoken(about.reference)} est pris en charge."


def waiting_call(about: About, keeper: Keeper) -> str:
    spoken = reference.spoken(about.reference)
    return f"{about.organisation}. Votre ticket {spoken} n'est pas encore pris en charge. {WAITING[keeper]}"


def _to_caller(about: About, said: str) -> str:
    text = gsm7.normalise(said)
    return f"{_name(about.organisation, gsm7.SINGLE - gsm7.septets(text) - 3)} : {text}"


def _name(name: str, room: int = gsm7.SINGLE) -> str:
    """A name on one line of GSM-7, whatever it is made of."""
    return gsm7.shorten(" ".join(gsm7.normalise(name).split()), room)


def _caller(about: About) -> str:
    return phone_numbers.pairs(about.caller) if about.caller else "numéro masqué"


def desk_mail(about: About) -> tuple[str, str]:
    """Subject and body of the mail that tells a desk of a ticket waiting for it."""
    subject = _subject(f"[{about.reference}] Message de {_who(about)}", about)
    lines = [
        f"Ticket {about.reference}",
        f"Appel reçu le {about.received_at:%d/%m/%Y à %H h %M} sur le {phone_numbers.pairs(about.line)}",
        f"Appelant : {_caller(about)}",
        f"Client : {_line(about.client) or 'non identifié'}",
        *([f"Entité : {_line(about.entity)}"] if about.entity else []),
        *([f"Motif : {REASONS[about.refusal]}"] if about.refusal else []),
        "",
        "Si l'appelant a laissé un message vocal, il est joint au ticket.",
    ]
    return subject, "\n".join(lines)


def escalation_mail(about: About, way: Way, by: str) -> tuple[str, str]:
    """Subject and body of the mail that takes an escalation to the hierarchy. `by`: who really asks."""
    lines = [f"L'escalade du ticket {about.reference} est demandée {WAYS[way]}.", "", *_escalation(about, by)]
    return _subject(f"[{about.reference}] Escalade demandée pour {_who(about)}", about), "\n".join(lines)


def unverified_escalation_mail(about: About, way: Way, by: str) -> tuple[str, str]:
    """Subject and body of the mail to the desk about somebody who asks for the hierarchy, and whom we do not know."""
    lines = [
        f"Quelqu'un demande {WAYS[way]} l'escalade du ticket {about.reference} ; rien ne dit que ce soit le client.",
        "La hiérarchie n'est pas prévenue.",
        "",
        *_escalation(about, by),
    ]
    return _subject(f"[{about.reference}] Escalade demandée par un inconnu", about), "\n".join(lines)


def _escalation(about: About, by: str) -> list[str]:
    return [
        f"Demandée par : {_line(by)}",
        f"Client : {_line(about.client) or 'non identifié'}",
        *([f"Service : {_line(about.service)}"] if about.service else []),
        f"Reçu : {about.received_at:%d/%m/%Y à %H h %M}",
        f"Rappeler : {_caller(about)}",
    ]


def escalation_sms(about: About, by: str) -> str:
    """`by`: who really asks; the number to call back is the ticket's, where that is another."""
    back = f" Rappeler {_caller(about)}." if about.caller and _caller(about) != by else ""
    said = gsm7.normalise(f"{about.reference} : escalade demandée par {_name(by, ASKER_ROOM)}.{back} ")
    return said + _name(about.client or "client inconnu", gsm7.SINGLE - gsm7.septets(said))


def alarm_mail(about: About, alarm: Alarm, due: datetime | None) -> tuple[str, str]:
    """Subject and body of the mail on a commitment in danger, or broken."""
    lines = [
        f"Ticket {about.reference} : {_alarm(alarm, due)}.",
        f"Client : {_line(about.client) or 'non identifié'}",
        *([f"Service : {_line(about.service)}"] if about.service else []),
        f"Reçu le {about.received_at:%d/%m/%Y à %H h %M}",
    ]
    stage = "dépassé" if alarm.stage is Phase.BROKEN else "bientôt dépassé"
    return _subject(f"[{about.reference}] {CLOCKS[alarm.clock]} {stage}", about), "\n".join(lines)


def alarm_sms(about: About, alarm: Alarm, due: datetime | None) -> str:
    said = gsm7.normalise(f"{about.reference} : {_alarm(alarm, due)}. ")
    return said + _name(about.client or "client inconnu", gsm7.SINGLE - gsm7.septets(said))


def _alarm(alarm: Alarm, due: datetime | None) -> str:
    at = f" ({moment(due)})" if due else ""
    return f"{CLOCKS[alarm.clock].lower()} {'dépassé' if alarm.stage is Phase.BROKEN else 'bientôt dépassé'}{at}"


def nobody_sms(about: About) -> str:
    """To the hierarchy: no engineer can be reached."""
    said = gsm7.normalise(f"{about.reference} : personne d'astreinte ne peut être joint. {_caller(about)}. ")
    return said + _name(about.client or "client inconnu", gsm7.SINGLE - gsm7.septets(said))


def nobody_mail(about: About, where: str) -> tuple[str, str]:
    """Subject and body of the same, also to the desk."""
    told = "Personne d'astreinte ne peut être joint : aucune étape de la politique n'a de téléphone à appeler."
    return _subject(f"[{about.reference}] Personne d'astreinte", about), "\n".join([told, "", *_untaken(about, where)])


def left_to_desk_mail(about: About, where: str) -> tuple[str, str]:
    """Subject and body of the mail that leaves a ticket of the night to the desk that opens."""
    told = "Le support ouvre, et personne n'a pris ce ticket pendant l'astreinte : il est à prendre."
    return _subject(f"[{about.reference}] À prendre à l'ouverture", about), "\n".join(
        [told, "", *_untaken(about, where)]
    )


def _untaken(about: About, where: str) -> list[str]:
    return [
        f"Client : {_line(about.client) or 'non identifié'}",
        *([f"Service : {_line(about.service)}"] if about.service else []),
        f"Reçu le {about.received_at:%d/%m/%Y à %H h %M}",
        f"Rappeler : {_caller(about)}",
        "",
        where,
    ]


def given_sms(about: About, giver: str, where: str) -> str:
    """To whoever is given a ticket by a colleague."""
    said = gsm7.normalise(f"{about.reference} : {giver} vous confie ce ticket. ")
    tail = gsm7.normalise(f". {where}")
    return said + _name(about.client or "client inconnu", gsm7.SINGLE - gsm7.septets(said + tail)) + tail


def given_mail(about: About, giver: str, where: str, why: str) -> tuple[str, str]:
    """Subject and body of the same."""
    lines = [
        f"{_line(giver)} vous confie le ticket {about.reference}.",
        *([f"Raison : {_line(why)}"] if why else []),
        "",
        f"Client : {_line(about.client) or 'non identifié'}",
        *([f"Service : {_line(about.service)}"] if about.service else []),
        f"Reçu le {about.received_at:%d/%m/%Y à %H h %M}",
        "",
        where,
    ]
    return _subject(f"[{about.reference}] Ticket confié par {_line(giver)}", about), "\n".join(lines)


def taken_over_sms(about: About, taker: str) -> str:
    """To whoever had a ticket that a colleague has taken."""
    return gsm7.normalise(f"{about.reference} : {taker} s'en occupe à votre place.")


def taken_over_mail(about: About, taker: str) -> tuple[str, str]:
    """Subject and body of the same."""
    body = f"{_line(taker)} s'occupe à votre place du ticket {about.reference}. Vous n'avez plus rien à y faire."
    return _subject(f"[{about.reference}] Ticket pris par {_line(taker)}", about), body


def added_mail(about: About) -> tuple[str, str]:
    """Subject and body of the mail that tells a desk of a message added to a ticket."""
    body = f"{_who(about)} a rappelé pour le ticket {about.reference}. S'il y a un message vocal, il y est joint."
    return _subject(f"[{about.reference}] Message ajouté par {_who(about)}", about), body


def more_added_mail(about: About) -> tuple[str, str]:
    """Subject and body of the mail that tells a desk of several more, together."""
    body = f"D'autres messages vocaux ont été laissés sur le ticket {about.reference}. Ils y sont joints."
    return _subject(f"[{about.reference}] Autres messages ajoutés", about), body


def many_hidden_mail(about: About) -> tuple[str, str]:
    """Subject and body of the mail that tells a desk of many tickets by callers who hide their number, together."""
    body = (
        f"Beaucoup d'appels de numéros masqués sont arrivés pour {_line(about.entity)}. Chacun a son ticket, "
        "avec son message ; au-delà de dix en une heure, ils ne sont plus annoncés un par un : voyez la liste des "
        "tickets."
    )
    return _subject("Autres messages de numéros masqués", about), body


def written_mail(
    about: About, sender: str, subject: str, text: str, is_new: bool, *, verified: bool
) -> tuple[str, str]:
    """Subject and body of the mail that tells a desk what a client has written."""
    who = _line(about.client) or _line(sender)
    lines = [
        f"Ticket : {about.reference}",
        f"De : {_line(sender)}{'' if verified else ' (expéditeur non vérifié)'}",
        f"Client : {_line(about.client) or 'non identifié'}",
        f"Service : {_line(about.service) or 'non précisé'}",
        f"Objet : {_line(subject) or 'sans objet'}",
        "",
        text,
    ]
    said = f"Demande de {who}" if is_new else f"Réponse de {who}"
    return _subject(f"[{about.reference}] {said}", about), "\n".join(lines)


SET_APART = (
    "Ce courriel n'a pas pu être lu : le lire a dépassé deux fois les limites. Il est conservé en entier ;"
    " ouvrez-le dans sa boîte, avec prudence."
)


def set_apart_mail(mailbox: str, sender: str, subject: str) -> tuple[str, str]:
    """Subject and body of the mail that tells the support of a mail that led to no ticket."""
    lines = [
        f"Boîte : {_line(mailbox)}",
        f"De : {_line(sender) or 'expéditeur illisible'} (expéditeur non vérifié)",
        f"Objet : {_line(subject) or 'sans objet'}",
        "",
        SET_APART,
    ]
    return "Courriel mis à part", "\n".join(lines)


def bounced_mail(about: About, recipient: str, subject: str) -> tuple[str, str]:
    """Subject and body of the mail that tells a desk that a mail of ours came back."""
    body = f"Le courriel « {_line(subject)} » à {_line(recipient)} n'est pas arrivé : l'adresse est à vérifier."
    return _subject(f"[{about.reference}] Courriel revenu", about), body


def _who(about: About) -> str:
    return _line(about.client) or (phone_numbers.pairs(about.caller) if about.caller else "un numéro masqué")


def _subject(text: str, about: About) -> str:
    return text + (f" pour {_line(about.entity)}" if about.entity else "")


def _line(name: str) -> str:
    """A name without line breaks nor control characters, which no mail header can carry."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
