"""The client's six digits."""

from dataclasses import replace

from ivr import loss_of_service, menu, prompts, questions
from ivr.decision import Decision, DialogueContext
from ivr.effects import WrongCode
from ivr.events import Event, Pressed
from ivr.limits import TRIES_BEYOND


def after_code(scene: DialogueContext, event: Event) -> Decision:
    client = scene.book.client(event.keys) if isinstance(event, Pressed) else None
    if client:
        return _known(scene.with_(client=client.code))
    if not (isinstance(event, Pressed) and event.keys.isdigit()):
        return _again(scene, event)
    beyond = scene.facts.code_tries <= TRIES_BEYOND
    decision = _unknown(scene) if beyond else _again(scene, event)
    return replace(decision, orders=(WrongCode(beyond), *decision.orders))


def _again(scene: DialogueContext, event: Event) -> Decision:
    return questions.again(scene, event, questions.code, _unknown, prompts.CODE_UNKNOWN)


def _known(scene: DialogueContext) -> Decision:
    # The after-hours line asks for the code first, before anything was chosen.
    return loss_of_service.identified(scene) if scene.call.entity else menu.route(scene)


def _unknown(scene: DialogueContext) -> Decision:
    failed = scene.with_(code_failed=True)
    return loss_of_service.unverified(failed) if failed.call.entity else menu.route(failed)
