"""A live bridge: whoever is on call is rung before the caller is asked for a message.

The page opens with the ticket all the same, and holds its breath meanwhile: accepted with a key it is taken, in any
other case it goes out."""

from dataclasses import replace
from datetime import timedelta

from ivr import message, prompts
from ivr.call import Stage
from ivr.decision import Decision, Scene
from ivr.directory import AfterHoursMode
from ivr.events import DialEnded, Event
from ivr.orders import OpenTicket, Order, WakeNow
from ivr.steps import Connect, HangUp, Say
from oncall.escalation import people
from oncall.policies import policy_of
from oncall.reachability import is_reachable, numbers

ACCEPTING = 15  # seconds that a person may take beyond the ringing: the whisper, and the key


def wanted(scene: Scene) -> bool:
    return scene.entity is not None and scene.entity.after_hours_mode is AfterHoursMode.BRIDGE


def begin(scene: Scene, order: OpenTicket) -> Decision:
    """Ring the people of the page's first step, one after another."""
    rung = _on_call(scene)
    if not rung:
        return message.take(scene, scene.paged, order)
    seconds = scene.entity.ring_seconds if scene.entity else 0
    held = replace(order, held=len(rung) * timedelta(seconds=seconds + ACCEPTING))
    return _ring(scene.with_(bridge=rung, ringing=0), prompts.BRIDGING, held)


def after_bridging(scene: Scene, event: Event) -> Decision:
    if isinstance(event, DialEnded) and event.talked:
        return message.goodbye(scene.with_(answered=True), "")
    if isinstance(event, DialEnded) and event.caller_left:
        return scene.then(Stage.OVER, HangUp(), orders=left(scene))
    if scene.call.ringing < len(scene.call.bridge):
        return _ring(scene, prompts.STILL_BRIDGING)
    return message.take(scene, scene.paged, *left(scene))


def left(scene: Scene) -> tuple[Order, ...]:
    """Nobody has accepted: the page goes out, without waiting for anything more."""
    bridging = scene.call.stage is Stage.BRIDGING and scene.call.ticket
    return (WakeNow(scene.call.ticket or ""),) if bridging else ()


def _ring(scene: Scene, said: str, *orders: Order) -> Decision:
    place = scene.call.ringing
    engineer = scene.book.engineer(scene.call.bridge[place])
    phone = Connect(numbers(engineer)[0] if engineer else "", scene.entity.ring_seconds if scene.entity else 0)
    return scene.with_(ringing=place + 1).then(Stage.BRIDGING, Say(said), phone, orders=orders)


def _on_call(scene: Scene) -> tuple[str, ...]:
    """Who has a telephone among those whom the first step names now."""
    entity, directory = scene.entity, scene.book.directory
    if entity is None:
        return ()
    step = policy_of(directory.policies, entity.policy).steps[0]
    found = people(step, scene.book.rota(entity.rota), directory.engineers, entity.code, scene.now)
    reachable = (scene.book.engineer(person.engineer) for person in found)
    return tuple(engineer.code for engineer in reachable if engineer and is_reachable(engineer))
