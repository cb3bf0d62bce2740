"""A night call, from the greeting to the engineer's telephone."""

from tests.phone import ING2, Line


def test_a_known_client_is_served(line: Line) -> None:
    """R10–R18: no code, one ticket, one SMS to whoever is on call, the reference twice, the audio kept."""
    caller = line.phone("01 99 00 10 01").calls()
    caller.hears("Bonjour et bienvenue").presses("1").hears("IDLINE est fermé", "Réouverture", "lundi")
    caller.presses("1").hears("Quel service").presses("2")
    caller.hears("Après le bip").says(14, then="#").hears("N V L, 2 6, 0 0 0 0 1, 8").was_let_go()
    line.phone(ING2).gets_sms("NVL-26-00001-8", "Client Démo Un", "Hébergement", "Bordeaux")
    ticket = line.ticket()
    assert ticket["paged"]
    assert ticket["recording_seconds"] == 14
    assert ticket["sites"] == ["Bordeaux"]
