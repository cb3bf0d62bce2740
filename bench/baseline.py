"""What the line is compared with: `gunicorn "bench.baseline:bare()"`, and the same for `minimal`."""

import os

from flask import Flask, Response, request
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, bindparam, insert, select
from twilio.request_validator import RequestValidator

from bench.twilio import ORIGIN, TOKEN
from storage.database import Database

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Bonjour.</Say></Response>'
PATH = "/webhooks/voice/pressed"

_tables = MetaData()
STATES = Table("states", _tables, Column("call", Text, primary_key=True), Column("state", Text))
TURNS = Table(
    "presses", _tables,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("call", Text), Column("keys", Text), Column("answer", Text),
)  # fmt: skip
_READ = select(STATES.c.state).where(STATES.c.call == bindparam("sid"))
_WRITE = insert(TURNS)


def bare() -> Flask:
    """(a) A view that answers the same document to everybody."""
    app = Flask("bare", static_folder=None)

    @app.post(PATH)
    def pressed() -> Response:
        return Response(TWIML, content_type="text/xml; charset=utf-8")

    return app


def minimal() -> Flask:
    """(b) The SDK's signature check, one read, one write: no dialogue. Same transactions as the line's."""
    app, validator = Flask("minimal", static_folder=None), RequestValidator(TOKEN)
    database = Database(os.environ["DATABASE_URL"])

    @app.post(PATH)
    def pressed() -> Response | tuple[str, int]:
        url = f"{ORIGIN}{request.full_path}"
        if not validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
            return "refused", 403
        sid = request.form["CallSid"]
        with database.begin() as db:
            state = db.execute(_READ, {"sid": sid}).scalar()
            db.execute(_WRITE, {"call": sid, "keys": request.form["Digits"], "answer": TWIML})
        return Response(TWIML.replace("Bonjour", state or "Bonjour"), content_type="text/xml; charset=utf-8")

    return app


def prepare(url: str) -> None:
    """Its two tables, and one state to read."""
    database = Database(url)
    with database.begin() as db:
        _tables.create_all(db)
        db.execute(insert(STATES).values(call="CA" + "0" * 32, state="Bonsoir"))
    database.dispose()
