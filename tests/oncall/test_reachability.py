"""By what a person is reached: their wishes, their telephones, and whoever has one is woken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.policies import Channel
from oncall.reachability import Way, is_reachable, message_to, ways
from oncall.rotas import Engineer

SMS, VOICE = Channel.SMS, Channel.VOICE
MOBILE, SECOND = "+33639980001", "+33639980002"
LANDLINE, BELGIAN = "+33536490001", "+32470123456"


def texted(number: str) -> bool:
    return number.startswith(("+336", "+337"))


def engineer(by: tuple[Channel, ...], *numbers: str) -> Engineer:
    first, *others = numbers or ("",)
    return Engineer(code="a", name="A", phone=first, phones=tuple(others), by=by)


@pytest.mark.parametrize(
    ("accepted", "numbers", "by", "tried"),
    [
        pytest.param((SMS, VOICE), (MOBILE,), (SMS, VOICE), ["sms", "voice"], id="both, on a mobile"),
        pytest.param((SMS,), (MOBILE,), (SMS, VOICE), ["sms"], id="SMS alone is a wish that can be had"),
        pytest.param((SMS,), (BELGIAN,), (SMS, VOICE), ["voice"], id="SMS alone on a foreign mobile: called"),
        pytest.param((SMS,), (LANDLINE,), (SMS,), ["voice"], id="SMS alone on a landline, and a step of SMS: called"),
        pytest.param((SMS,), (LANDLINE, MOBILE), (SMS, VOICE), ["sms"], id="the second number can be texted"),
        pytest.param((VOICE,), (MOBILE,), (SMS,), ["voice"], id="calls alone, and a step of SMS"),
        pytest.param((SMS,), (MOBILE,), (VOICE,), ["sms"], id="SMS alone, and a step of calls"),
        pytest.param((SMS, VOICE), (LANDLINE,), (SMS,), ["voice"], id="the step's SMS arrives nowhere"),
        pytest.param((SMS, VOICE), (LANDLINE,), (SMS, VOICE), ["voice"], id="what arrives of the step is enough"),
        pytest.param((SMS, VOICE), (), (SMS, VOICE), [], id="no telephone at all"),
        pytest.param((VOICE,), (), (VOICE,), [], id="calls alone and no telephone"),
    ],
)  # fmt: skip
def test_by_what_they_are_tried(
    accepted: tuple[Channel, ...], numbers: tuple[str, ...], by: tuple[Channel, ...], tried: list[str]
) -> None:
    assert [way.channel for way in ways(engineer(accepted, *numbers), by, texted)] == tried


def test_each_channel_has_its_numbers_in_order() -> None:
    person = engineer((SMS, VOICE), LANDLINE, MOBILE, SECOND)
    assert ways(person, (SMS, VOICE), texted) == (
        Way(SMS, (MOBILE, SECOND)),
        Way(VOICE, (LANDLINE, MOBILE, SECOND)),
    )


CHANNELS = st.lists(st.sampled_from(Channel), min_size=1, max_size=2, unique=True).map(tuple)
NUMBERS = st.lists(st.sampled_from((MOBILE, SECOND, LANDLINE, BELGIAN)), max_size=3).map(tuple)


@given(CHANNELS, NUMBERS, CHANNELS)
def test_whoever_counts_as_coverage_is_tried(
    accepted: tuple[Channel, ...], numbers: tuple[str, ...], by: tuple[Channel, ...]
) -> None:
    """The gap finder, the doctor and the load ask only for a telephone: it must be what paging does."""
    person = engineer(accepted, *numbers)
    found = ways(person, by, texted)
    assert is_reachable(person) == bool(found)
    assert all(way.numbers and set(way.numbers) <= set(numbers) for way in found)
    assert all(texted(number) for way in found if way.channel is SMS for number in way.numbers)


@pytest.mark.parametrize(
    ("phones", "told"),
    [
        pytest.param((LANDLINE, MOBILE), (SMS, MOBILE), id="the first that reads SMS"),
        pytest.param((LANDLINE, BELGIAN), (VOICE, LANDLINE), id="none reads SMS: a call to the first"),
        pytest.param((), None, id="no telephone"),
    ],
)
def test_how_a_message_is_told(phones: tuple[str, ...], told: tuple[Channel, str] | None) -> None:
    assert message_to(phones, texted) == told
