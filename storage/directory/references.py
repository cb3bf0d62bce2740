"""What one section says of another: every code that is named must exist, once.

Where a code could not be read, whoever names an unknown one may mean it: only the faulty code is told."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import TypeVar

from directory.model import Client, Contract, DirectoryData, Entity
from directory.policies import EVERYONE, Policy
from oncall.rotas import Rota
from storage.directory.faults import Fault, instead_of
from translatable import Message

T = TypeVar("T")


def check(directory: DirectoryData) -> Iterator[Fault]:
    """Every reference that leads nowhere, every name given twice; empty values were faults already."""
    yield from _present(directory)
    yield from _given_once(directory)
    yield from _exceptions(directory)
    for i, entity in enumerate(directory.entities):
        yield from _entity(f"entities[{i}]", entity, directory)
    yield from _clients(directory)
    yield from _people(directory)
    yield from _policies(directory)
    yield from _hierarchy(directory)


def _present(directory: DirectoryData) -> Iterator[Fault]:
    if not directory.lines:
        yield Fault("", "aucune ligne; ajoutez au moins une section [[lines]]")
    if not directory.entities:
        yield Fault("", "aucune entité; ajoutez au moins une section [[entities]]")


def _given_once(directory: DirectoryData) -> Iterator[Fault]:
    yield from _twice("lines", directory.lines, Message("numéro"), lambda line: line.number)
    yield from _twice("entities", directory.entities, Message("touche"), lambda entity: str(entity.key or ""))
    yield from _twice("entities", directory.entities, Message("code"), lambda entity: entity.code)
    yield from _twice("levels", directory.levels, Message("code"), lambda level: level.code)
    yield from _twice("clients", directory.clients, Message("code"), lambda client: client.code)
    yield from _twice("employers", directory.employers, Message("code"), lambda employer: employer.code)
    yield from _twice("engineers", directory.engineers, Message("code"), lambda engineer: engineer.code)
    yield from _twice("rotas", directory.rotas, Message("code"), lambda rota: rota.code)
    yield from _twice("policies", directory.policies, Message("code"), lambda policy: policy.code)
    for i, entity in enumerate(directory.entities):
        yield from _twice(f"entities[{i}].services", entity.services, Message("service"), str)
    for i, client in enumerate(directory.clients):
        yield from _twice(f"clients[{i}].sites", client.sites, Message("site"), str)


def _twice(section: str, items: Iterable[T], what: str, name: Callable[[T], str]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for i, item in enumerate(items):
        if (key := name(item)) and first.setdefault(key, i) != i:
            yield Fault(
                f"{section}[{i}]",
                Message(
                    "%(what)s « %(key)s » déjà pris par %(section)s[%(first)s]",
                    what=what,
                    key=key,
                    section=section,
                    first=first[key],
                ),
            )


def _unknown(place: str, what: str, name: str | None, known: Collection[str]) -> Iterator[Fault]:
    if name and name not in known and "" not in known:
        yield Fault(
            place,
            Message("%(what)s « %(name)s » n'existe pas%(near)s", what=what, name=name, near=instead_of(name, known)),
        )


def _exceptions(directory: DirectoryData) -> Iterator[Fault]:
    codes = [entity.code for entity in directory.entities]
    for i, closure in enumerate(directory.closures):
        yield from _unknown(f"closures[{i}]", Message("entité"), closure.entity, codes)
    for i, opening in enumerate(directory.openings):
        yield from _unknown(f"openings[{i}]", Message("entité"), opening.entity, codes)


def _entity(place: str, entity: Entity, directory: DirectoryData) -> Iterator[Fault]:
    yield from _unknown(place, Message("planning"), entity.rota, [rota.code for rota in directory.rotas])
    yield from _unknown(place, Message("politique"), entity.policy, [policy.code for policy in directory.policies])


def _clients(directory: DirectoryData) -> Iterator[Fault]:
    entities = {entity.code: entity for entity in directory.entities}
    levels = [level.code for level in directory.levels]
    for i, client in enumerate(directory.clients):
        for j, contract in enumerate(client.contracts):
            place = f"clients[{i}].contracts[{j}]"
            yield from _unknown(place, Message("entité"), contract.entity, entities)
            yield from _unknown(place, Message("niveau"), contract.level, levels)
            if entity := entities.get(contract.entity):
                yield from _service(place, contract.service, entity)
        yield from _overlaps(i, client)


def _service(place: str, service: str, entity: Entity) -> Iterator[Fault]:
    if service and service not in entity.services:
        near = instead_of(service, entity.services)
        yield Fault(
            place,
            Message(
                "service « %(service)s » n'existe pas chez %(code)s%(near)s",
                service=service,
                code=entity.code,
                near=near,
            ),
        )


def _overlaps(i: int, client: Client) -> Iterator[Fault]:
    for (j, one), (k, other) in combinations(enumerate(client.contracts), 2):
        same = (one.entity, one.service) == (other.entity, other.service)
        if same and one.service and _same_days(one, other) and _same_sites(one, other):
            yield Fault(
                f"clients[{i}].contracts[{k}]",
                Message(
                    "couvre les mêmes jours et sites que contracts[%(number)s] pour « %(service)s »;"
                    " réunissez-les, ou changez les dates",
                    number=j,
                    service=one.service,
                ),
            )


def _same_days(one: Contract, other: Contract) -> bool:
    ends = min(one.until or date.max, other.until or date.max)
    return date.min < min(one.starts, other.starts) and max(one.starts, other.starts) <= ends


def _same_sites(one: Contract, other: Contract) -> bool:
    return not one.sites or not other.sites or not set(one.sites).isdisjoint(other.sites)


def _people(directory: DirectoryData) -> Iterator[Fault]:
    entities = [entity.code for entity in directory.entities]
    engineers = [engineer.code for engineer in directory.engineers]
    layers = {layer.name for rota in directory.rotas for layer in rota.layers}
    employers = [employer.code for employer in directory.employers]
    for i, engineer in enumerate(directory.engineers):
        yield from _unknown(f"engineers[{i}]", Message("employeur"), engineer.employer, employers)
        for entity in engineer.entities:
            yield from _unknown(f"engineers[{i}]", Message("entité"), entity, entities)
        if engineer.code == EVERYONE or engineer.code in layers:  # a step could mean either
            yield Fault(
                f"engineers[{i}]", Message("code « %(code)s » déjà pris par une couche ou réservé", code=engineer.code)
            )
    for i, rota in enumerate(directory.rotas):
        yield from _rota(f"rotas[{i}]", rota, engineers)


def _rota(place: str, rota: Rota, engineers: list[str]) -> Iterator[Fault]:
    yield from _unknown(place, Message("ingénieur"), rota.fallback, engineers)
    yield from _unknown(place, Message("ingénieur"), rota.responsible, engineers)
    for i, layer in enumerate(rota.layers):
        for engineer in layer.engineers:
            yield from _unknown(f"{place}.layers[{i}]", Message("ingénieur"), engineer, engineers)
    for i, override in enumerate(rota.overrides):
        yield from _unknown(f"{place}.overrides[{i}]", Message("ingénieur"), override.engineer, engineers)


def _policies(directory: DirectoryData) -> Iterator[Fault]:
    known = [EVERYONE, *(engineer.code for engineer in directory.engineers)]
    known += [layer.name for rota in directory.rotas for layer in rota.layers]
    for i, policy in enumerate(directory.policies):
        yield from _steps(f"policies[{i}]", policy, known)


def _steps(place: str, policy: Policy, known: list[str]) -> Iterator[Fault]:
    for i, step in enumerate(policy.steps):
        for who in step.who:
            yield from _unknown(f"{place}.steps[{i}]", Message("couche ou ingénieur"), who, known)


def _hierarchy(directory: DirectoryData) -> Iterator[Fault]:
    known = [f"{entity.code}/{service}" for entity in directory.entities for service in entity.services]
    known += ["" for entity in directory.entities if not entity.code]
    for i, contact in enumerate(directory.escalation_contacts):
        for service in contact.services:
            yield from _unknown(f"escalation_contacts[{i}]", Message("service"), service, known)
