"""SMS text in the GSM-7 alphabet: one letter outside it shortens every segment to 70 characters.

Source: 3GPP TS 23.038, default alphabet and its extension."""

import unicodedata

SINGLE, PART = 160, 153  # septets in a lone segment, and in each of several
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
_WRITTEN = str.maketrans(
    {
        "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...",
        "œ": "oe", "Œ": "OE", "°": "o", "²": "2", "\u00a0": " ", "\u202f": " ", "\t": " ",
    }
)  # fmt: skip


def normalise(text: str) -> str:
    """The nearest text that GSM-7 can carry: ç becomes c, ê becomes e, what has no likeness disappears."""
    return "".join(map(_letter, text.translate(_WRITTEN)))


def _letter(letter: str) -> str:
    if letter in BASIC or letter in EXTENDED:
        return letter
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in bare if part in BASIC)


def septets(text: str) -> int:
    """Length of a GSM-7 text; the extension's characters count twice."""
    return len(text) + sum(letter in EXTENDED for letter in text)


def segments(text: str) -> int:
    length = septets(text)
    return 1 if length <= SINGLE else -(-length // PART)


def shorten(text: str, room: int) -> str:
    """At most `room` septets of a GSM-7 text, cut visibly."""
    if septets(text) <= room:
        return text
    while text and septets(text) > room - 1:
        text = text[:-1]
    return text.rstrip() + "." if room > 0 else ""
