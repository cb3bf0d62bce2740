"""Is a ticket as it was written: the seals of its events and the bytes of its messages, judged anew each time."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, render_template
from sqlalchemy import Row

from notifications import labels
from storage.calls import voicemails
from storage.tickets import journal, summaries
from tickets import reference as references
from tickets.journal import first_altered_alone
from web.audio import Sounds
from web.languages import gettext
from web.outside import Outside

ABSENT, WHOLE, ALTERED, GONE = "absent", "whole", "altered", "gone"
SAID = {
    ABSENT: "pas encore chez nous, ou rien n'a été dit", WHOLE: "intact", ALTERED: "le fichier n'est plus celui reçu",
    GONE: "effacé à son terme",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    recording: str
    seconds: int
    kept: str  # SHA-256 as it was received
    state: str  # of SAID


def add(routes: Blueprint, outside: Outside) -> None:
    sounds = Sounds(outside)

    @routes.get("/tickets/<reference>/proof")
    def proof(reference: str) -> str:
        with outside.database.read() as db:
            prefix = outside.shelf.newest(db).organisation.ticket_prefix
            found = references.parse(reference, prefix)
            if found is None or summaries.find(db, found) is None:
                abort(HTTPStatus.NOT_FOUND)
            entries = list(journal.entries(db, found))
            broken = first_altered_alone(entries)
            kind = summaries.row(db, found).kind
            rows = voicemails.of_ticket(db, found)  # their bytes are read with no transaction open
        return render_template(
            "console/proof.html", reference=found, entries=entries, broken=broken, voices=list(_voices(sounds, rows)),
            said=SAID, now=outside.clock(), event=lambda code: gettext(labels.event(code, kind)),
        )  # fmt: skip


def _voices(sounds: Sounds, rows: Iterable[Row[Any]]) -> Iterable[Voice]:
    for row in rows:
        yield Voice(row.recording, row.seconds, row.sha256, _state(sounds, row))


def _state(sounds: Sounds, row: Row[Any]) -> str:
    if row.state == voicemails.PURGED:
        return GONE
    if not row.sha256:
        return ABSENT
    try:
        content = sounds.kept(row.place)
    except OSError:  # gone, or out of reach
        return ALTERED
    return WHOLE if hashlib.sha256(content).hexdigest() == row.sha256 else ALTERED
