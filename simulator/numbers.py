"""Telephone numbers as a network sees them: who can be rung, who can read an SMS, how a number is shown."""

import re

E164 = re.compile(r"\+[1-9]\d{6,14}")

# What carriers send for a withheld caller: ANONYMOUS, RESTRICTED, … as typed on a keypad.
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})

_FRENCH = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})")
_FRENCH_WITHOUT_SMS = re.compile(r"\+33[1234589]\d{8}")


def is_dialable(number: str) -> bool:
    """Whether the network can ring this number."""
    return E164.fullmatch(number) is not None and number not in WITHHELD


def receives_sms(number: str) -> bool:
    """Whether an SMS can reach this number: French landlines and special numbers cannot."""
    return is_dialable(number) and _FRENCH_WITHOUT_SMS.fullmatch(number) is None


def e164(typed: str) -> str:
    """A French number as people write it, in E.164; anything else (foreign, withheld) as it is."""
    digits = re.sub(r"[\s.\u00a0\u202f-]|\(0\)", "", typed)
    french = _FRENCH.fullmatch(digits)
    if french:
        return f"+33{french[1]}"
    return digits if E164.fullmatch(digits) else typed


def spaced(number: str) -> str:
    """A French number by pairs, as it is read aloud: 06 39 98 00 02."""
    if number in WITHHELD:
        return "numéro masqué"
    french = _FRENCH.fullmatch(number)
    if not french:
        return number
    national = "0" + french[1]
    return " ".join(national[i : i + 2] for i in range(0, 10, 2))


def geography(party: str, number: str) -> dict[str, str]:
    """The place fields Twilio adds for one party: for France only the country is filled."""
    country = "FR" if number.startswith("+33") else ""
    return {f"{party}City": "", f"{party}State": "", f"{party}Zip": "", f"{party}Country": country}
