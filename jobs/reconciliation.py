"""Nothing falls between: what Twilio knows of our lines' last day, compared with what we know.

The web process may have been down, a callback lost, a recording made by the static fallback document. The account may
hold other numbers, and other installations beside this one: what is theirs is not touched."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from directory.phone_numbers import E164
from jobs.context import Outside
from jobs.engine import ClaimedJob, Lost
from services import call_end, recovered_calls
from storage.calls import known_lines, voicemails
from telephony.failures import Failure
from telephony.rest import PastCall, PastRecording

log = structlog.get_logger()
EVERY = timedelta(minutes=5)
REACH = timedelta(hours=24)
UNSERVED = 2  # failures, an address and its fallback: the caller has heard "application error"
ON_ITS_WAY = timedelta(minutes=1)  # the end of a call that we know may just be being told


class Reconciliation:
    def __init__(self, outside: Outside):
        self.outside = outside

    def reconcile(self, turn: ClaimedJob) -> None:
        """1. Ask. 2. Each call and each recording in a transaction of its own; done twice, nothing is done twice."""
        since = turn.now - REACH
        recordings = self.outside.twilio.recordings_since(since)
        self._renew(turn)
        failures = self._failures(turn, since)
        served, calls = self._calls(turn, since)
        spoken = {recording.call for recording in recordings if recording.seconds}
        left = Left()
        for call in calls.values():
            with left.when_it_fails(call.sid):
                self._reconcile(turn, call, served, call.sid in spoken, failures[call.sid] >= UNSERVED)
        for recording in recordings:
            if recording.call in calls:
                with left.when_it_fails(recording.sid):
                    self._announce(turn, recording)
        with turn.begin() as (db, _):
            voicemails.adopt(db, turn.now)
            turn.save(db)
        left.tell()

    def _calls(self, turn: ClaimedJob, since: datetime) -> tuple[frozenset[str], dict[str, PastCall]]:
        """The lines whose calls Twilio brings to us, and the calls to all lines of ours, by their sids."""
        twilio, settings, shelf = self.outside.twilio, self.outside.settings, self.outside.shelf
        with turn.begin() as (db, _):
            numbers = known_lines.between(db, shelf, since, turn.now) | {settings.twilio_caller_id}
        served, calls = set(), {}
        for number in sorted(number for number in numbers if E164.fullmatch(number)):
            if not twilio.leads_elsewhere(number):
                served.add(number)
            self._renew(turn)
            calls.update({call.sid: call for call in twilio.ended_calls(number, since)})
            self._renew(turn)
        return frozenset(served), calls

    def _renew(self, turn: ClaimedJob) -> None:
        """The question took time."""
        with turn.begin() as (db, _):
            turn.save(db)

    def _failures(self, turn: ClaimedJob, since: datetime) -> Counter[str]:
        """How many requests of each call have failed; unknown is none, for the rest does not wait for it."""
        try:
            failures = Counter(self.outside.twilio.errors_since(since))
        except Failure:
            log.warning("Twilio does not tell which requests failed", exc_info=True)
            failures = Counter()
        self._renew(turn)
        return failures

    def _announce(self, turn: ClaimedJob, recording: PastRecording) -> None:
        with turn.begin() as (db, _):
            shelf, seconds = self.outside.shelf, recording.seconds
            if recovered_calls.is_known(db, recording.call):
                recovered_calls.announce(
                    db, shelf, recording=recording.sid, call=recording.call, seconds=seconds, now=turn.now
                )
            turn.save(db)

    def _reconcile(
        self, turn: ClaimedJob, call: PastCall, served: Collection[str], spoken: bool, unserved: bool
    ) -> None:  # fmt: skip
        with turn.begin() as (db, _):
            shelf = self.outside.shelf
            if recovered_calls.is_known(db, call.sid):
                if turn.now - call.ended_at > ON_ITS_WAY:
                    call_end.hung_up(db, shelf, call.sid, turn.now)
                if unserved:
                    recovered_calls.make_up(db, shelf, call.sid, turn.now)
            elif call.to in served and (version := self._version(db, call)):
                recovered_calls.enter(
                    db, shelf, version=version, sid=call.sid, from_=call.from_, to=call.to,
                    forwarded_from=call.forwarded_from, started_at=call.started_at, ended_at=call.ended_at,
                    spoken=spoken, now=turn.now,
                )  # fmt: skip
            turn.save(db)

    def _version(self, db: Connection, call: PastCall) -> int | None:
        """The directory by which an unseen call went; none when its number was no line of ours then."""
        version = known_lines.version_at(db, call.started_at)
        if version is None or call.to == self.outside.settings.twilio_caller_id:
            return version
        return version if known_lines.is_line(db, self.outside.shelf, version, call.to) else None


class Left:
    """What could not be compared: it does not keep the others waiting, and stays visible until it can."""

    def __init__(self) -> None:
        self.sids: list[str] = []

    @contextmanager
    def when_it_fails(self, sid: str) -> Iterator[None]:
        try:
            yield
        except Lost:
            raise
        except Exception:
            log.exception("left for later", sid=sid)
            self.sids.append(sid)

    def tell(self) -> None:
        if self.sids:
            raise NotReconciled(f"non rapprochés avec Twilio : {', '.join(self.sids)}")


class NotReconciled(Exception):
    """The chore is tried again, sooner than its time."""
