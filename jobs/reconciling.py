"""Nothing falls between: what Twilio knows of our lines' last day, compared with what we know.

The web process may have been down, a callback lost, a recording made by the static fallback document."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from jobs.context import Outside
from jobs.engine import Lost, Turn
from storage import found, leaving, voicemails
from telephony.failures import Failure
from telephony.rest import PastCall, PastRecording

log = structlog.get_logger()
EVERY = timedelta(minutes=5)
REACH = timedelta(hours=24)
UNSERVED = 2  # failures, an address and its fallback: the caller has heard "application error"
ON_ITS_WAY = timedelta(minutes=1)  # the end of a call that we know may just be being told


class Reconciler:
    def __init__(self, outside: Outside):
        self.outside = outside

    def reconcile(self, turn: Turn) -> None:
        """1. Ask. 2. Each call and each recording in a transaction of its own; done twice, nothing is done twice."""
        since = turn.now - REACH
        recordings = self.outside.twilio.recordings_since(since)
        with turn.begin() as (db, _):
            turn.save(db)  # the question took time
        failures = self._failures(turn, since)
        calls = {call.sid: call for call in self.outside.twilio.ended_calls(since)}
        spoken = {recording.call for recording in recordings if recording.seconds}
        left = Left()
        for call in calls.values():
            with left.when_it_fails(call.sid):
                self._reconcile(turn, call, call.sid in spoken, failures[call.sid] >= UNSERVED)
        for recording in recordings:
            if recording.call in calls:
                with left.when_it_fails(recording.sid):
                    self._announce(turn, recording)
        with turn.begin() as (db, _):
            voicemails.adopt(db, turn.now)
            turn.save(db)
        left.tell()

    def _failures(self, turn: Turn, since: datetime) -> Counter[str]:
        """How many requests of each call have failed; unknown is none, for the rest does not wait for it."""
        try:
            failures = Counter(self.outside.twilio.errors_since(since))
        except Failure:
            log.warning("Twilio does not tell which requests failed", exc_info=True)
            failures = Counter()
        with turn.begin() as (db, _):
            turn.save(db)  # the question took time
        return failures

    def _announce(self, turn: Turn, recording: PastRecording) -> None:
        with turn.begin() as (db, _):
            shelf, seconds = self.outside.shelf, recording.seconds
            found.announce(db, shelf, recording=recording.sid, call=recording.call, seconds=seconds, now=turn.now)
            turn.save(db)

    def _reconcile(self, turn: Turn, call: PastCall, spoken: bool, unserved: bool) -> None:
        with turn.begin() as (db, _):
            shelf = self.outside.shelf
            ours = {line.number for line in shelf.newest(db).directory.lines}
            if found.is_known(db, call.sid):
                if turn.now - call.ended_at > ON_ITS_WAY:
                    leaving.hung_up(db, shelf, call.sid, turn.now)
                if unserved:
                    found.make_up(db, shelf, call.sid, turn.now)
            elif call.to in ours | {self.outside.settings.twilio_caller_id}:
                found.enter(
                    db, shelf, sid=call.sid, from_=call.from_, to=call.to, forwarded_from=call.forwarded_from,
                    started_at=call.started_at, ended_at=call.ended_at, spoken=spoken, now=turn.now,
                )  # fmt: skip
            turn.save(db)


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
