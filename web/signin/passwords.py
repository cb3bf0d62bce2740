"""Passwords that anybody would try first are refused: it is said why, in the reader's language."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from typing import Any

from flask_security import PasswordUtil

from storage.directory.versions import NoDirectory
from translatable import Message
from web.languages import translated
from web.outside import Outside

REPEATED = Message("Ce mot de passe se devine : il se répète. Plusieurs mots sans rapport entre eux font l'affaire.")
IN_A_ROW = Message("Ce mot de passe se devine : ses touches se suivent. Plusieurs mots sans rapport font l'affaire.")
KNOWN = Message(
    "Ce mot de passe se devine : il tient à votre adresse, à votre nom, à l'organisation ou à un mot que tous essaient."
)
ROWS = ("abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "01234567890")
TRIED = frozenset(
    {"motdepasse", "password", "astreinte", "bonjour", "soleil", "bienvenue", "welcome", "admin", "support"}
)
LEFT_AT_LEAST = 6  # letters and digits, beside what everybody knows
SHORTEST = 4  # of a word that is looked for
DIFFERENT = 5


def weakness(password: str, own: Iterable[str] = ()) -> Message | None:
    """Why it would be guessed; none for one that would not. `own`: what others know of its owner."""
    bare = _bare(password)
    if len(set(password.casefold())) < DIFFERENT or password in (password + password)[1:-1]:
        return REPEATED
    if _follows(bare):
        return IN_A_ROW
    parts = {part for text in own for part in (text, *text.replace("@", ".").split("."))}
    for word in sorted({_bare(part) for part in parts} | TRIED, key=len, reverse=True):
        bare = bare.replace(word, "") if len(word) >= SHORTEST else bare
    return KNOWN if bare != _bare(password) and len(bare) < LEFT_AT_LEAST else None


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _follows(bare: str) -> bool:
    """Nearly every key is the neighbour of the one before, one way or the other."""
    pairs = [first + second for first, second in pairwise(bare)]
    rows = ROWS + tuple(row[::-1] for row in ROWS)
    return sum(any(pair in row for row in rows) for pair in pairs) >= 0.8 * max(1, len(pairs))


def passwords(outside: Outside) -> type[PasswordUtil]:
    class Passwords(PasswordUtil):
        def validate(self, password: str, is_register: bool, **more: Any) -> tuple[list[str] | None, str]:
            faults, normal = super().validate(password, is_register, **more)
            weak = None if faults else weakness(normal, _known_of(outside, more.get("user")))
            return ([translated(weak)] if weak else faults), normal

    return Passwords


def _known_of(outside: Outside, user: Any) -> list[str]:
    known = [str(user.email), str(user.name)] if user else []
    with suppress(NoDirectory), outside.database.read() as db:
        known += outside.shelf.newest(db).organisation.name.split()
        known.append(outside.shelf.newest(db).organisation.name)
    return known
