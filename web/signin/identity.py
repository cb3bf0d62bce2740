"""Whose account it is that somebody else vouches for: known by what they are called there, by their address once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from storage.accounts import accounts
from storage.database import Database
from web.languages import gettext
from web.signin.user_store import Person


class TurnedAway(Exception):
    """Nobody is let in; the message is the sentence that says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the provider has signed of somebody."""

    issuer: str
    subject: str
    email: str  # which the provider has verified; else empty


def left_by(state: str) -> str:
    """The key under which a session keeps that its browser left for the provider with this state (Authlib's)."""
    return f"_state_oidc_{state}"


def whose(database: Database, identity: Identity) -> Person:
    """Raises TurnedAway: nobody is created by signing in."""
    with database.read() as db:
        row = accounts.of_identity(db, identity.issuer, identity.subject) or _by_address(db, identity)
    if not row.active:
        raise TurnedAway(gettext("Ce compte est fermé : demandez à un administrateur."))
    return Person(row)


def _by_address(db: Connection, identity: Identity) -> Row[Any]:
    if not identity.email:
        raise TurnedAway(gettext("Le fournisseur d'identité ne confirme pas votre adresse de courriel."))
    row = accounts.find(db, email=identity.email)
    if row is None:
        known = gettext("Aucun compte pour %(email)s : demandez une invitation.", email=identity.email)
        raise TurnedAway(known)
    if row.oidc_subject is not None:  # an address that was given to somebody else opens nothing
        raise TurnedAway(gettext("Ce compte est lié à une autre identité : un administrateur peut défaire ce lien."))
    return row
