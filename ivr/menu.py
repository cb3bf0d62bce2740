"""The way in: greeting, menu, the team in hours, the nature of the request after hours."""

from directory.hours import Open
from directory.model import Entity, LineKind
from ivr import loss_of_service, message, prompts, questions
from ivr.call import DialogueState
from ivr.decision import Decision, DialogueContext
from ivr.effects import Nature, Refusal
from ivr.events import DialEnded, Event, Pressed
from ivr.steps import Connect, HangUp, Say

FOLLOW = "5"


def rang(scene: DialogueContext, _: Event) -> Decision:
    """Greet. The after-hours line asks who is calling first, unless it is served as the main one."""
    known = scene.book.client_of(scene.call.caller)
    scene = scene.with_(client=known.code if known else None)
    closed = not scene.book.open_entities(scene.line, scene.call.started_at)
    if scene.line.kind is LineKind.AFTER_HOURS and closed:
        return route(scene, scene.line.greeting) if known else questions.code(scene, scene.line.greeting)
    return questions.menu(scene, scene.line.greeting)


def route(scene: DialogueContext, said: str = "") -> Decision:
    """After-hours line, client known or not: straight to the only entity with the option, else the menu."""
    entities = {contract.entity for contract in scene.covered}
    if len(entities) == 1:
        return chosen(scene, scene.book.entity(entities.pop()), said)
    return questions.menu(scene, said)


def after_menu(scene: DialogueContext, event: Event) -> Decision:
    if isinstance(event, Pressed):
        if event.keys == FOLLOW and scene.is_patient:
            return questions.reference(scene)
        entity = scene.book.entity_by_key(event.keys)
        if entity:
            return chosen(scene, entity)
    return questions.again(scene, event, questions.menu, no_choice)


def no_choice(scene: DialogueContext) -> Decision:
    """Nothing heard, nothing understood: somebody who is there, else the organisation's voicemail."""
    open_now = scene.book.open_entities(scene.line, scene.call.started_at)
    return ring(scene.with_(entity=open_now[0].code)) if open_now else waits(scene)


def waits(scene: DialogueContext) -> Decision:
    """Nobody knows what it is about: a message for the desk, whose ticket wakes nobody."""
    return message.take_for_desk(scene, prompts.WAITS)


def chosen(scene: DialogueContext, entity: Entity, said: str = "") -> Decision:
    scene = scene.with_(entity=entity.code)
    hours = scene.book.judge(scene.line, entity, scene.call.started_at)
    if isinstance(hours, Open):
        return ring(scene, said)
    return questions.nature(scene, prompts.joined(said, prompts.closed(entity, hours, scene.began)))


# ---------------------------------------------------------------- in hours
def ring(scene: DialogueContext, said: str = "") -> Decision:
    """Ring the next phone of the team, or take a message when all have been rung."""
    entity, place = scene.entity, scene.call.ringing
    if entity is None or place >= len(entity.team):
        return message.take_for_desk(scene, prompts.joined(said, prompts.NOBODY_FREE))
    announced = [Say(prompts.joined(said, prompts.ringing(entity)))] if place == 0 else []
    phone = Connect(entity.team[place], entity.ring_seconds)
    return scene.with_(ringing=place + 1).then(DialogueState.RINGING, *announced, phone)


def after_ringing(scene: DialogueContext, event: Event) -> Decision:
    if isinstance(event, DialEnded) and event.talked:
        return message.goodbye(scene.with_(answered=True), "")
    if isinstance(event, DialEnded) and event.caller_left:
        return scene.then(DialogueState.OVER, HangUp())
    return ring(scene)


# ---------------------------------------------------------------- after hours
def after_nature(scene: DialogueContext, event: Event) -> Decision:
    match event:
        case Pressed("1"):
            return loss_of_service.begin(scene.with_(nature=Nature.SERVICE_LOSS))
        case Pressed("2"):
            return loss_of_service.refuse(scene.with_(nature=Nature.CHANGE), Refusal.CHANGE)
        case Pressed("3"):
            return loss_of_service.refuse(scene.with_(nature=Nature.INFORMATION), Refusal.INFORMATION)
        case _:
            return questions.again(scene, event, questions.nature, waits)
