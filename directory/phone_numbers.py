"""Telephone numbers: read from any spelling, kept as E.164, shown and spoken by pairs."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

from translatable import Message

E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_FRENCH = re.compile(r"\+33[1-9]\d{8}", re.ASCII)
_SEVERAL = re.compile(r"[/;,|&\n]|\b(?:ou|et|or)\b", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\s.()\-‐‑‒–—−]")

# In national form phonenumbers reads these as +33, invalid or of the wrong country (reference/desk.md §3).
# 06 39 98 is not Mayotte's: it is the range that Arcep reserves for fiction.
_OVERSEAS = {
    "590": re.compile(r"0((?:590|690|691)\d{6})"),
    "596": re.compile(r"0((?:596|696|697)\d{6})"),
    "594": re.compile(r"0((?:594|694)\d{6})"),
    "262": re.compile(r"0((?:262|692|693|269|639(?!98))\d{6})"),
}
_MOBILE = re.compile(r"\+33[67]")

# What Twilio gives as From when the caller hides: the word, spelt on a telephone keypad (twilio.md §2).
_WITHHELD = frozenset({
    "+266696687",  # ANONYMOUS
    "+7378742833",  # RESTRICTED
    "+2562533",  # BLOCKED
    "+8656696",  # UNKNOWN
    "+86282452253",  # UNAVAILABLE
})  # fmt: skip

IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "il est trop court",
    ValidationResult.TOO_LONG: "il est trop long ; un seul numéro par champ",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "il est trop court",
    ValidationResult.INVALID_COUNTRY_CODE: "l'indicatif de pays n'existe pas",
    ValidationResult.INVALID_LENGTH: "sa longueur n'existe pas dans ce pays",
}
ELSE = "il est impossible"


class BadNumber(ValueError):
    """This is no telephone number; `reason_fr` says why."""

    def __init__(self, text: str, reason_fr: str):
        self.text = text
        self.reason_fr = reason_fr
        self.said = Message(
            "« %(number)s » n'est pas un numéro de téléphone : %(why)s", number=text, why=Message(reason_fr)
        )
        super().__init__(self.said)


def parse(text: str) -> str:
    """E.164 from any spelling, French unless it says otherwise; raises BadNumber."""
    if _FRENCH.fullmatch(text):
        return text  # most of what is read has been written by us
    digits = _digits(text)
    for country, national in _OVERSEAS.items():
        if found := national.fullmatch(digits):
            return f"+{country}{found[1]}"
    try:
        number = phonenumbers.parse(digits, "FR")
    except phonenumbers.NumberParseException as fault:
        raise BadNumber(text, _unreadable(fault)) from fault
    # phonenumbers calls 06 39 98 invalid, but possible: possible is enough
    verdict = phonenumbers.is_possible_number_with_reason(number)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if verdict != ValidationResult.IS_POSSIBLE or not E164.fullmatch(e164):
        raise BadNumber(text, IMPOSSIBLE.get(verdict, ELSE))
    return e164


def caller(text: str) -> str | None:
    """The caller's number in E.164 from Twilio's `From`; none when it is withheld or no number."""
    return text if E164.fullmatch(text) and text not in _WITHHELD else None


def from_keypad(digits: str) -> str | None:
    """The call-back number a caller typed; none when we would not ring it (bad, short, premium)."""
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    try:
        e164 = parse(digits)
    except BadNumber:
        return None
    return None if is_premium(e164) else e164


def is_mobile(e164: str) -> bool:
    """Whether we text it: a French mobile. Overseas ones are other countries to Twilio, closed by default."""
    return _MOBILE.match(e164) is not None


def is_premium(e164: str) -> bool:
    """Whether ringing it may cost a fortune: the French 08, premium rates abroad, and who knows in no country."""
    if e164.startswith("+33"):
        return e164.startswith("+338")
    try:
        return phonenumbers.number_type(phonenumbers.parse(e164)) == PhoneNumberType.PREMIUM_RATE
    except phonenumbers.NumberParseException:
        return True


def pairs(e164: str) -> str:
    """How it is shown: « 06 39 98 10 01 », « +590 590 12 34 56 »; `parse` reads it back."""
    if national := _national(e164):
        return " ".join(_by_two(national))
    try:
        return phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return e164  # networks let callers show numbers of no country


def spoken(e164: str) -> str:
    """How a voice says it: « 06, 39, 98, 10, 01 », « plus 5 9 0, 5 9 0, 1 2, 3 4, 5 6 »."""
    if national := _national(e164):
        return ", ".join(_by_two(national))
    groups = re.findall(r"\d+", pairs(e164))
    return "plus " + ", ".join(" ".join(group) for group in groups)


def significant(e164: str) -> str:
    """Its digits within its country, without what is dialled before them: what every spelling of it contains."""
    try:
        return phonenumbers.national_significant_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return e164.removeprefix("+")


def _digits(text: str) -> str:
    """Only the digits, and a plus before an international number."""
    spelling = unicodedata.normalize("NFKC", text).strip().lower().removeprefix("tel:").strip()
    if not spelling:
        raise BadNumber(text, "il est vide")
    if _SEVERAL.search(spelling):
        raise BadNumber(text, "un seul numéro par champ")
    if any(character.isalpha() for character in spelling):
        raise BadNumber(text, "il contient des lettres")
    digits = _PUNCTUATION.sub("", spelling)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise BadNumber(text, "il contient autre chose que des chiffres")
    return "+" + digits[2:] if digits.startswith("00") else digits


def _unreadable(fault: phonenumbers.NumberParseException) -> str:
    if fault.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
        return IMPOSSIBLE[ValidationResult.INVALID_COUNTRY_CODE]
    if fault.error_type == phonenumbers.NumberParseException.TOO_LONG:
        return IMPOSSIBLE[ValidationResult.TOO_LONG]
    return IMPOSSIBLE[ValidationResult.TOO_SHORT]


def _national(e164: str) -> str:
    """The ten French digits, or nothing where they would not come back to the same number."""
    if not _FRENCH.fullmatch(e164):
        return ""
    national = "0" + e164[3:]
    return "" if any(pattern.fullmatch(national) for pattern in _OVERSEAS.values()) else national


def _by_two(digits: str) -> list[str]:
    return [digits[i : i + 2] for i in range(0, len(digits), 2)]
