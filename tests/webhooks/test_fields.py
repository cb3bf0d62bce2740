"""Our reader of forms and the standard library's: the same for whatever may be sent."""

from urllib.parse import parse_qsl, urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from webhooks import fields

bodies = st.one_of(st.text(), st.text("ab=&+%20;C3a9é\0 "), st.binary().map(lambda body: body.decode(errors="replace")))


@given(bodies)
@example("")
@example("&&a&=b&a=&=&a=b=c")
@example("a+b=c%2Bd&%C3%A9=%E9&%=%zz&é%C3=%A9é")
def test_the_standard_library_reads_the_same(body: str) -> None:
    assert fields.read(body) == parse_qsl(body, keep_blank_values=True)


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_what_was_written_is_read_again(given: list[tuple[str, str]]) -> None:
    sent = [(name.encode(errors="replace").decode(), value.encode(errors="replace").decode()) for name, value in given]
    assert fields.read(urlencode(sent)) == sent
