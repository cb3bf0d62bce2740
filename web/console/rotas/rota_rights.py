"""Who keeps which rota: an admin, an admin of its entities, an engineer their own turns."""

from directory.index import Directory
from oncall.rotas import Engineer, Rota
from storage.accounts import accounts
from storage.accounts.accounts import Role
from web.signin.user_store import Person


def may_change(person: Person, book: Directory, rota: Rota) -> bool:
    """Whoever keeps it, and an engineer who works for it: they take turns over, and give none away."""
    return keeps(person, book, rota) or _works_for(person, book, rota)


def keeps(person: Person, book: Directory, rota: Rota) -> bool:
    """An admin, or an admin of all the entities that it is for."""
    entities = {entity.code for entity in book.entities_of(rota.code)}
    some = bool(entities) and entities <= set(person.entities)
    return Role.ADMIN in person.held and (not person.entities or some)


def is_engineer(person: Person, engineer: str) -> bool:
    return Role.ENGINEER in person.held and person.engineer == engineer


def counts(person: Person, engineer: Engineer) -> bool:
    """Whose standby somebody sees: their own, an admin everybody's, or their entities' people's."""
    of_theirs = accounts.oversees(person.entities, engineer.entities)
    return is_engineer(person, engineer.code) or (Role.ADMIN in person.held and of_theirs)


def _works_for(person: Person, book: Directory, rota: Rota) -> bool:
    engineer = book.engineer(person.engineer or "") if Role.ENGINEER in person.held else None
    return engineer is not None and book.works_for(engineer, rota)
