"""A service is lost after hours: whose, which, where; then the engineer on call is woken."""

from directory.index import services_of
from ivr import bridge, limits, message, prompts, questions
from ivr.call import DialogueState
from ivr.decision import Decision, DialogueContext
from ivr.effects import Effect, JoinTicket, PageAgain, Refusal
from ivr.events import Event, Pressed
from ivr.facts import TicketFacts
from ivr.steps import Ask


def begin(scene: DialogueContext) -> Decision:
    """Who is calling: known by the number, else by the code, else kept as unverified."""
    if scene.client:
        return identified(scene)
    return unverified(scene) if scene.call.code_failed else questions.code(scene)


def refuse(scene: DialogueContext, why: Refusal) -> Decision:
    """Its own sentence, then a message for reopening; nobody is woken."""
    return message.take_for_desk(scene.with_(refusal=why), prompts.REFUSALS[why])


def unverified(scene: DialogueContext) -> Decision:
    entity = scene.entity
    if entity and entity.page_unverified and scene.facts.may_wake:
        told = scene.with_(refusal=Refusal.UNVERIFIED)
        return message.take(told, scene.paged, message.ticket(told, pages=True))
    return refuse(scene, Refusal.UNVERIFIED)


def identified(scene: DialogueContext) -> Decision:
    """Which of the client's services with the option is lost."""
    services = services_of(scene.covered)
    if not services:
        return refuse(scene, Refusal.NO_OPTION)
    return service_known(scene.with_(service=services[0])) if len(services) == 1 else questions.service(scene)


def after_service(scene: DialogueContext, event: Event) -> Decision:
    services = services_of(scene.covered)
    chosen = questions.choice(event, services)
    if chosen:
        return service_known(scene.with_(service=chosen))
    if event == Pressed(prompts.MORE) and len(services) > 8:
        return wake(scene)
    return questions.again(scene, event, questions.service, wake)


def service_known(scene: DialogueContext) -> Decision:
    """An open ticket about it is joined; else where it is lost."""
    sites = questions.sites_at_stake(scene)
    if len(sites) > 1 and not _open_already(scene):
        return questions.site(scene)
    return wake(scene.with_(sites=sites))


def after_site(scene: DialogueContext, event: Event) -> Decision:
    sites = questions.sites_at_stake(scene)
    chosen = questions.choice(event, sites)
    if chosen:
        return wake(scene.with_(sites=(chosen,)))
    if event == Pressed(prompts.MORE):
        return wake(scene.with_(sites=sites))
    return questions.again(scene, event, questions.site, wake)


def wake(scene: DialogueContext) -> Decision:
    """Eligible: the page opens with the ticket, before the beep, whatever is still unknown.

    A colleague of the caller may have been quicker: then theirs is joined."""
    known = _open_already(scene)
    if known:
        return _join(scene, known)
    order = message.ticket(scene, pages=True)
    return bridge.begin(scene, order) if bridge.wanted(scene) else message.take(scene, scene.paged, order)


def _open_already(scene: DialogueContext) -> TicketFacts | None:
    """About the same service; where none was chosen, the one of late that names none either."""
    call = scene.call
    client, entity = call.client or "", call.entity or ""
    if call.service:
        return scene.facts.same_loss(client, entity, call.service)
    return scene.facts.unnamed_loss(client, entity, scene.now - limits.SPAN)


def _join(scene: DialogueContext, known: TicketFacts) -> Decision:
    joined = scene.with_(ticket=known.reference, joined=True)
    told = Ask(prompts.already_open(known, scene.keeper(known), scene.local_now))
    return joined.then(DialogueState.JOINED, told, orders=(JoinTicket(known.reference),))


def left_behind(scene: DialogueContext) -> tuple[Effect, ...]:
    """The caller hung up at the service or site question, option established, or while the engineer's telephone
    rang: woken all the same."""
    choosing = scene.call.stage in (DialogueState.SERVICE, DialogueState.SITE) and not scene.call.ticket
    if scene.call.stage is DialogueState.BRIDGING:
        return bridge.left(scene)
    return _left_choosing(scene) if choosing and scene.covered else ()


def _left_choosing(scene: DialogueContext) -> tuple[Effect, ...]:
    """Reported again in the same words, it is joined; whoever has it hears of what may be another service."""
    known = _open_already(scene)
    if known is None:
        return (message.ticket(scene, pages=True),)
    joins = JoinTicket(known.reference)
    return (joins, PageAgain(known.reference)) if known.acknowledged_at and not known.service else (joins,)
