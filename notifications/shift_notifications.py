"""What engineers are told of their shifts: taking one up, a colleague who does not, changes of a rota.

Times are local; SMS are GSM-7, in one segment where the address of the line allows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

import translatable
from ivr import prompts
from ivr.events import Event, Pressed, Rang
from ivr.steps import Ask, HangUp, Heard, Say
from notifications import gsm7, texts

SILENCES = 2  # of a call about a shift
MORNING, EVENING = time(8), time(20)  # nobody is woken by the news of a rota
NAME_ROOM = 24  # septets
NAMED_AT_MOST = 3  # changes that an SMS tells one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A shift in words; the two instants local."""

    organisation: str
    rota: str
    layer: str
    name: str  # of whoever has it
    starts: datetime
    until: datetime

    @property
    def what(self) -> str:
        return f"{_name(self.rota)} ({_name(self.layer)})"

    @property
    def first(self) -> str:
        return texts.moment(self.starts)

    @property
    def last(self) -> str:
        return texts.moment(self.until)

    @property
    def when(self) -> str:
        """« du lundi 14/09 à 08:30 au lundi 21/09 à 08:30 »."""
        return f"du {self.first} au {self.last}"


# ---------------------------------------------------------------- taking up
def takeup_sms(duty: Duty, link: str) -> str:
    """Shortly before a shift, to whoever takes over."""
    return _sms(duty.organisation, f"votre astreinte {duty.what} commence {duty.first}. Confirmez : {link}")


def missed_sms(duty: Duty) -> str:
    """To whoever is relieved and to the responsible: nobody has said that they take over."""
    said = f"{_name(duty.name)} n'a pas confirmé son astreinte {duty.what} {duty.when}. Restez joignable."
    return _sms(duty.organisation, said)


def declined_sms(duty: Duty) -> str:
    said = f"{_name(duty.name)} ne peut pas prendre son astreinte {duty.what} {duty.when}. Restez joignable."
    return _sms(duty.organisation, said)


def well_after_all_sms(duty: Duty) -> str:
    """After one of the two before."""
    return _sms(duty.organisation, f"{_name(duty.name)} prend finalement son astreinte {duty.what} {duty.when}.")


def answered_sms(duty: Duty, confirmed: bool) -> str:
    """To whoever has answered by SMS."""
    noted = "Vous prenez" if confirmed else "Le responsable est prévenu que vous ne prenez pas"
    return gsm7.normalise(f"C'est noté. {noted} l'astreinte {duty.what} {duty.when}.")


class Answer(StrEnum):
    NONE = "none"
    CONFIRM = "confirm"
    DECLINE = "decline"


def answer(event: Event) -> Answer:
    """What a key means in the call about a shift; only a key means anything: a machine may have picked up."""
    match event:
        case Pressed("1"):
            return Answer.CONFIRM
        case Pressed("9"):
            return Answer.DECLINE
        case _:
            return Answer.NONE


def takeup_call(duty: Duty, event: Event, stands: bool, silences: int = 0) -> Heard:
    """The same as a call. `stands`: the shift is still theirs, and still to come or under way."""
    if not stands:
        return _ended("Cette astreinte n'est plus à prendre.")
    match event:
        case Pressed("1"):
            return _ended("C'est noté. Vous prenez l'astreinte.")
        case Pressed("9"):
            return _ended("C'est noté. Le responsable est prévenu.")
        case Rang() | Pressed("*"):
            return (Ask(prompts.joined(_takeup_spoken(duty), _KEYS)),)
        case _ if silences + 1 >= SILENCES:
            return _ended("")
        case Pressed():
            return (Ask(prompts.joined(prompts.NOT_UNDERSTOOD, _KEYS)),)
        case _:
            return (Ask(prompts.joined(_takeup_spoken(duty), _KEYS)),)


_KEYS = "Pour confirmer, tapez 1. Si vous ne pouvez pas, tapez 9."


def _takeup_spoken(duty: Duty) -> str:
    starts = f"{translatable.WEEKDAYS[duty.starts.weekday()]} à {prompts.clock(duty.starts)}"
    return f"{duty.organisation}. Votre astreinte {duty.rota}, {duty.layer}, commence {starts}."


def told_call(text: str) -> Heard:
    """A message read out, twice: whoever picks up misses the first words."""
    return Say(prompts.joined(text, "Je répète.", text, prompts.GOODBYE)), HangUp()


def _ended(said: str) -> Heard:
    return Say(prompts.joined(said, prompts.GOODBYE)), HangUp()


# ---------------------------------------------------------------- handing over
def asking_sms(duty: Duty, link: str, back: Duty | None = None) -> str:
    """To a colleague: would they take this shift of somebody, maybe for one of theirs?"""
    swapped = f", contre la vôtre {back.when}" if back else ""
    said = f"{_name(duty.name)} vous demande son astreinte {duty.what} {duty.when}{swapped}. Répondre : {link}"
    return _sms(duty.organisation, said)


def asking_mail(duty: Duty, link: str, back: Duty | None, word: str) -> tuple[str, str]:
    swapped = [f"En échange de la vôtre {back.when}."] if back else []
    said = [f"« {word} »", ""] if word else []
    lines = [f"{duty.name} vous demande de prendre son astreinte {duty.what} {duty.when}.", *swapped, "", *said,
             "Voir ce que cela change, accepter ou refuser :", link]  # fmt: skip
    return f"Astreinte {duty.organisation} : {duty.name} vous demande un tour", "\n".join(lines)


def handed_over_sms(duty: Duty, taker: str) -> str:
    """To whoever has asked."""
    return _sms(duty.organisation, f"{_name(taker)} prend votre astreinte {duty.what} {duty.when}.")


def refused_sms(duty: Duty, taker: str) -> str:
    return _sms(duty.organisation, f"{_name(taker)} ne prend pas votre astreinte {duty.what} {duty.when}.")


# ---------------------------------------------------------------- changes
@dataclass(frozen=True, slots=True)
class News:
    """One shift that somebody has gained, lost or kept, or whose times have moved."""

    before: Duty | None
    after: Duty | None
    is_kept: bool = False  # a piece that they had already: the rest of a shift of which the middle is gone

    @property
    def told(self) -> str:
        match self.before, self.after:
            case None, Duty() as kept if self.is_kept:
                return f"Toujours à vous : {kept.what}, {kept.when}"
            case None, Duty() as new:
                return f"En plus : {new.what}, {new.when}"
            case Duty() as old, None:
                return f"En moins : {old.what}, {old.when}"
            case Duty() as old, Duty() as new:
                return f"Déplacée : {new.what}, {new.when} (c'était {old.when})"
            case _:
                return ""

    @property
    def begins(self) -> datetime:
        return min(duty.starts for duty in (self.before, self.after) if duty)


def changed_mail(organisation: str, news: Sequence[News], where: str = "") -> tuple[str, str]:
    """Subject and body of the mail to somebody whose shifts have changed; `where`: the page that takes a receipt."""
    lines = ["Votre planning d'astreinte a changé.", "", *(f"- {one.told}" for one in news)]
    lines += ["", "Dites que vous l'avez vu :", where] if where else []
    return f"Astreinte {organisation} : vos tours ont changé", "\n".join(lines)


def changed_sms(organisation: str, news: Sequence[News]) -> str:
    told = ". ".join(one.told for one in news[:NAMED_AT_MOST])
    more = f" Et {len(news) - NAMED_AT_MOST} autres changements." if len(news) > NAMED_AT_MOST else ""
    return _sms(organisation, f"vos astreintes ont changé. {told}.{more}")


def told_at(news: Sequence[News], now: datetime, time_to_answer: timedelta = timedelta()) -> datetime:
    """When an SMS may tell it: by day, unless it begins before the morning, or too soon after; `now` is local."""
    if MORNING <= now.time() < EVENING:
        return now
    day = now.date() + timedelta(days=now.time() >= EVENING)
    morning = datetime.combine(day, MORNING, tzinfo=now.tzinfo)
    return now if any(one.begins < morning + time_to_answer for one in news) else morning


def _sms(organisation: str, said: str) -> str:
    return f"{_name(organisation)} : {gsm7.normalise(said)}"


def _name(name: str) -> str:
    """A name on one line of GSM-7, which gives way to what is said of it."""
    return gsm7.shorten(" ".join(gsm7.normalise(name).split()), NAME_ROOM)
