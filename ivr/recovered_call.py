"""A message that came by a way of its own: our web process was down, or in trouble in the middle of the call.

Nobody could be asked anything more, so what is known decides: whoever has an option somewhere that was closed is given
the benefit of the doubt, and somebody is woken."""

from directory.hours import Closed
from directory.index import services_of, sites_of
from directory.model import Contract
from ivr import message
from ivr.decision import DialogueContext
from ivr.effects import Nature, OpenTicket, Refusal


def ticket_for(scene: DialogueContext, *, spoken: bool) -> OpenTicket | None:
    """The ticket such a call deserves; none when somebody hung up in hours without a word."""
    client = scene.book.client_of(scene.call.caller)
    if client and not scene.call.client:
        scene = scene.with_(client=client.code)
    covered = _covered_while_closed(scene)
    if covered:
        return message.ticket(_served(scene, covered), pages=True)
    if spoken or not scene.book.open_entities(scene.line, scene.call.started_at):
        return _kept(scene)
    return None


def _covered_while_closed(scene: DialogueContext) -> tuple[Contract, ...]:
    """Contracts with the option, of the first entity that was closed when the call came."""
    contracts = [contract for contract in scene.covered if _was_closed(scene, contract.entity)]
    return tuple(contract for contract in contracts if contract.entity == contracts[0].entity)


def _was_closed(scene: DialogueContext, entity: str) -> bool:
    return isinstance(scene.book.judge(scene.line, scene.book.entity(entity), scene.call.started_at), Closed)


def _served(scene: DialogueContext, covered: tuple[Contract, ...]) -> DialogueContext:
    """What the contracts leave no doubt about."""
    services = services_of(covered)
    service = services[0] if len(services) == 1 else None
    sites = sites_of(scene.client, covered, service) if scene.client and service else ()
    return scene.with_(
        nature=Nature.SERVICE_LOSS, entity=covered[0].entity, service=service, sites=sites if len(sites) == 1 else ()
    )


def _kept(scene: DialogueContext) -> OpenTicket:
    """For the desk: of the entity that was chosen, or that all the client's contracts are with."""
    client, closed = scene.client, not scene.book.open_entities(scene.line, scene.call.started_at)
    entities = {contract.entity for contract in client.contracts} if client else set()
    refusal = Refusal.NO_OPTION if client else Refusal.UNVERIFIED
    known = scene.with_(
        entity=scene.call.entity or (entities.pop() if len(entities) == 1 else None),
        refusal=refusal if closed else None,
    )
    return message.ticket(known, mail_to=message.desk_of(known, known.entity))
