"""Events told to somebody's own system: a POST for each, signed, repeated until it is taken.

The receiver checks `Astreinte-Signature: t=…,v1=…`: HMAC-SHA256 of "t.body" with the hook's secret, in hex. The same
event may come twice; its `id` stays the same."""

import hmac
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import requests
from sqlalchemy import Row

from jobs.engine import ClaimedJob
from storage.listing import iso, one_ticket
from storage.tickets import summaries, webhooks_out
from telephony.http import CONNECT, READ

GIVE_UP_AFTER = timedelta(days=3)
SIGNATURE = "Astreinte-Signature"
TAKEN = range(200, 300)


class DeliverySender:
    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False

    def tell(self, turn: ClaimedJob) -> None:
        with turn.begin() as (db, delivery):
            hook, event = webhooks_out.story(db, delivery)
            if hook.revoked_at:
                turn.finish(db, state="revoked")
                return
            ticket = summaries.row(db, event.ticket)
            if hook.client not in (None, ticket.client):  # it has become somebody else's
                turn.finish(db, state="not theirs")
                return
            told = {"id": event.position, "event": event.kind, "at": iso(event.at)}
            body = json.dumps({**told, "ticket": one_ticket(db, ticket, hook.client)}, ensure_ascii=False).encode()
        trouble = self._post(hook, body, int(turn.now.timestamp()))
        with turn.begin() as (db, delivery):
            if not trouble:
                turn.finish(db, state="told")
            elif turn.now - delivery.queued_at > GIVE_UP_AFTER:
                turn.finish(db, state="given up", trouble=trouble)
            else:
                turn.retry(db, delivery, trouble)

    def _post(self, hook: Row[Any], body: bytes, at: int) -> str:
        """What went wrong; "" when it was taken. No redirect is followed: the address is the one that was given."""
        headers = {"Content-Type": "application/json", SIGNATURE: signature(hook.secret, at, body)}
        try:
            answer = self._session.post(
                hook.url, data=body, headers=headers, timeout=(CONNECT, READ), allow_redirects=False, stream=True
            )
        except requests.RequestException as fault:
            return type(fault).__name__
        with answer:  # whatever it says is not read
            return "" if answer.status_code in TAKEN else f"réponse {answer.status_code}"


def signature(secret: str, at: int, body: bytes) -> str:
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={signed}"
