"""What our papers have in common: a page, its foot, lists of facts; the same bytes for the same words."""

import unicodedata
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

MARGIN = 20 * mm
INK, QUIET, RULE = HexColor("#1c2430"), HexColor("#5b6675"), HexColor("#c9d0d8")
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=15, textColor=INK)
NAMES = ParagraphStyle("names", BODY, textColor=QUIET)
HEADING = ParagraphStyle("heading", BODY, fontName="Helvetica-Bold", spaceBefore=6 * mm, spaceAfter=1 * mm)
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=18, leading=24)
# Letters without a part that our fonts have; they hold those of cp1252.
ALIKE = str.maketrans({"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "Ħ": "H", "ħ": "h", "→": "->", "\u202f": " "})
SMALL = ParagraphStyle("small", BODY, fontSize=8.5, leading=11)


def printed(story: Iterable[Flowable], *, title: str, author: str, subject: str, foot: str) -> bytes:
    written = BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=A4, title=title, author=author, subject=subject,
        leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN, invariant=True, lang="fr",
    )  # fmt: skip

    def below(canvas: Canvas, _: Any) -> None:
        canvas.setFont("Helvetica", 8.5)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, MARGIN / 2, legible(foot))
        canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, f"page {canvas.getPageNumber()}")

    document.build(list(story), onFirstPage=below, onLaterPages=below)
    return written.getvalue()


def facts(rows: Sequence[tuple[str, str]]) -> Table:
    """Names and what is said of them, between lines."""
    return ruled([[said(name, NAMES), said(value, BODY)] for name, value in rows], [60 * mm, 110 * mm])


def ruled(rows: list[list[Flowable]], widths: Sequence[float | None], *, repeats: int = 0) -> Table:
    """`repeats`: rows of headings, on each page."""
    table = Table(rows, colWidths=widths, hAlign="LEFT", repeatRows=repeats)
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
    return table


def said(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Only text, whatever it holds."""
    return Paragraph(escape(legible(text)), style)


def legible(text: str) -> str:
    """The nearest that our fonts can show: « ễ » becomes « e », what is like nothing a question mark."""
    return "".join(
        each if _is_shown(each) else _nearest(each) for each in unicodedata.normalize("NFC", text).translate(ALIKE)
    )


def _nearest(letter: str) -> str:
    parts = [each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each)]
    return "".join(parts) if parts and all(map(_is_shown, parts)) else "?" if parts else ""


def _is_shown(letter: str) -> bool:
    return letter == "\n" or bool(letter.encode("cp1252", "ignore"))
