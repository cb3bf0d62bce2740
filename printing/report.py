"""The closure report on paper: one page or two that a client would file, the same bytes for the same report."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from directory.index import Directory
from notifications import client_mails
from notifications.texts import About
from printing.paper import HEADING, NAMES, TITLE, facts, printed, said
from tickets.closure import PARTS, Part, Report, parts
from tickets.states import Kind


def pdf(about: About, kind: str, report: Report, book: Directory) -> bytes:
    story = _story(about, Kind(kind), report, book)
    return printed(
        story, title=f"Bilan {about.reference}", author=about.organisation,
        subject=about.service or client_mails.NAMED[Kind(kind)], foot=f"{about.organisation} · {about.reference}",
    )  # fmt: skip


def _story(about: About, kind: Kind, report: Report, book: Directory) -> Iterator[Flowable]:
    yield said(about.organisation, NAMES)
    yield said("Bilan de clôture", TITLE)
    yield Spacer(1, 4 * mm)
    known = [f"Client : {about.client}"] if about.client else []
    lines = [line.partition(" : ") for line in [*known, *client_mails.facts(about, kind, report, book)]]
    yield facts([(name, value) for name, _, value in lines])
    for part in Part:
        text = getattr(report, part).strip()
        if text:
            yield said((PARTS | parts(kind))[part].capitalize(), HEADING)
            yield from (said(paragraph) for paragraph in text.splitlines() if paragraph.strip())
