"""How people want to be woken: by what, and where."""

from collections.abc import Callable

from tests.stories.night import loss, taken_by, tried
from tests.support.phone import ING2, SAMPLE, Line

MakeLine = Callable[..., Line]


def with_engineer(make_line: MakeLine, more: str) -> Line:
    toml = SAMPLE.read_text(encoding="utf-8")
    phone = 'phone = "06 39 98 00 02"\n'
    return make_line(toml.replace(phone, phone + more + "\n", 1))


def test_somebody_who_wants_calls_only(make_line: MakeLine) -> None:
    line = with_engineer(make_line, 'by = ["voice"]')
    loss(line)
    assert [(engineer, channel) for engineer, channel, _ in tried(line)] == [("ing2", "voice")]


def test_a_second_number_is_tried_when_the_first_is_busy(make_line: MakeLine) -> None:
    line = with_engineer(make_line, 'phones = ["05 36 49 00 22"]')
    line.phone(ING2).does("busy")
    line.phone("05 36 49 00 22").does("answers:1")
    loss(line)
    line.forward(seconds=70)
    assert taken_by(line) == "ing2"
    assert line.phone("05 36 49 00 22").texts() == [], "a landline has no SMS"
