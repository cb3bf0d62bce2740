"""Who edits what of the directory: the whole of it, the rotas of one's entities, one's own numbers and absences."""

from collections.abc import Sequence
from typing import Any

from directory.index import Directory
from web.console.editing.kinds import Field
from web.console.editing.sections import OWN, SECTIONS
from web.console.rotas import rota_rights
from web.signin.user_store import Person


def fields(person: Person, book: Directory, section: str, item: Any) -> Sequence[Field]:
    """What this person may change of an item; of a new one, where it is none."""
    if person.keeps_the_whole:
        return SECTIONS[section].fields
    if section == "rotas" and item is not None and rota_rights.keeps(person, book, item):
        return SECTIONS[section].fields
    if section == "engineers" and item is not None and rota_rights.is_engineer(person, item.code):
        return OWN
    return ()
