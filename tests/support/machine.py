"""What this machine happens to have is no part of a test: neither what its shell has set, nor its programs."""

import os
from dataclasses import fields

from settings import Settings

OTHERS = {"ASTREINTE_CLOCK", "WEB_CONCURRENCY"}  # read under other names than our settings have


def forget_the_shell() -> None:
    """A developer's own line is set in their shell: no test speaks to its database, its mail server, its Twilio."""
    for name in {field.name.upper() for field in fields(Settings)} | OTHERS:
        os.environ.pop(name, None)
