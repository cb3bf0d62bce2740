"""Who edits what of the directory: the whole of it, the rotas of one's entities, one's own numbers and absences."""

from collections.abc import Sequence
from typing import Any

from ivr.book import Book
from web.console import rights
from web.console.editing.kinds import Field
from web.console.editing.sections import OWN, SECTIONS
from web.signin.people import Person


def fields(person: Person, book: Book, section: str, item: Any) -> Sequence[Field]:
    """What this person may change of an item; of a new one, where it is none."""
    if person.keeps_the_whole:
        return SECTIONS[section].fields
    if section == "rotas" and item is not None and rights.keeps(person, book, item):
        return SECTIONS[section].fields
    if section == "engineers" and item is not None and rights.is_engineer(person, item.code):
        return OWN
    return ()
