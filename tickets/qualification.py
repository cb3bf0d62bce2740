"""What must be known of a ticket, and what its client was asked for: a checklist, never a refusal.

Qualified: the caller, the service with its level, and the sites are known. The rest is asked for, on whichever way the
ticket came."""

from collections.abc import Mapping
from enum import StrEnum


class Item(StrEnum):
    """Codes are those of the ticket's own fields."""

    CLIENT = "client"
    SERVICE = "service"
    SITES = "sites"
    CALLER = "caller"
    CONTACT = "contact"
    SITE_CONTACT = "site_contact"
    DESCRIPTION = "description"
    LOCATION = "location"
    CONSEQUENCES = "consequences"
    KEEP_INFORMED = "keep_informed"


QUALIFIES = (Item.CLIENT, Item.SERVICE, Item.SITES, Item.CALLER)
ITEMS: dict[Item, str] = {
    Item.CLIENT: "client",
    Item.SERVICE: "service, et son niveau",
    Item.SITES: "site ou sites touchés",
    Item.CALLER: "appelant, et comment le joindre",
    Item.CONTACT: "interlocuteur",
    Item.SITE_CONTACT: "interlocuteur sur site",
    Item.DESCRIPTION: "description",
    Item.LOCATION: "localisation",
    Item.CONSEQUENCES: "conséquences",
    Item.KEEP_INFORMED: "personne à tenir informée",
}
WRITTEN = (Item.CONTACT, Item.SITE_CONTACT, Item.DESCRIPTION, Item.LOCATION, Item.CONSEQUENCES, Item.KEEP_INFORMED)


def missing(ticket: Mapping[str, object]) -> tuple[Item, ...]:
    """What nobody has said yet, in the order in which it is asked; an address by mail reaches a caller, too."""
    known = dict(ticket) | {Item.CALLER: ticket.get("caller") or ticket.get("email")}
    return tuple(item for item in Item if not known.get(item))


def is_qualified(ticket: Mapping[str, object]) -> bool:
    return not set(missing(ticket)) & set(QUALIFIES)
