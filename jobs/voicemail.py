"""A caller's voice: fetched from Twilio, kept and read back, and only then deleted there; or deleted unheard, when it
was to be forgotten before."""

import hashlib

from jobs.context import Outside
from jobs.engine import Turn
from recordings import naming, soundness
from storage import journal, voicemails
from telephony.failures import Failure
from tickets.life import LINE


class Fetcher:
    def __init__(self, outside: Outside):
        self.outside = outside

    def fetch(self, turn: Turn) -> None:
        """1. Download and judge. 2. Keep, read back, commit. 3. Delete at Twilio, commit.

        Each step can fail and be done again alone."""
        with turn.begin() as (_, voicemail):
            state = voicemail.state
        try:
            if state == "announced":
                self._keep(turn)
            self._delete(turn, voicemails.PURGED if state == voicemails.PURGED else "done")
        except (Failure, OSError) as failure:
            with turn.begin() as (db, voicemail):
                turn.retry(db, voicemail, str(failure))

    def _keep(self, turn: Turn) -> None:
        with turn.begin() as (_, voicemail):
            pass
        audio = self.outside.twilio.recording(voicemail.recording)
        if audio is None:
            raise NotYet("Twilio ne l'a pas encore")
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

    def _delete(self, turn: Turn, state: str) -> None:
        self.outside.twilio.delete_recording(turn.key)
        with turn.begin() as (db, _):
            turn.finish(db, state=state, deleted_at=turn.now)


class NotYet(Failure):
    """The recording is not to be had, or not whole: later."""
