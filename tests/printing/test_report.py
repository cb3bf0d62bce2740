"""The report on paper: whatever it says, it can be printed and read again."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from notifications.texts import About
from printing import report
from tests.ivr import sample
from tickets.closure import Report
from tickets.sla import Clock, Durations
from tickets.states import Kind

OPENED = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
ABOUT = About(
    reference="NVL-26-00042-2", organisation="Groupe NVL", line="+33586077777", client="Client & Cie <un>",
    received_at=OPENED.astimezone(sample.book().zone), service="Accès internet", sites=("Bordeaux", "Pau"),
)  # fmt: skip


def written(**parts: str) -> Report:
    hour = timedelta(hours=1)
    lengths = Durations(gross=4 * hour, net=3 * hour, counted=2 * hour)
    kept = {Clock.RESPOND: True, Clock.RESTORE: False}
    return Report(restored_at=OPENED + 4 * hour, durations=lengths, kept=kept, **parts)


def read(page: bytes) -> str:
    return "\n".join(each.extract_text() for each in PdfReader(BytesIO(page)).pages)


def test_it_says_all_of_it() -> None:
    parts = {"cause": "Une fibre <b>coupée</b>.", "actions": "Réparée.\nVérifiée.", "prevention": "Cœur doublé : 2 €."}
    page = report.pdf(ABOUT, Kind.INCIDENT, written(**parts), sample.book())
    text = read(page)
    for told in (
        "NVL-26-00042-2", "Client & Cie <un>", "Bordeaux, Pau", "dimanche 25/10/2026 à 2 h 30 (heure d'été)",
        "dimanche 25/10/2026 à 5 h 30", "Durée d'interruption", "4 h", "3 h", "2 h", "tenu", "dépassé",
        "Une fibre <b>coupée</b>.", "Vérifiée.", "Cœur doublé : 2 €.",
    ):  # fmt: skip
        assert told in text, told
    assert report.pdf(ABOUT, Kind.INCIDENT, written(**parts), sample.book()) == page, "the same report, the same bytes"


def test_a_long_one_takes_its_pages() -> None:
    page = report.pdf(ABOUT, Kind.INCIDENT, written(actions="Un pas de plus. " * 2000), sample.book())
    pages = PdfReader(BytesIO(page)).pages
    assert len(pages) > 2
    assert all("NVL-26-00042-2" in each.extract_text() for each in pages)


@settings(max_examples=30)
@given(st.text(max_size=300), st.sampled_from(Kind))
def test_whatever_is_written_is_printed(text: str, kind: Kind) -> None:
    assert report.pdf(ABOUT, kind, written(cause=text, actions=text), sample.book()).startswith(b"%PDF")
