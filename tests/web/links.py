"""What the tests of the link share: a loss reported at night, and the address in the engineer's SMS."""

import re

from tests.support.phone import Line


def link(line: Line, number: str) -> str:
    """Path of the link in the newest SMS."""
    found = re.search(r"https://astreinte\.example(/t/\S+)", line.phone(number).texts()[-1])
    assert found
    return found[1]


def sound_on(page: str) -> str:
    """Path of the message on a ticket's page."""
    found = re.search(r'<audio [^>]*src="([^"]+)"', page)
    assert found
    return found[1]
