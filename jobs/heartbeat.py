"""Signs of life: the row that probes look at, and an outside watch that calls somebody when they stop.

Both are rows of work like any other, so that they are given only while the engine truly works."""

from datetime import timedelta
from urllib.parse import urlsplit

from jobs.context import Outside
from jobs.engine import ClaimedJob
from storage import health
from telephony.http import Http, NoReply, Wire

BEAT_EVERY = timedelta(seconds=15)
TELL_EVERY = timedelta(minutes=1)


def beat(turn: ClaimedJob) -> None:
    """That its row was done is all there is to it."""


class Heartbeat:
    """HEARTBEAT_URL: asked for every minute, unless pages are left lying or reach nobody, or a clock is wrong."""

    def __init__(self, outside: Outside, http: Http | None = None):
        self.url, self._http = outside.settings.heartbeat_url, http or Wire()

    def tell(self, turn: ClaimedJob) -> None:
        with turn.begin() as (db, _):
            late, unheard = health.late(db, turn.now), health.unheard(db)
            skewed = health.skewed(db, turn.now, health.AHEAD)
        if late["pages"] or late["attempts"]:
            raise NotWell("des alertes attendent ou échouent depuis plus de 30 secondes")
        if unheard:
            raise NotWell("une alerte ne joint personne")
        if skewed:
            raise NotWell(skewed[0])
        if trouble := self._knock():
            raise NotTold(f"{urlsplit(self.url).hostname} : {trouble}")

    def _knock(self) -> str:
        """Why the watch has not heard us; "" when it has. The address itself is a secret, and not repeated."""
        try:
            reply = self._http.request("GET", self.url)
        except NoReply:
            return "pas de réponse"
        return f"réponse {reply.status}" if reply.status >= 400 else ""


class NotTold(Exception):
    """The outside watch could not be reached, or does not know us."""


class NotWell(Exception):
    """The outside watch is not told that all is well."""
