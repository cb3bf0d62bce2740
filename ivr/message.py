"""Taking a message: a withheld caller's number first, the beep, then the reference."""

from directory import phone_numbers
from directory.model import Entity
from ivr import prompts, questions
from ivr.call import DialogueState
from ivr.decision import Decision, DialogueContext
from ivr.effects import Effect, NoteMessage, NoteNumber, OpenTicket, SetCaller
from ivr.events import Event, Pressed
from ivr.steps import HangUp, Say, TakeMessage


def take(scene: DialogueContext, said: str, *orders: Effect) -> Decision:
    """Lead to the beep; the ticket is among the orders, hence there before it."""
    if scene.call.caller is None and not scene.call.callback_asked:
        asked = questions.callback(scene, said)
        return Decision(asked.call, asked.heard, orders)
    return scene.then(DialogueState.MESSAGE, TakeMessage(prompts.joined(said, prompts.BEEP)), orders=orders)


def take_for_desk(scene: DialogueContext, said: str) -> Decision:
    """A message that waits for the desk: its ticket wakes nobody."""
    return take(scene, said, ticket(scene, mail_to=desk_of(scene, scene.entity)))


def add(scene: DialogueContext, said: str, entity: Entity | None, *orders: Effect) -> Decision:
    """A message on a ticket that is there already: its desk is told, or nobody would listen to it."""
    return take(scene, said, *orders, NoteMessage(scene.call.ticket or "", desk_of(scene, entity)))


def ticket(scene: DialogueContext, *, pages: bool = False, mail_to: str = "") -> OpenTicket:
    """A ticket with all that the call has established so far."""
    call = scene.call
    return OpenTicket(
        nature=call.nature,
        refusal=call.refusal,
        verified=call.client is not None,
        entity=call.entity,
        client=call.client,
        service=call.service,
        sites=call.sites,
        pages=pages,
        mail_to=mail_to,
    )


def desk_of(scene: DialogueContext, entity: Entity | None) -> str:
    return (entity.desk_email if entity else "") or scene.book.organisation.support_email


def after_callback(scene: DialogueContext, event: Event) -> Decision:
    """A number was typed; silence goes on without one."""
    if not isinstance(event, Pressed):
        return _beep(scene)
    number = phone_numbers.from_keypad(event.keys)
    if number is None:
        return questions.again(scene, event, questions.callback, _beep, prompts.CALLBACK_BAD)
    checked = questions.callback_check(scene.with_(callback=number))
    return Decision(checked.call, checked.heard, (NoteNumber(number),))


def after_callback_check(scene: DialogueContext, event: Event) -> Decision:
    match event:
        case Pressed("1") if scene.call.callback:
            return _beep(scene, SetCaller(scene.call.callback))
        case Pressed("2") if scene.is_patient:
            return questions.callback(scene)
        case Pressed():
            return questions.again(scene, event, questions.callback_check, _beep)
        case _:
            return _beep(scene)  # goes on without: a wrong number would wake a stranger; it stays noted


def _beep(scene: DialogueContext, *orders: Effect) -> Decision:
    return scene.then(DialogueState.MESSAGE, TakeMessage(prompts.BEEP), orders=orders)


def after_message(scene: DialogueContext, _: Event) -> Decision:
    """However the message ended: the reference, twice."""
    if not scene.call.ticket:
        return goodbye(scene, prompts.KEPT)
    added = prompts.ADDED if scene.call.joined else ""
    return goodbye(scene, prompts.joined(added, prompts.reference_twice(scene.call.ticket)))


def goodbye(scene: DialogueContext, said: str) -> Decision:
    return scene.then(DialogueState.OVER, Say(prompts.joined(said, prompts.GOODBYE)), HangUp())
