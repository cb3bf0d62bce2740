"""How a request to Twilio can fail: what matters is whether trying again can help, and whether it may double."""


class Failure(Exception):
    """A request to Twilio failed."""


class Refused(Failure):
    """Twilio will never do this (4xx): the next channel or person, now."""

    def __init__(self, message: str, code: int = 0):
        super().__init__(message)
        self.code = code  # Twilio: error dictionary


class Busy(Failure):
    """Twilio did nothing yet (429): again later, safely."""


class Denied(Busy):
    """Our credentials are wrong, or the account is suspended: it can be mended, and nothing was done."""


class Unsure(Failure):
    """Nobody knows whether it was done (5xx, no answer in time): ask before repeating."""
