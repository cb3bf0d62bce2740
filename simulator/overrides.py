"""The fragment of a webhook's address: `#rc=2&rp=5xx,rt&tt=14000` asks Twilio for other retries."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from simulator.door import CONNECTION_FAILED, Answer

_RANGES = {"rc": (0, 5), "ct": (100, 10000), "rt": (100, 15000), "tt": (100, 15000)}
_REASONS = {"4xx", "5xx", "ct", "rt", "all"}


@dataclass(frozen=True)
class Overrides:
    retries: int = 1
    reasons: frozenset[str] = frozenset({CONNECTION_FAILED})  # by default only a failed connection is tried again
    total_ms: int = 15000
    faults: tuple[str, ...] = ()

    def retry(self, answer: Answer) -> bool:
        """Whether this answer is one to try again after."""
        if 0 < answer.status < 400:
            return False
        reason = answer.failure or f"{answer.status // 100}xx"
        return "all" in self.reasons or reason in self.reasons


def read(fragment: str) -> Overrides:
    """The overrides of a fragment; what is wrong in it is named and left out."""
    given: dict[str, str] = {}
    faults = []
    for name, value in parse_qsl(fragment, keep_blank_values=True):
        if _is_valid(name, value):
            given[name] = value
        else:
            faults.append(f"{name}={value}")
    return Overrides(
        retries=int(given.get("rc", "1")),
        reasons=frozenset(given.get("rp", CONNECTION_FAILED).split(",")),
        total_ms=int(given.get("tt", "15000")),
        faults=tuple(faults),
    )


def _is_valid(name: str, value: str) -> bool:
    if name in _RANGES:
        low, high = _RANGES[name]
        return value.isdigit() and low <= int(value) <= high
    if name == "rp":
        return set(value.split(",")) <= _REASONS
    return (name == "sni" and value in ("y", "n")) or (name == "e" and bool(value))
