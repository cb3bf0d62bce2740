"""The engineer's alert call: what it says, and what its keys do.

1 take it, 2 hear the message, 3 be put through to the client, 9 pass to the next person, * repeat.
1 and 3 acknowledge; nothing else does, and certainly not picking up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ivr import prompts
from ivr.events import Event, Pressed, Rang
from ivr.steps import Ask, HangUp, Heard, PutThrough, Say
from oncall.escalation import HandOn
from tickets import reference

SILENCES = 3  # then the call ends, and the page goes on
TROUBLE = "Un ticket d'astreinte vous attend. Pour le prendre, tapez 1, ou ouvrez le lien reçu par SMS."
RESUMED = "Un incident technique a coupé la phrase."
NO_MESSAGE = "Il n'y a pas de message pour l'instant."
NOT_YET = "Le message vocal n'est pas encore arrivé, tapez 2 dans un instant."
NEWER = "Un message plus récent n'est pas encore arrivé."
UNHEARD = "Si vous n'avez pas entendu le message, ouvrez le lien reçu par SMS."
CLIENT_CALLED = "Nous appelons le client."
HANDED_ON = {
    HandOn.NEXT: "Le ticket passe à la personne suivante.",
    HandOn.LAST: "C'est noté. Personne d'autre n'est prévu, les appels continuent.",
    HandOn.OVER: "L'exercice est terminé.",
}


class Wish(StrEnum):
    """What the engineer wants done."""

    NOTHING = "nothing"
    TAKE = "take"
    HAND_ON = "hand_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What has come of the wish behind a key."""

    confirmed: bool = False  # asked whether they still have it, they do
    handed_on: HandOn = HandOn.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A page as the person called knows it."""

    reference: str
    client: str = ""
    entity: str = ""
    service: str = ""
    sites: Sequence[str] = ()
    age: timedelta  # since the call was received
    caller: str | None = None  # E.164 of the client, to be put through to
    message: str = ""  # address of the newest voice message that can be played
    awaited: bool = False  # one has been left, and cannot be played yet
    taken_by: str = ""  # name of whoever has it
    drill: bool = False
    is_mine: bool = False  # it is the person called
    asked: bool = False  # who has it, and is asked whether they still do
    done: Done = Done()


def wish(event: Event) -> Wish:
    """What a key asks for, before it is known whether somebody else was faster."""
    match event:
        case Pressed("1" | "3"):
            return Wish.TAKE
        case Pressed("9"):
            return Wish.HAND_ON
        case _:
            return Wish.NOTHING


def reply(alert: Alert, event: Event, silences: int = 0) -> Heard:
    """What is heard next, the wish behind the key having been seen to; `silences`: questions without a key so far."""
    match event:
        case Pressed("1" | "3") if not alert.is_mine:
            return _ended(_too_late(alert))
        case Pressed("1"):
            return _ask(alert, _taken(alert))
        case Pressed("3"):
            return _put_through(alert)
        case Pressed("2"):
            return _message(alert)
        case Pressed("9"):
            return _ended(HANDED_ON.get(alert.done.handed_on) or _too_late(alert))
        case Pressed("*") | Rang():
            return _ask(alert, _what(alert))
        case _ if silences + 1 >= SILENCES:
            return _ended("")
        case _:
            return _ask(alert, prompts.NOT_UNDERSTOOD if isinstance(event, Pressed) else _what(alert))


def resumed(alert: Alert) -> Heard:
    """After a document or a sound that could not be had: the engineer is still there."""
    return _ask(alert, prompts.joined(RESUMED, _taken(alert) if alert.is_mine else _what(alert)))


def in_trouble(troubles: int) -> Heard:
    """When nothing is known but that somebody has been called: a key may find us well again; `troubles`: so far."""
    return (Say(TROUBLE), HangUp()) if troubles >= SILENCES else (Ask(TROUBLE),)


def _ask(alert: Alert, said: str) -> Heard:
    return (Ask(prompts.joined(said, _keys(alert))),)


def _taken(alert: Alert) -> str:
    lead = "C'est noté, vous gardez" if alert.done.confirmed else "Vous avez pris"
    return f"{lead} le ticket {reference.spoken(alert.reference)}."


def _what(alert: Alert) -> str:
    """Who, client, service, site, age."""
    if alert.drill:
        return f"Ceci est un exercice, rien n'est perdu. Ticket {reference.spoken(alert.reference)}."
    lost = f"perte de service, {alert.service}" if alert.service else "perte de service"
    where = f", {', '.join(alert.sites)}" if alert.sites else ""
    taken = f" Il est pris par {alert.taken_by}." if alert.taken_by and not alert.is_mine else ""
    who = alert.client or "client non identifié"
    asked = " Rappel : vous avez pris ce ticket." if alert.asked else ""
    return f"Astreinte {alert.entity}.{asked} {who}, {lost}{where}. Appel reçu {age(alert.age)}.{taken}"


def _keys(alert: Alert) -> str:
    keep = "Pour confirmer que vous le gardez, tapez 1." if alert.asked else ""
    return prompts.joined(
        keep if alert.is_mine else "Pour prendre le ticket, tapez 1.",
        "Pour entendre le message, tapez 2.",
        "Pour parler au client, tapez 3." if alert.caller else "",
        "Pour passer à la personne suivante, tapez 9.",
    )


def _message(alert: Alert) -> Heard:
    if not alert.message:
        return _ask(alert, NOT_YET if alert.awaited else NO_MESSAGE)
    return (Ask(prompts.joined(UNHEARD, NEWER if alert.awaited else "", _keys(alert)), first=alert.message),)


def _put_through(alert: Alert) -> Heard:
    if not alert.caller:
        return _ask(alert, "Vous avez pris le ticket. Le numéro du client n'est pas connu.")
    return (Say(f"Vous avez pris le ticket. {CLIENT_CALLED}"), PutThrough(alert.caller))


def ended(talked: bool) -> Heard:
    """After the talk with the client."""
    return _ended("L'appel est terminé." if talked else "Le client ne répond pas.")


def _too_late(alert: Alert) -> str:
    if alert.taken_by:
        return f"Le ticket est déjà pris par {alert.taken_by}."
    return "Le ticket n'est plus à prendre."


def _ended(said: str) -> Heard:
    return Say(prompts.joined(said, prompts.GOODBYE)), HangUp()


def age(span: timedelta) -> str:
    """« à l'instant », « il y a 3 minutes », « il y a 2 heures »."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "à l'instant"
    number, unit = (minutes, "minute") if minutes < 60 else (minutes // 60, "heure")
    return f"il y a {'une' if number == 1 else number} {unit}{'s' if number > 1 else ''}"
