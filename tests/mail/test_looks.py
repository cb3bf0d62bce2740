"""The HTML of a mail says what its text says, and nothing that a client wrote becomes more than text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import looks
from mail.looks import blocks


def test_paragraphs_tables_headings_links() -> None:
    page = looks.html(
        "Bilan", "Bonjour,\n\nService : SMS\nSite : Pau\n\nCause\nUne panne.\n\nPortail : https://a.example/x."
    )
    assert (
        page.index("Bonjour,") < page.index("<table") < page.index("<h2") < page.index('<a href="https://a.example/x">')
    )
    assert "https://a.example/x</a>." in page


@pytest.mark.parametrize(
    ("paragraph", "shape"),
    [
        pytest.param("A : 1\nB : 2", "facts", id="every line is a fact"),
        pytest.param("A : 1", "lines", id="one fact is a sentence"),
        pytest.param("A : 1\nsuite", "heading", id="a short line that ends nothing"),
        pytest.param("Voici :\nsuite", "lines", id="it ends something"),
        pytest.param("x" * 41 + "\nsuite", "lines", id="too long for a heading"),
        pytest.param("sans majuscule\nsuite", "lines", id="in the middle of a sentence"),
    ],
)
def test_what_a_paragraph_is(paragraph: str, shape: str) -> None:
    (block,) = blocks(paragraph)
    found = "facts" if block.facts else "heading" if block.heading else "lines"
    assert found == shape


@given(st.text(max_size=200))
def test_text_stays_text(text: str) -> None:
    page = looks.html("titre", f"<script>{text}</script> & \"{text}\" https://x.example/'onload='{text}")
    assert "<script" not in page
    assert "onload='" not in page.replace("&#39;", "")
