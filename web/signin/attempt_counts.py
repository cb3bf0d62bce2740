"""What a try to sign in counts for: by account and network, and for a browser that is known there, by that alone.

So nobody uses up the tries of somebody else's browser, and whoever guesses from a thousand networks is braked by what
they guess at, never for ever: each try fades, and a link in the mailbox makes a browser known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from storage.accounts.login_attempts import LONGEST, Limit
from web.signin.networks import is_somewhere

QUARTER = timedelta(minutes=15)
MOST_TRIES = 10  # a quarter of an hour, at one account from one network, or in one known browser
MOST_KNOWN = 60  # a quarter of an hour, at one account from all browsers that are known there, right ones included
MOST_ANYWHERE = 40  # an hour, at one account from all networks
MOST_FROM = 60  # a quarter of an hour, from one network
AT_ONCE = timedelta(minutes=1)
MOST_AT_ONCE = 30  # a minute, of strangers, whomever they try: seconds of a processor
MOST_AT_ONCE_FROM = 15  # of these from one network: it does not shut the others out


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody tries something: whose account it would open, where they are, and whether that is known."""

    endpoint: str
    whose: str  # the account, or what was typed where there is none; empty where neither is known
    network: str
    browser: str = ""  # as it is known for that account; empty for a stranger's

    @property
    def forgiven(self) -> tuple[str, ...]:
        """Counts that end when somebody is let in: they had mistyped."""
        return f"{self._kind} in {self.browser}", f"{self._kind} from {self.network}"

    def limits(self) -> Iterator[Limit]:
        in_browser, from_network = self.forgiven
        if self.browser:
            yield Limit(in_browser, MOST_TRIES, QUARTER)
            yield Limit(f"{self._kind} known", MOST_KNOWN, QUARTER)
            return
        if self.whose:
            yield Limit(from_network, MOST_TRIES, QUARTER)
            yield Limit(f"{self._kind} from anywhere", MOST_ANYWHERE, LONGEST)
        if is_somewhere(self.network):
            yield Limit(f"from {self.network}", MOST_FROM, QUARTER)
            yield Limit(f"at once from {self.network}", MOST_AT_ONCE_FROM, AT_ONCE)
        yield Limit(f"{self.endpoint} by strangers", MOST_AT_ONCE, AT_ONCE)

    @property
    def _kind(self) -> str:
        return f"{self.endpoint} {self.whose}"
