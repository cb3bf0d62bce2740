"""A live bridge: whoever is on call is rung before the caller is asked for a message.

The page opens with the ticket all the same, and holds its breath meanwhile: accepted with a key it is taken, in any
other case it goes out."""

from dataclasses import replace
from datetime import timedelta

from directory.model import AfterHoursMode
from directory.policies import policy_of
from ivr import message, prompts
from ivr.call import DialogueState
from ivr.decision import Decision, DialogueContext
from ivr.effects import Effect, OpenTicket, WakeNow
from ivr.events import DialEnded, Event
from ivr.steps import Connect, HangUp, Say
from oncall.reachability import is_reachable, numbers
from oncall.targets import people

ACCEPTING = 15  # seconds that a person may take beyond the ringing: the whisper, and the key


def wanted(scene: DialogueContext) -> bool:
    return scene.entity is not None and scene.entity.after_hours_mode is AfterHoursMode.BRIDGE


def begin(scene: DialogueContext, order: OpenTicket) -> Decision:
    """Ring the people of the page's first step, one after another."""
    rung = _on_call(scene)
    if not rung:
        return message.take(scene, scene.paged, order)
    seconds = scene.entity.ring_seconds if scene.entity else 0
    held = replace(order, held=len(rung) * timedelta(seconds=seconds + ACCEPTING))
    return _ring(scene.with_(bridge=rung, ringing=0), prompts.BRIDGING, held)


def after_bridging(scene: DialogueContext, event: Event) -> Decision:
    if isinstance(event, DialEnded) and event.talked:
        return message.goodbye(scene.with_(answered=True), "")
    if isinstance(event, DialEnded) and event.caller_left:
        return scene.then(DialogueState.OVER, HangUp(), orders=left(scene))
    if scene.call.ringing < len(scene.call.bridge):
        return _ring(scene, prompts.STILL_BRIDGING)
    return message.take(scene, scene.paged, *left(scene))


def left(scene: DialogueContext) -> tuple[Effect, ...]:
    """Nobody has accepted: the page goes out, without waiting for anything more."""
    bridging = scene.call.stage is DialogueState.BRIDGING and scene.call.ticket
    return (WakeNow(scene.call.ticket or ""),) if bridging else ()


def _ring(scene: DialogueContext, said: str, *orders: Effect) -> Decision:
    place = scene.call.ringing
    engineer = scene.book.engineer(scene.call.bridge[place])
    phone = Connect(numbers(engineer)[0] if engineer else "", scene.entity.ring_seconds if scene.entity else 0)
    return scene.with_(ringing=place + 1).then(DialogueState.BRIDGING, Say(said), phone, orders=orders)


def _on_call(scene: DialogueContext) -> tuple[str, ...]:
    """Who has a telephone among those whom the first step names now."""
    entity, directory = scene.entity, scene.book.directory
    if entity is None:
        return ()
    step = policy_of(directory.policies, entity.policy).steps[0]
    found = people(step, scene.book.rota(entity.rota), directory.engineers, entity.code, scene.now)
    reachable = (scene.book.engineer(person.engineer) for person in found)
    return tuple(engineer.code for engineer in reachable if engineer and is_reachable(engineer))
