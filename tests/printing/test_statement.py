"""The statement on paper and as a table: all that was issued, legible, and the same for ever."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.employers import STANDBY
from printing import paper, statement
from tests.printing.test_report import read

ISSUED = datetime(2026, 11, 2, 8, tzinfo=UTC)
SPAN = {"starts": "2026-10-24T18:00+02:00", "until": "2026-10-26T08:30+01:00"}


def document(**parts: Any) -> dict[str, Any]:
    hours = {str(of): "0.00" for of in STANDBY} | {"saturday": "6.00", "sunday": "25.00", "night": "6.00"}
    work = {"ticket": "NVL-26-00042-2", "starts": "2026-10-25T02:10+02:00", "until": "2026-10-25T02:40+01:00",
            "hours": "1.50", "travel": 30, "on_site": True, "outside": False}  # fmt: skip
    return {
        "month": "2026-10", "zone": "Europe/Paris", "organisation": "Groupe NVL",
        "employer": {"name": "Société <b>Une</b> & Cie", "agreement": ""},
        "engineer": {"code": "ing1", "name": "Ingénieur 1"},
        "turns": [{"rota": "idline", "layer": "principal", "hours": {}, "standby": "37.00", **SPAN}],
        "hours": hours, "standby": "37.00", "interventions": [work], "worked": "1.50",
        "lines": [{"of": "sunday", "quantity": "25.00", "hours": True, "rate": "4.50", "amount": "112.50"},
                  {"of": "shift", "quantity": "1", "hours": False, "rate": "50.00", "amount": "50.00"}],
        "total": "162.50",
        "rest": [{"hours": "35.00", "last": SPAN["starts"], "until": SPAN["until"], "usual": "2026-10-26T08:00+01:00"}],
        "notices": [{**SPAN, "announced_at": "2026-10-20T09:00+02:00", "days": 4, "verdict": "reason",
                     "reason": "=HYPERLINK(1)", "agreed": True}],
        **parts,
    }  # fmt: skip


def test_the_paper_says_all_of_it() -> None:
    page = statement.pdf(document(), 2, ISSUED, "ab12", "une intervention oubliée")
    text = " ".join(read(page).split())
    for told in (
        "Société <b>Une</b> & Cie", "Relevé d'astreinte, octobre 2026", "Ingénieur 1", "02/11/2026 à 09:00, n° 2",
        "le n° 1 : une intervention oubliée", "aucun accord nommé", "37,00 h", "Heure de dimanche", "25,00 h",
        "24/10/2026 18:00", "26/10/2026 08:30", "NVL-26-00042-2, sur site, trajet 30 min", "112,50 €", "162,50 €",
        "35,00 h", "=HYPERLINK(1) (avec son accord)", "n'est pas un avis juridique", "ab12",
    ):  # fmt: skip
        assert told in text, told
    assert statement.pdf(document(), 2, ISSUED, "ab12", "une intervention oubliée") == page, "the same bytes"


def test_the_table_says_all_of_it_and_adds_up() -> None:
    text = statement.table(document(), 2, ISSUED, "ab12").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    named = {row["quoi"]: row for row in rows}
    assert named["releve"]["libelle"] == "Société <b>Une</b> & Cie, Ingénieur 1, 2026-10"
    assert (named["releve"]["quantite"], named["releve"]["debut"]) == ("2", "2026-11-02T09:00+01:00")
    assert named["empreinte"]["libelle"] == "ab12"
    assert (named["repos"]["fin"], named["prevenance"]["quantite"]) == (SPAN["until"], "4")
    assert "avis juridique" in named["note"]["libelle"]
    for what, field, total in (("heures", "heures", "astreinte"), ("compensation", "montant", "total")):
        parts = [float(row[field].replace(",", ".") or 0) for row in rows if row["quoi"] == what]
        assert sum(parts) == float(named[total][field].replace(",", "."))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Nguyễn Łukasz Dvořák", "Nguyen Lukasz Dvorák", id="letters that the fonts have not"),
        pytest.param("Œuvre « ç » – 2 €", "Œuvre « ç » – 2 €", id="those that they have"),
        pytest.param("中 🙂", "? ?", id="like nothing"),
        pytest.param("e\u0301té", "été", id="an accent apart"),
    ],
)
def test_names_are_legible(name: str, shown: str) -> None:
    assert paper.legible(name) == shown
    assert shown in read(statement.pdf(document(engineer={"code": "x", "name": name}), 1, ISSUED, "", ""))


@given(st.text(max_size=60))
def test_whatever_is_written_can_be_printed(text: str) -> None:
    paper.legible(text).replace("\n", "").encode("cp1252")
