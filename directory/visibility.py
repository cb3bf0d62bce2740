"""What of the directory somebody sees who keeps some of its entities: their clients, with their contracts there."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

from directory.model import Client, DirectoryData


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(DirectoryData):
    """A directory that lacks what somebody does not see; it is shown, and never kept."""


def part(directory: DirectoryData, entities: Collection[str]) -> Part:
    held = {each.name: getattr(directory, each.name) for each in fields(directory)}
    clients = (_seen(client, entities) for client in directory.clients)
    return Part(**held | {"clients": tuple(client for client in clients if client.contracts)})


def _seen(client: Client, entities: Collection[str]) -> Client:
    return replace(client, contracts=tuple(each for each in client.contracts if each.entity in entities))
