"""The receipt by SMS: once, or visibly not at all."""

import pytest
from sqlalchemy import insert, update

from directory.policies import Channel
from simulator.faults import RestKind
from storage.models import Message
from storage.paging import notification_outbox, sms_arrival
from tests.jobs.work import Meanwhile, engine_through, forward, open_ticket, posted, row_of, sent
from tests.support.phone import Line

CALLER = "+33639981001"
BODY = "Groupe NVL : votre ticket est ouvert."


def promise_receipt(line: Line) -> None:
    ticket, now = open_ticket(line, paged=False), line.clock()
    with line.database.begin() as db:
        row = {"ticket": ticket, "kind": "receipt", "number": CALLER, "body": BODY, "queued_at": now, "run_at": now}
        db.execute(insert(Message).values(**row))


@pytest.mark.parametrize("callbacks", [True, False])
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("429", id="too many requests: not done, again"),
        pytest.param("503", id="unavailable: not done, asked, again"),
        pytest.param("hang", id="silence: not done, asked, again"),
        pytest.param("500-after", id="an error after it was done: asked, not again"),
        pytest.param("hang-after", id="silence after it was done: asked, not again"),
    ],
)
def test_one_receipt_whatever_twilio_answers(line: Line, kind: RestKind, callbacks: bool) -> None:
    line.twilio.faults.rest("POST .*/Messages", kind, times=2)
    if not callbacks:
        line.twilio.faults.callback("sms/status", "lost", times=-1)
    promise_receipt(line)
    forward(line, minutes=3)
    assert sent(line) == [(CALLER, BODY)]
    text = row_of(line.database, Message, 1)
    assert (text.run_at, text.trouble, text.state) == (None, "", "delivered" if callbacks else "queued")
    assert text.provider_sid in line.twilio.messages


def test_a_callback_that_has_told_the_sid_spares_the_question(line: Line) -> None:
    line.twilio.faults.rest("POST .*/Messages", "500-after")
    promise_receipt(line)
    forward(line, minutes=3)
    assert [request.method for request in line.twilio.requests] == ["POST"]


@pytest.mark.parametrize("code", [pytest.param(21610, id="STOP"), pytest.param(21614, id="not a mobile")])
def test_a_refusal_is_final_and_visible(line: Line, code: int) -> None:
    line.twilio.faults.message(code, to=CALLER, times=-1)
    promise_receipt(line)
    forward(line, minutes=10)
    assert posted(line) == 1
    text = row_of(line.database, Message, 1)
    assert (text.state, text.run_at) == ("failed", None)
    assert str(code) in text.trouble


def test_a_callback_that_overtakes_the_answer_keeps_the_last_word(line: Line) -> None:
    promise_receipt(line)
    engine_through(line, Meanwhile(line, line.twilio.settle)).run_due()
    assert row_of(line.database, Message, 1).state == "delivered"


LANDLINE = "+33199001001"


def announce(line: Line, body: str) -> None:
    with line.database.begin() as db:
        notification_outbox.queue(
            db, notification_outbox.MISSED, LANDLINE, line.clock(), channel=Channel.VOICE, body=body
        )


def test_a_call_found_is_not_another_messages(line: Line) -> None:
    """Both ring the same telephone within a minute; Twilio's list of calls says not which is which."""
    announce(line, "Premier")
    line.settle()
    line.forward(seconds=50)
    line.twilio.faults.rest("/Calls.json", "500")
    announce(line, "Second")
    line.forward(minutes=10)
    assert len(line.phone(LANDLINE).simulated.legs) == 2
    sids = [row_of(line.database, Message, key).provider_sid for key in (1, 2)]
    assert sorted(filter(None, sids)) == sorted(line.twilio.calls)


def test_a_guess_gives_way_to_whoever_is_told_its_sid(line: Line) -> None:
    """Two calls are lost in their answers; each one's own callback decides whose it was."""
    announce(line, "Premier")
    line.settle()
    own = row_of(line.database, Message, 1).provider_sid
    announce(line, "Second")
    with line.database.begin() as db:
        db.execute(update(Message).values(provider_sid=None))
        db.execute(update(Message).where(Message.id == 2).values(provider_sid=own, run_at=None, state="queued"))
        sms_arrival.progress(db, 1, sid=str(own), status="completed", now=line.clock())
    first, second = (row_of(line.database, Message, key) for key in (1, 2))
    assert (first.provider_sid, first.state) == (own, "completed")
    assert (second.provider_sid, second.state, second.run_at) == (None, "intended", line.clock())
