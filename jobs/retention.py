"""What has outlived its purpose is taken away: a little every hour, each thing in a commit of its own."""

from datetime import timedelta

from jobs.context import Outside
from jobs.engine import Turn
from storage import retention
from storage.retention import Files

EVERY = timedelta(hours=1)
AT_ONCE = 100


class Purger:
    def __init__(self, outside: Outside):
        self.outside = outside

    def purge(self, turn: Turn) -> None:
        with turn.begin() as (db, _):
            voices = retention.due_audio(db, turn.now, AT_ONCE)
            tickets = retention.due_tickets(db, turn.now, AT_ONCE)
            strays = retention.stray_letters(db, turn.now, AT_ONCE)
            retention.forget_old_calls(db, turn.now)
            retention.forget_traces(db, turn.now)
            turn.save(db)
        for voice in voices:
            with turn.begin() as (db, _):
                files = retention.forget_audio(db, voice.recording, voice.place, "durée", turn.now)
                turn.save(db)
            self._erase(files)
        for ticket in tickets:
            with turn.begin() as (db, _):
                files = retention.forget_ticket(db, ticket, "durée", turn.now)
                turn.save(db)
            self._erase(files)
        for letter in strays:
            with turn.begin() as (db, _):
                files = Files(retention.forget_letter(db, letter.id, letter.place))
                retention.log_letter(db, letter.id, turn.now)
                turn.save(db)
            self._erase(files)

    def _erase(self, files: Files) -> None:
        """After the commit: a file that outlives its row by a crash is found by nobody."""
        for place in files.places:
            self.outside.audio.erase(place)
