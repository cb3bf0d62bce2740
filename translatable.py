"""French sentences that remember what they are made of, so that a page can say them in another language."""

from collections.abc import Iterable
from datetime import datetime

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


class Message(str):
    """French, as everywhere; its template has places by name, "%(state)s". Sentences within are said likewise."""

    __slots__ = ("places", "template")
    template: str
    places: dict[str, object]

    def __new__(cls, template: str, /, **places: object) -> "Message":
        made = super().__new__(cls, template % places if places else template)
        made.template, made.places = template, places
        return made


class LocalTime(str):
    """What a clock shows, in French; it remembers the instant and how other languages are to write it (CLDR)."""

    __slots__ = ("at", "pattern")
    at: datetime
    pattern: str

    def __new__(cls, at: datetime, french: str, pattern: str, /) -> "LocalTime":
        made = super().__new__(cls, f"{at:{french}}")
        made.at, made.pattern = at, pattern
        return made


def listed(words: Iterable[str]) -> Message:
    """« prendre, clôturer », each word by itself."""
    found = {f"word{number}": Message(word) for number, word in enumerate(words)}
    return Message(", ".join(f"%({name})s" for name in found), **found)


class Refused(Exception):
    """Something is not to be done; the message is the sentence that says why, and what can be done."""

    def __init__(self, sentence: str, /, **places: object):
        self.said = sentence if isinstance(sentence, Message) else Message(sentence, **places)
        super().__init__(self.said)
