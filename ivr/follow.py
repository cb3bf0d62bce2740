"""A ticket that exists already: joined by a second call, or followed by its reference."""

from ivr import message, prompts, questions
from ivr.call import Stage
from ivr.decision import Decision, Scene
from ivr.events import Event, Pressed
from ivr.facts import TicketFacts
from ivr.orders import Escalate, PageAgain
from ivr.steps import Ask


def after_joined(scene: Scene, event: Event) -> Decision:
    ticket = scene.call.ticket or ""
    match event:
        case Pressed("1"):
            return message.take(scene, prompts.PAGED_AGAIN, PageAgain(ticket))
        case Pressed("2"):
            return message.take(scene, "")
        case _:
            return questions.again(scene, event, _ask_joined, lambda s: message.goodbye(s, ""))


def _ask_joined(scene: Scene, said: str) -> Decision:
    known = next((t for t in scene.facts.of_client if t.reference == scene.call.ticket), None)
    text = prompts.already_open(known, scene.local_now) if known else ""
    return scene.then(Stage.JOINED, Ask(prompts.joined(said, text)))


def after_reference(scene: Scene, event: Event) -> Decision:
    ticket = scene.facts.followed
    if ticket and isinstance(event, Pressed):
        return _ask_followed(scene.with_(ticket=ticket.reference, joined=True), "")
    return questions.again(scene, event, questions.reference, menu_again, prompts.REFERENCE_UNKNOWN)


def menu_again(scene: Scene) -> Decision:
    return questions.menu(scene)


def after_followed(scene: Scene, event: Event) -> Decision:
    match event:
        case Pressed("1"):
            return _escalate(scene)
        case Pressed("2"):
            return message.take(scene, "")
        case _:
            return questions.again(scene, event, _ask_followed, lambda s: message.goodbye(s, ""))


def _ask_followed(scene: Scene, said: str) -> Decision:
    known = scene.facts.followed or TicketFacts(reference=scene.call.ticket or "")
    return scene.then(Stage.FOLLOWED, Ask(prompts.joined(said, prompts.followed(known, scene.local_now))))


def _escalate(scene: Scene) -> Decision:
    known = scene.facts.followed or TicketFacts(reference=scene.call.ticket or "")
    told = message.goodbye(scene, prompts.escalated(known.due_restore_at, scene.local_now))
    return Decision(told.call, told.heard, (Escalate(known.reference, known.due_restore_at),))
