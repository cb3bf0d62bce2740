"""One JSON object a line, whoever speaks, and no telephone number in full."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logs import masked

ROOT = Path(__file__).resolve().parents[2]
SPEAKS = """
import logging, logs, structlog
logs.configure()
log = structlog.get_logger()
log.warning("appel", sender="+33639981001", nested={"to": ["06 39 98 10 01", 3]}, call="CA" + "1" * 32, odd=object())
logging.getLogger("une.bibliotheque").error("refus du %s", "0639981001")
logging.getLogger("une.bibliotheque").info("un détail")
try:
    raise ValueError("parameters: ('+33639981001',)")
except ValueError:
    log.exception("panne")
    logging.getLogger("une.bibliotheque").exception("panne\\nsur deux lignes")
"""


def test_each_line_is_an_object_without_a_number() -> None:
    """Libraries too: a driver's message holds the parameters of its statement."""
    told = subprocess.run(
        [sys.executable, "-c", SPEAKS], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout == ""
    lines = [json.loads(line) for line in told.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["appel", "refus du …01", "panne", "panne\nsur deux lignes"]
    assert [line["level"] for line in lines] == ["warning", "error", "error", "error"]
    assert lines[0]["nested"] == {"to": ["…01", 3]}
    assert lines[0]["call"] == "CA" + "1" * 32
    assert all("Traceback" in line["exception"] for line in lines[2:])
    assert "639981" not in told.stderr
    assert "98 10" not in told.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("+33639981001", "…01", id="international"),
        pytest.param("de 0639981001 à", "de …01 à", id="national"),
        pytest.param("06 39 98 10 01", "…01", id="in groups"),
        pytest.param("06.39.98.10.01, 05-86-07-77-77", "…01, …77", id="with dots, with hyphens"),
        pytest.param("+33 6 39 98 10 01", "…01", id="international, in groups"),
        pytest.param("From=%2B33639981001&To=", "From=…01&To=", id="in an address"),
        pytest.param("+590590123456", "…56", id="overseas"),
        pytest.param("CA" + "1" * 32, "CA" + "1" * 32, id="an identifier is no number"),
        pytest.param("NVL-26-00042-2", "NVL-26-00042-2", id="a reference is no number"),
        pytest.param("2026-09-12T20:04:00.123456+00:00", "2026-09-12T20:04:00.123456+00:00", id="nor is an instant"),
        pytest.param("code 260417", "code 260417", id="nor a client's code"),
    ],
)
def test_a_number_keeps_its_last_two_digits(text: str, expected: str) -> None:
    assert masked(text) == expected


@given(st.from_regex(r"\+[1-9][0-9]{8,14}", fullmatch=True), st.sampled_from(["", " ", "'", "=", "(", "tel:", '"']))
def test_no_number_in_full(number: str, before: str) -> None:
    assert number[1:-2] not in str(masked({"x": [f"{before}{number}", (number,)]}))
