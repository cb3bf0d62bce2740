"""Everything that can go wrong between Twilio and the product, as knobs a test or the control API turns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import requests

RestKind = Literal["429", "500", "503", "500-after", "hang", "hang-after", "malformed"]
CallbackKind = Literal["lost", "doubled", "delayed"]
RecordingKind = Literal["late", "absent", "empty", "truncated"]


class Hung(requests.exceptions.ReadTimeout):
    """Twilio accepted the connection and said nothing; in process it is raised as the client would see it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds} s (pretend)")
        self.seconds = seconds


@dataclass
class Rule:
    """One fault and how many more times it strikes (-1: always)."""

    pattern: str
    kind: str
    times: int = 1
    seconds: float = 0.0

    def strikes(self, subject: str) -> bool:
        """Whether this request is hit; a hit is counted."""
        if self.times == 0 or not re.search(self.pattern, subject):
            return False
        self.times -= self.times > 0
        return True


@dataclass
class Faults:
    """The knobs; all at rest when new."""

    rest_rules: list[Rule] = field(default_factory=list)
    callback_rules: list[Rule] = field(default_factory=list)
    message_rules: list[Rule] = field(default_factory=list)
    recording_rules: list[Rule] = field(default_factory=list)
    callbacks_reversed: bool = False  # those due together arrive in the opposite order
    webhooks_twice: Literal["", "in turn", "together"] = ""  # and both answers are compared
    recording_first: bool = False  # the recording's callback overtakes the action request
    silence_falls_through: bool = False  # UNCONFIRMED 2: a silent Record goes on to the next verb
    fallback_in_mid_call: bool = True  # UNCONFIRMED 5: a failing action URL also goes to the fallback
    refused_whisper_status: str = "completed"  # UNCONFIRMED 1: DialCallStatus after a whisper that hangs up

    def rest(self, pattern: str, kind: RestKind, *, times: int = 1, seconds: float = 30.0) -> None:
        """Requests whose 'METHOD path' matches are answered so; '-after' means processed all the same."""
        self.rest_rules.append(Rule(pattern, kind, times, seconds))

    def callback(self, pattern: str, kind: CallbackKind, *, times: int = 1, seconds: float = 0.0) -> None:
        """Callbacks whose 'URL status' matches are lost, sent twice or sent so many seconds later."""
        self.callback_rules.append(Rule(pattern, kind, times, seconds))

    def message(self, code: int, *, to: str = "", times: int = 1) -> None:
        """Messages to that number end so: 21xxx are refused at once, 3xxxx accepted and undelivered."""
        self.message_rules.append(Rule(f"^{re.escape(to)}", str(code), times))

    def recording(self, kind: RecordingKind, *, times: int = 1) -> None:
        """Recordings are late (404 at that many fetches), absent, empty or cut short on the way."""
        self.recording_rules.append(Rule("", kind, times))

    def strike(self, rules: list[Rule], subject: str, *kinds: str) -> Rule | None:
        """The first rule that hits this subject, among these kinds when some are named."""
        return next((r for r in rules if (not kinds or r.kind in kinds) and r.strikes(subject)), None)

    def clear(self) -> None:
        """Everything works again."""
        for name, value in vars(Faults()).items():
            setattr(self, name, value)

    def load(self, wanted: Mapping[str, Any]) -> None:
        """Turn knobs from JSON: lists of arguments for the four kinds of rules, values for the others."""
        makers = {
            "rest": self.rest,
            "callback": self.callback,
            "message": self.message,
            "recording": self.recording,
        }
        switches = {f.name for f in fields(self) if not f.name.endswith("_rules")}
        unknown = set(wanted) - set(makers) - switches
        if unknown:
            raise ValueError(f"pannes inconnues : {', '.join(sorted(unknown))}")
        for name, value in wanted.items():
            if name in switches:
                setattr(self, name, value)
            else:
                for arguments in value:
                    makers[name](**arguments)  # type: ignore[operator]  # names are checked by Python itself
