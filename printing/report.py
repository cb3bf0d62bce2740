"""The closure report on paper: one page or two that a client would file, the same bytes for the same report."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from ivr import letters
from ivr.book import Book
from ivr.wording import About
from tickets.closure import PARTS, Part, Report
from tickets.states import Kind

MARGIN = 20 * mm
INK, QUIET, RULE = HexColor("#1c2430"), HexColor("#5b6675"), HexColor("#c9d0d8")
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=15, textColor=INK)
NAMES = ParagraphStyle("names", BODY, textColor=QUIET)
HEADING = ParagraphStyle("heading", BODY, fontName="Helvetica-Bold", spaceBefore=6 * mm, spaceAfter=1 * mm)
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=18, leading=24)


def pdf(about: About, kind: str, report: Report, book: Book) -> bytes:
    written, title, subject = BytesIO(), f"Bilan {about.reference}", about.service or letters.NAMED[Kind(kind)]
    document = SimpleDocTemplate(
        written, pagesize=A4, title=title, author=about.organisation, subject=subject,
        leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN, invariant=True, lang="fr",
    )  # fmt: skip

    def foot(canvas: Canvas, _: Any) -> None:
        canvas.setFont("Helvetica", 8.5)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, MARGIN / 2, f"{about.organisation} · {about.reference}")
        canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, f"page {canvas.getPageNumber()}")

    document.build(list(_story(about, Kind(kind), report, book)), onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _story(about: About, kind: Kind, report: Report, book: Book) -> Iterator[Flowable]:
    yield _said(about.organisation, NAMES)
    yield _said("Bilan de clôture", TITLE)
    yield Spacer(1, 4 * mm)
    facts = [f"Client : {about.client}"] if about.client else []
    rows = [line.split(" : ", 1) for line in [*facts, *letters.facts(about, kind, report, book)]]
    table = Table(
        [[_said(name, NAMES), _said(value, BODY)] for name, value in rows], colWidths=[60 * mm, None], hAlign="LEFT"
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, -1), 0.5, RULE),
                ("LINEBELOW", (0, -1), (-1, -1), 0.5, RULE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    yield table
    for part in Part:
        text = getattr(report, part).strip()
        if text:
            yield _said(PARTS[part].capitalize(), HEADING)
            yield from (_said(paragraph, BODY) for paragraph in text.splitlines() if paragraph.strip())


def _said(text: str, style: ParagraphStyle) -> Paragraph:
    """Only text, whatever it holds."""
    return Paragraph(escape(text), style)
