"""An SMS as its sender wrote it: their own lines, apart from what they answer to and from their signature."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_BELOW = "\0"  # a line of it alone: what follows is what they answer to
_SIGNATURE = re.compile(r"(?:-{2,3}|[–—―]|_{2,4})")  # a telephone writes the two dashes as one long dash
_SIGNED = re.compile(
    r"(?:-{2}|[—―])\s*\w"
    r"|(?:envoy[ée]e?|sent)\s+(?:de|depuis|avec|from|via)\b"
    r"|(?:télécharger?|get) outlook",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^[ \t]*(?:le|on)\b[^\n]*(?:\n[^\n]*){0,2}?\b(?:a écrit|wrote)[ \t]*:[ \t]*$"
    r"|^[ \t]*(?:-{2,}[ \t]*\w[^\n]*-{2,}|_{5,})[ \t]*$"
    r"|^[ \t]*(?:de|from|expéditeur)[ \t]*:[ \t]",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Written:
    own: tuple[str, ...]  # lines that hold a word
    quoted: str  # what they answer to; some telephones set no mark before it


def read(text: str) -> Written:
    """Whose line is whose; the first own one decides, a signature is nobody's."""
    own: list[str] = []
    quoted: list[str] = []
    for line, is_theirs in _lines(text):
        if _ends(line, bool(own)):
            break
        if not is_theirs:
            quoted.append(line)
        elif any(letter.isalnum() for letter in line):
            own.append(line)
    return Written(tuple(own), "\n".join([*own[1:], *quoted]))


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether its sender wrote it: an answer may stand above or below what it answers to."""
    is_below, has_own = False, False
    for line in map(str.strip, _HEADER.sub(f"{_BELOW}\n", _plain(text)).split("\n")):
        is_theirs = not line.startswith((">", _BELOW)) and not is_below
        has_own |= is_theirs and any(letter.isalnum() for letter in line)
        is_below |= line == _BELOW and has_own
        yield line.lstrip(f">{_BELOW} "), is_theirs


def _ends(line: str, has_own: bool) -> bool:
    return bool(_SIGNATURE.fullmatch(line) or (has_own and _SIGNED.match(line)))


def _plain(text: str) -> str:
    """One spelling of letters and spaces, one kind of line end, nothing that no screen shows."""
    lines = unicodedata.normalize("NFKC", text).splitlines()
    return "\n".join("".join(filter(_is_shown, line.replace("\t", " "))) for line in lines)


def _is_shown(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cf")
