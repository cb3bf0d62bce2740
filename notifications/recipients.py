"""To whom a client's mail goes."""

import re
from collections.abc import Iterator

from directory.index import Directory

ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:.\"()\[\]\\]+")


MOST_INFORMED = 10  # beside whoever declared it: a form of ours writes to no crowd


def of_ticket(
    book: Directory, *, client: str | None, caller: str | None, email: str, keep_informed: str
) -> tuple[str, ...]:
    """Who declared the ticket, or the contact whose number called, or the client's first; and whom to keep informed."""
    found = [next(_declaring(book, client, caller, email), ""), *informed(keep_informed)[:MOST_INFORMED]]
    return tuple(dict.fromkeys(address for address in found if address))


def informed(keep_informed: str) -> tuple[str, ...]:
    """Each address that somebody has written there, once."""
    return tuple(dict.fromkeys(ADDRESS.findall(keep_informed)))


def of_desk(book: Directory, entity: str | None) -> str:
    """The desk that works on an entity's tickets; "" when nobody has said where it reads its mail."""
    known = book.known_entity(entity)
    return (known.desk_email if known else "") or book.organisation.support_email


def _declaring(book: Directory, client: str | None, caller: str | None, email: str) -> Iterator[str]:
    known = book.client(client or "")
    contacts = known.contacts if known else ()
    yield from filter(None, [email])
    yield from (contact.email for contact in contacts if contact.email and caller in contact.phones)
    yield from (contact.email for contact in contacts if contact.email)
