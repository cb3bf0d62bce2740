"""The exercise of every week: whoever is on call is woken, for nothing, while everybody is awake."""

from datetime import timedelta

from jobs import chores
from jobs.context import Outside
from jobs.engine import ClaimedJob
from oncall.drills import latest, woken
from services import drills
from storage.directory import versions

EVERY = timedelta(minutes=1)
LATE = timedelta(hours=1)  # after which it is left out: nobody expects it any more


class WeeklyDrill:
    def __init__(self, outside: Outside):
        self.outside = outside

    def hold(self, turn: ClaimedJob) -> None:
        """Those that have become due since the last look, which is kept in the same commit."""
        with turn.begin() as (db, chore):
            now = turn.now
            since = chores.since(chore, now)
            turn.save(db, done_at=now)
            if since is None or versions.is_empty(db):
                return
            book = self.outside.shelf.newest(db)
            for rota in book.directory.rotas:
                due = latest(rota.drill, rota.timezone, now) if rota.drill else None
                if due and since < due and now - due < LATE:
                    for code in woken(rota, now, book.directory.engineers):
                        if engineer := book.engineer(code):
                            drills.open_drill(db, book, engineer, now)
