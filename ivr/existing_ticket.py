"""A ticket that exists already: joined by a second call, or followed by its reference."""

from directory.model import Entity
from ivr import hierarchy, limits, message, prompts, questions
from ivr.call import DialogueState
from ivr.decision import Decision, DialogueContext
from ivr.effects import Escalate, PageAgain
from ivr.events import Event, Pressed
from ivr.facts import TicketFacts
from ivr.steps import Ask
from tickets.escalations import Answer, Asker, Wish


# ---------------------------------------------------------------- joined
def after_joined(scene: DialogueContext, event: Event) -> Decision:
    match event:
        case Pressed("1"):
            return _worse(scene)
        case Pressed("2"):
            return _add(scene)
        case _:
            return questions.again(scene, event, _ask_joined, _add)


def _worse(scene: DialogueContext) -> Decision:
    """Woken again; whoever was woken for it a moment ago is not, and the desk hears of the message."""
    ticket, last = scene.call.ticket or "", scene.facts.worse_at
    if limits.may_wake(last, scene.now):
        return message.take(scene, prompts.PAGED_AGAIN, PageAgain(ticket))
    return message.add(scene, prompts.paged_lately(last or scene.now, scene.local_now), scene.entity, PageAgain(ticket))


def _add(scene: DialogueContext) -> Decision:
    return message.add(scene, "", scene.entity)


def _ask_joined(scene: DialogueContext, said: str) -> Decision:
    known = next((t for t in scene.facts.of_client if t.reference == scene.call.ticket), None)
    text = prompts.already_open(known, scene.keeper(known), scene.local_now) if known else prompts.JOINED_CHOICE
    return scene.then(DialogueState.JOINED, Ask(prompts.joined(said, text)))


# ---------------------------------------------------------------- followed
def after_reference(scene: DialogueContext, event: Event) -> Decision:
    ticket = scene.facts.followed
    if ticket and isinstance(event, Pressed):
        return _ask_followed(scene.with_(ticket=ticket.reference, joined=True), "")
    sorry = prompts.REFERENCE_UNKNOWN if isinstance(event, Pressed) else ""
    return questions.again(scene, event, questions.reference, lambda s: questions.menu(s, sorry), sorry)


def after_followed(scene: DialogueContext, event: Event) -> Decision:
    match event:
        case Pressed("1") if _escalation(scene) is not Answer.REFUSED:
            return _escalate(scene)
        case Pressed("2"):
            return message.add(scene, "", _entity_of(scene))
        case _:
            return questions.again(scene, event, _ask_followed, lambda s: message.goodbye(s, ""))


def _ask_followed(scene: DialogueContext, said: str) -> Decision:
    known = _followed(scene)
    offered = _wish(scene).asker is Asker.CLIENT and _escalation(scene) is not Answer.REFUSED
    text = prompts.followed(known, scene.keeper(known), scene.local_now, escalates=offered)
    return scene.then(DialogueState.FOLLOWED, Ask(prompts.joined(said, text)))


def _escalate(scene: DialogueContext) -> Decision:
    """What the one rule allows: the hierarchy, a note, or the desk."""
    known = _followed(scene)
    due = known.due_restore_at if known.holds(scene.now) else None
    said = prompts.escalated(_escalation(scene), due, scene.facts.past.told_at, scene.local_now)
    told = message.goodbye(scene, said)
    return Decision(told.call, told.heard, (Escalate(known.reference, _wish(scene)),))


def _escalation(scene: DialogueContext) -> Answer:
    return hierarchy.answer(scene.book, _followed(scene), _wish(scene), scene.facts.past, scene.now)


def _wish(scene: DialogueContext) -> Wish:
    """The caller's, who is the client's by their number or by the code that they typed."""
    client = _followed(scene).client
    return Wish(asker=Asker.CLIENT if client and client == scene.call.client else Asker.UNKNOWN)


def _followed(scene: DialogueContext) -> TicketFacts:
    return scene.facts.followed or TicketFacts(reference=scene.call.ticket or "")


def _entity_of(scene: DialogueContext) -> Entity | None:
    return scene.book.known_entity(_followed(scene).entity)
