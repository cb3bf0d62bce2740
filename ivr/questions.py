"""The questions of the dialogue: what is asked at each stage, and what a failed answer leads to."""

from collections.abc import Callable
from dataclasses import replace

from directory.index import services_of, sites_of
from ivr import prompts
from ivr.call import DialogueState
from ivr.decision import Decision, DialogueContext
from ivr.events import Event, Pressed
from ivr.steps import Ask

TRIES = 3
Asking = Callable[[DialogueContext, str], Decision]  # the scene, and what is said before the question


def menu(scene: DialogueContext, said: str = "") -> Decision:
    entities = scene.book.directory.entities
    heard_before = scene.call.stage is DialogueState.MENU
    text = prompts.short_menu(entities) if heard_before else prompts.menu(entities)
    return scene.then(DialogueState.MENU, Ask(prompts.joined(said, text)))


def nature(scene: DialogueContext, said: str = "") -> Decision:
    return scene.then(DialogueState.NATURE, Ask(prompts.joined(said, prompts.NATURE)))


def code(scene: DialogueContext, said: str = "") -> Decision:
    return scene.then(DialogueState.CODE, Ask(prompts.joined(said, prompts.CODE), digits=None))


def service(scene: DialogueContext, said: str = "") -> Decision:
    return scene.then(DialogueState.SERVICE, Ask(prompts.joined(said, prompts.services(services_of(scene.covered)))))


def site(scene: DialogueContext, said: str = "") -> Decision:
    return scene.then(DialogueState.SITE, Ask(prompts.joined(said, prompts.sites(sites_at_stake(scene)))))


def callback(scene: DialogueContext, said: str = "") -> Decision:
    asked = scene.with_(callback_asked=True, callback=None)
    return asked.then(DialogueState.CALLBACK, Ask(prompts.joined(said, prompts.CALLBACK), digits=None))


def callback_check(scene: DialogueContext, said: str = "") -> Decision:
    text = prompts.callback_check(scene.call.callback or "")
    return scene.then(DialogueState.CALLBACK_CHECK, Ask(prompts.joined(said, text)))


def reference(scene: DialogueContext, said: str = "") -> Decision:
    return scene.then(DialogueState.REFERENCE, Ask(prompts.joined(said, prompts.REFERENCE), digits=None))


def sites_at_stake(scene: DialogueContext) -> tuple[str, ...]:
    """Sites that the lost service is covered for; none when the service is not known."""
    client, service_name = scene.client, scene.call.service
    return sites_of(client, scene.covered, service_name) if client and service_name else ()


def choice(event: Event, names: tuple[str, ...]) -> str | None:
    """The name behind a key 1–8; none for any other key."""
    if isinstance(event, Pressed) and event.keys in "12345678" and len(event.keys) == 1:
        place = int(event.keys) - 1
        return names[place] if place < len(names) else None
    return None


def again(
    scene: DialogueContext,
    event: Event,
    ask: Asking,
    give_up: Callable[[DialogueContext], Decision],
    sorry: str = prompts.NOT_UNDERSTOOD,
) -> Decision:
    """Silence and wrong keys, the same everywhere: ask again, and after the third failure go on without."""
    if event == Pressed("*") and scene.is_patient:
        return _at_try(ask(scene, ""), scene.call.tries)  # asked to repeat: no failure
    tries = scene.call.tries + 1
    if tries >= TRIES:
        return give_up(scene)
    return _at_try(ask(scene, sorry if isinstance(event, Pressed) else ""), tries)


def _at_try(decision: Decision, tries: int) -> Decision:
    return replace(decision, call=replace(decision.call, tries=tries))
