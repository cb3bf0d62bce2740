"""What our own mail server says of a sender, and what others would have it say. RFC 8601."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.authenticity import is_authentic, is_refused

OURS, SENDER = frozenset({"mx.nvl.example"}), "standard@un.example.com"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("mx.nvl.example; dmarc=pass", id="said shortly"),
        pytest.param("mx.nvl.example; dmarc=pass header.from=un.example.com", id="of the domain"),
        pytest.param("MX.NVL.Example; DMARC=Pass header.From=Un.Example.Com", id="in capitals"),
        pytest.param("mx.nvl.example 1; dmarc=pass", id="with the version"),
        pytest.param('"mx.nvl.example"; dmarc=pass', id="a name in quotes"),
        pytest.param("(us) mx.nvl.example (still us) 1 (one); dmarc=pass", id="with comments"),
        pytest.param("mx.nvl.example;dmarc/1 = pass (p=reject) header.from = un.example.com", id="with blanks"),
        pytest.param(
            "mx.nvl.example; spf=pass smtp.mailfrom=a@un.example.com; dkim=pass header.d=un.example.com;"
            " dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=un.example.com; arc=none",
            id="several results in one header",
        ),
        pytest.param("mx.nvl.example; dmarc=none; dkim=pass header.d=un.example.com", id="signed, without DMARC"),
        pytest.param("mx.nvl.example; dkim=pass header.i=@un.example.com; dmarc=none", id="signed by somebody there"),
        pytest.param(
            "mx.nvl.example; dkim=fail header.d=liste.example; dkim=pass header.d=un.example.com; dmarc=none",
            id="signed twice, once for itself",
        ),
        pytest.param(r'mx.nvl.example; spf=pass smtp.mailfrom="a\"b"@un.example.com; dmarc=pass', id="a quote quoted"),
    ],
)
def test_believed(header: str) -> None:
    assert is_authentic(header, OURS, SENDER)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="nothing"),
        pytest.param("dmarc=pass", id="nobody says so"),
        pytest.param("; dmarc=pass", id="nor here"),
        pytest.param("spf=pass; dmarc=pass", id="a server without a name"),
        pytest.param("mx.evil.example; dmarc=pass", id="somebody else"),
        pytest.param("mx.nvl.example.evil.example; dmarc=pass", id="somebody who is called nearly so"),
        pytest.param("evil.example (mx.nvl.example); dmarc=pass", id="our name in a comment"),
        pytest.param("evil.example mx.nvl.example; dmarc=pass", id="our name beside"),
        pytest.param("mx.nvl.example 2; dmarc=pass", id="a version that nobody knows"),
        pytest.param("mx.nvl.example; none", id="no result"),
        pytest.param("mx.nvl.example; dmarc=fail", id="failed"),
        pytest.param("mx.nvl.example; dmarc=bestguesspass", id="guessed"),
        pytest.param("mx.nvl.example; dmarc=pass; dmarc=fail", id="said twice"),
        pytest.param("mx.nvl.example; dmarc=fail; dmarc=pass", id="said twice, the other way round"),
        pytest.param("mx.nvl.example; dmarc=pass header.from=evil.example", id="of another domain"),
        pytest.param(
            "mx.nvl.example; dmarc=pass header.from=evil.example header.from=un.example.com", id="of two domains"
        ),
        pytest.param("mx.nvl.example; xdmarc=pass", id="another method"),
        pytest.param("mx.nvl.example; x-dmarc=pass", id="a private method"),
        pytest.param("mx.nvl.example; spf=pass smtp.mailfrom=dmarc=pass@evil.example; dmarc=fail", id="in a value"),
        pytest.param('mx.nvl.example; spf=pass smtp.mailfrom="; dmarc=pass"@evil.example', id="between quotes"),
        pytest.param(r'mx.nvl.example; spf=pass smtp.mailfrom="\"; dmarc=pass; \""@evil.example', id="quoted quotes"),
        pytest.param("mx.nvl.example; spf=fail (a (b) ; dmarc=pass)", id="in a comment in which there is one"),
        pytest.param(r"mx.nvl.example; spf=fail (\); dmarc=pass)", id="in a comment that does not end"),
        pytest.param(
            'mx.nvl.example; spf=pass (domain of "a); dmarc=pass (b"@evil.example designates it)',
            id="an address in a comment that ends it",
        ),
        pytest.param('mx.nvl.example; dmarc=pass; spf=fail smtp.mailfrom="a', id="quotes that are not closed"),
        pytest.param("mx.nvl.example; dmarc=pass (", id="a comment that is not closed"),
        pytest.param("mx.nvl.example; dmarc=pass )", id="a comment that nobody has opened"),
        pytest.param("mx.nvl.example; dkim=pass header.d=un.example.com", id="signed, and nothing said of DMARC"),
        pytest.param("mx.nvl.example; dmarc=none; dkim=pass header.d=evil.example", id="signed by another domain"),
        pytest.param("mx.nvl.example; dmarc=none; dkim=pass", id="signed by nobody"),
        pytest.param(
            "mx.nvl.example; dmarc=none; dkim=fail header.d=un.example.com; dkim=pass", id="of two, each half"
        ),
        pytest.param(
            "mx.nvl.example; dmarc=none; dkim=pass header.d=evil.example header.i=@un.example.com",
            id="signed by another domain in the name of ours",
        ),
        pytest.param("mx.nvl.example; dmarc=none; spf=pass smtp.mailfrom=un.example.com", id="only sent from there"),
    ],
)  # fmt: skip
def test_not_believed(header: str) -> None:
    assert not is_authentic(header, OURS, SENDER)


def test_without_a_name_of_ours_nobody_is_believed() -> None:
    assert not is_authentic("mx.nvl.example; dmarc=pass", frozenset(), SENDER)
    assert not is_authentic("; dmarc=pass", frozenset(), SENDER)
    assert not is_authentic("mx.nvl.example; dmarc=pass", OURS, "")


@pytest.mark.parametrize(
    ("results", "refused"),
    [
        pytest.param("dmarc=fail", True, id="DMARC failed"),
        pytest.param("dmarc=fail; spf=pass; dkim=pass", True, id="whatever else passed: it was for another domain"),
        pytest.param("dmarc=pass; spf=fail", False, id="passed, though it was forwarded"),
        pytest.param("spf=fail; dkim=fail", True, id="both failed, no DMARC"),
        pytest.param("dmarc=none; spf=softfail; dkim=none", True, id="not from there, and not signed"),
        pytest.param("dmarc=none; spf=fail; dkim=pass", False, id="forwarded, and signed"),
        pytest.param("dmarc=temperror; spf=fail; dkim=neutral", True, id="DMARC could not be asked"),
        pytest.param("dmarc=none; spf=none; dkim=none", False, id="nobody knows"),
        pytest.param("dmarc=none; spf=pass", False, id="from there"),
        pytest.param("none", False, id="nothing was tried"),
    ],
)
@pytest.mark.parametrize("server", ["mx.nvl.example", "mx.autre.example"])
def test_refused(server: str, results: str, refused: bool) -> None:
    """By whoever wrote the outermost header: to say so of one's own mail harms nobody."""
    assert is_refused(f"{server}; {results}") is refused


BITS = (
    "mx.nvl.example",
    ";",
    "dmarc=fail",
    " ",
    '"',
    "(",
    ")",
    "\\",
    "spf=pass",
    "smtp.mailfrom=",
    "dmarc=pass",
    "x@y",
)


@given(st.lists(st.sampled_from(BITS), max_size=12))
def test_nothing_undoes_a_failure(bits: list[str]) -> None:
    """Whatever else a sender makes stand after it."""
    assert not is_authentic("mx.nvl.example; dmarc=fail; " + "".join(bits), OURS, SENDER)
