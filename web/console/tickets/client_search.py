"""Clients of the directory by a piece of their name, code, number or mail domain."""

from collections.abc import Iterable

from directory.model import Client


def searched(clients: Iterable[Client], sought: str) -> list[Client]:
    """All of them for an empty one."""
    wanted = sought.casefold()
    digits = "".join(each for each in sought if each.isdigit()).removeprefix("0")
    return [client for client in clients if _matches(client, wanted, digits)]


def _matches(client: Client, wanted: str, digits: str) -> bool:
    words = (client.name, client.code, *client.emails, *(contact.name for contact in client.contacts))
    phones = [phone for contact in client.contacts for phone in contact.phones]
    by_number = len(digits) > 3 and any(digits in phone for phone in phones)
    return by_number or any(wanted in word.casefold() for word in words)
