"""A caller's voice: fetched from Twilio, kept and read back, and only then deleted there; or deleted unheard, when it
was to be forgotten before."""

import hashlib
from datetime import timedelta

from jobs.context import Outside
from jobs.engine import ClaimedJob
from recordings import absence, naming, soundness
from services import recovered_calls
from storage.calls import known_lines, voicemails
from storage.tickets import journal
from telephony.failures import Failure
from tickets.history import LINE

BEFORE = timedelta(hours=5)  # longer than any call that leaves a message
PATIENCE = 10  # a message that is late by half an hour is asked for every three minutes
LONGEST_PAUSE = timedelta(hours=1)


class RecordingFetcher:
    def __init__(self, outside: Outside):
        self.outside = outside

    def fetch(self, turn: ClaimedJob) -> None:
        """1. Download and judge. 2. Keep, read back, commit. 3. Delete at Twilio, commit.

        Each step can fail and be done again alone."""
        with turn.begin() as (_, voicemail):
            state = voicemail.state
        try:
            if not self._is_ours(turn):
                return
            if state == "announced" and not self._keep(turn):
                return
            self._delete(turn, voicemails.PURGED if state == voicemails.PURGED else "done")
        except (Failure, OSError) as failure:
            with turn.begin() as (db, voicemail):
                age = turn.now - voicemail.announced_at
                turn.retry(db, voicemail, str(failure), at_least=min(age / PATIENCE, LONGEST_PAUSE))

    def _is_ours(self, turn: ClaimedJob) -> bool:
        """Of a call that is known here, or that has come in by a line of ours; else it is left as it lies at Twilio."""
        with turn.begin() as (db, voicemail):
            if voicemail.ticket or recovered_calls.is_known(db, voicemail.call):
                return True
        to = self.outside.twilio.call_to(voicemail.call)
        with turn.begin() as (db, _):
            turn.save(db)  # the question took time
            shelf, since = self.outside.shelf, voicemail.announced_at - BEFORE
            ours = known_lines.between(db, shelf, since, turn.now) | {self.outside.settings.twilio_caller_id}
            if to in ours:
                return True
            if to is None and turn.now < voicemail.announced_at + absence.UNREADY_FOR:
                raise NotYet("Twilio ne connaît pas cet appel")
            voicemails.leave_alone(db, voicemail.recording)
        return False

    def _keep(self, turn: ClaimedJob) -> bool:
        """False when there is nothing to keep, and never will be."""
        with turn.begin() as (_, voicemail):
            pass
        audio = self.outside.twilio.recording(voicemail.recording)
        if audio is None:
            return self._look(turn)
        fault = soundness.fault(audio.content, audio.announced, voicemail.seconds)
        if fault:
            raise NotYet(fault)
        with turn.begin() as (db, _):
            turn.save(db, size=len(audio.content))  # whole at Twilio, wherever our own storage is
        place = naming.place(voicemail.ticket, voicemail.recording, voicemail.announced_at)
        digest = self.outside.audio.put(place, audio.content)
        if digest != hashlib.sha256(audio.content).hexdigest():
            raise NotYet("relu autrement qu'écrit")
        with turn.begin() as (db, _):
            turn.save(db, state="stored", place=place, size=len(audio.content), sha256=digest, stored_at=turn.now)
            if voicemail.ticket:
                told = {"recording": voicemail.recording, "sha256": digest, "seconds": voicemail.seconds}
                journal.note(db, voicemail.ticket, "voicemail_stored", LINE, turn.now, told)
        return True

    def _look(self, turn: ClaimedJob) -> bool:
        """Twilio gives no sound: is it late, or is there none? Its word on that may have been lost."""
        status = self.outside.twilio.recording_status(turn.key)
        with turn.begin() as (db, voicemail):
            why = absence.why(status, turn.now - voicemail.announced_at)
            if why:
                turn.finish(db, trouble=why)
                voicemails.give_up(db, voicemail.recording, voicemail.ticket, why, turn.now)
                return False
        raise NotYet("Twilio ne l'a pas encore")

    def _delete(self, turn: ClaimedJob, state: str) -> None:
        self.outside.twilio.delete_recording(turn.key)
        with turn.begin() as (db, _):
            turn.finish(db, state=state, deleted_at=turn.now)


class NotYet(Failure):
    """The recording is not to be had, or not whole: later."""
