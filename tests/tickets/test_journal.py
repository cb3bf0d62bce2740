"""The journal: whatever is done to it afterwards is found, except the erasure that the law asks for."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.journal import GENESIS, JSON, Broken, Entry, digest_of, first_altered, following, seal

BEGAN = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)
TICKET = "NVL-26-00001-8"


def last_digest(entries: list[Entry]) -> str:
    return entries[-1].digest if entries else GENESIS


def journal(length: int = 5) -> list[Entry]:
    entries: list[Entry] = []
    for n in range(length):
        moment = BEGAN + timedelta(minutes=n)
        details: dict[str, JSON] = {"appelant": "+33536492001", "essai": n, "sites": ["Limoges"]}
        previous = last_digest(entries)
        entries.append(following(n, previous, ticket=TICKET, at=moment, kind="alerte", who="ing2", details=details))
    return entries


def test_a_journal_as_it_was_written_is_whole() -> None:
    entries = journal()
    assert [entry.position for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].previous == GENESIS
    assert first_altered(entries) is None
    assert first_altered(entries, head=entries[-1].digest) is None
    assert first_altered([]) is None
    assert first_altered([], head=GENESIS) is None


ALTERED: dict[str, Callable[[Entry], object]] = {
    "position": lambda entry: entry.position + 1,
    "ticket": lambda entry: "NVL-26-00042-2",
    "at": lambda entry: entry.at + timedelta(microseconds=1),
    "kind": lambda entry: entry.kind + "e",
    "who": lambda entry: "ing1",
    "details": lambda entry: {**(entry.details or {}), "essai": 99},
    "details_digest": lambda entry: digest_of({}),
    "previous": lambda entry: digest_of({}),
    "digest": lambda entry: digest_of({}),
}


def test_every_field_has_its_alteration() -> None:
    assert set(ALTERED) == {field.name for field in fields(Entry)}


@pytest.mark.parametrize("place", [0, 2, 4], ids=["first", "middle", "last"])
@pytest.mark.parametrize("field", ALTERED)
def test_an_altered_field_is_found(field: str, place: int) -> None:
    entries = journal()
    entries[place] = replace(entries[place], **{field: ALTERED[field](entries[place])})  # type: ignore[arg-type]
    found = first_altered(entries)
    assert found is not None
    assert found.position == place + 1
    assert found.reason


def test_an_entry_sealed_anew_after_its_alteration_betrays_the_next() -> None:
    entries = journal()
    forged = following(
        2, entries[1].digest, ticket=TICKET, at=entries[2].at, kind="acquittement", who="ing2", details={"essai": 2}
    )
    found = first_altered([*entries[:2], forged, *entries[3:]])
    assert found == Broken(4, "l'événement ne suit pas le précédent : un événement a été remplacé, ajouté ou retiré")


@pytest.mark.parametrize(
    ("change", "position"),
    [
        pytest.param(lambda entries: entries[1:], 1, id="the first taken away"),
        pytest.param(lambda entries: entries[:2] + entries[3:], 3, id="one taken away"),
        pytest.param(lambda entries: [*entries[:2], entries[1], *entries[2:]], 3, id="one put in twice"),
        pytest.param(
            lambda entries: [*entries[:1], entries[2], entries[1], *entries[3:]],
            2,
            id="two in the other's place",
        ),
        pytest.param(
            lambda entries: [
                *entries[:2],
                *(replace(entry, position=entry.position - 1) for entry in entries[3:]),
            ],
            3,
            id="one taken away, the others renumbered",
        ),
        pytest.param(lambda entries: entries[::-1], 1, id="backwards"),
    ],
)
def test_entries_moved_are_found(change: Callable[[list[Entry]], list[Entry]], position: int) -> None:
    found = first_altered(change(journal()))
    assert found is not None
    assert found.position == position


def test_a_missing_end_is_found_by_the_seal_known_elsewhere() -> None:
    entries = journal()
    assert first_altered(entries[:4]) is None
    assert first_altered(entries[:4], head=entries[-1].digest) == Broken(
        5, "la fin du journal manque : le dernier scellé connu n'est pas atteint"
    )


def test_erased_details_leave_the_chain_whole() -> None:
    entries = [replace(entry, details=None) for entry in journal()]
    assert first_altered(entries) is None
    entries[2] = replace(entries[2], who="ing1")
    assert first_altered(entries) == Broken(3, "le contenu a été modifié")


def test_a_digest_depends_on_content_and_not_on_how_it_is_held() -> None:
    assert digest_of({"a": 1, "b": [1, "é"]}) == digest_of(MappingProxyType({"b": (1, "é"), "a": 1}))
    assert digest_of({"a": {"b": None}}) == digest_of({"a": MappingProxyType({"b": None})})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})
    assert digest_of({"a": True}) != digest_of({"a": 1})


def test_a_seal_depends_on_the_instant_and_not_on_its_zone() -> None:
    def sealed(at: datetime) -> str:
        return seal(GENESIS, position=1, ticket=TICKET, at=at, kind="a", who="b", details_digest="c")

    elsewhere = BEGAN.astimezone(timezone(timedelta(hours=12)))
    assert sealed(BEGAN) == sealed(elsewhere)
    assert sealed(BEGAN) != sealed(BEGAN + timedelta(microseconds=1))
    with pytest.raises(AssertionError):
        sealed(BEGAN.replace(tzinfo=None))


def test_the_sealed_text_is_the_same_for_ever() -> None:
    """Written down, because a journal outlives the version that began it."""
    details = sha256(rb'{"a":[null,true],"\u00e9":"x"}').hexdigest()
    assert digest_of({"é": "x", "a": [None, True]}) == details
    expected = sha256(
        f'["{GENESIS}",1,"{TICKET}","2026-09-12T20:04:00.000000+00:00","ouverture","","{details}"]'.encode()
    ).hexdigest()
    sealed = seal(GENESIS, position=1, ticket=TICKET, at=BEGAN, kind="ouverture", who="", details_digest=details)
    assert sealed == expected


texts = st.text(max_size=8)
values: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
events = st.tuples(texts, texts, texts, st.dictionaries(texts, values, max_size=3))


@settings(max_examples=100)
@given(st.lists(events, min_size=1, max_size=5), st.sampled_from(sorted(ALTERED)), st.integers(0, 4), events)
def test_any_single_alteration_is_found(
    written: list[tuple[str, str, str, dict[str, JSON]]],
    field: str,
    place: int,
    other: tuple[str, str, str, dict[str, JSON]],
) -> None:
    entries: list[Entry] = []
    for n, (ticket, kind, who, details) in enumerate(written):
        moment = BEGAN + timedelta(seconds=n)
        entries.append(
            following(n, last_digest(entries), ticket=ticket, at=moment, kind=kind, who=who, details=details)
        )
    assert first_altered(entries) is None
    place %= len(entries)
    drawn = dict(zip(("ticket", "kind", "who", "details"), other, strict=True))
    put = drawn.get(field, ALTERED[field](entries[place]))
    altered = replace(entries[place], **{field: put})  # type: ignore[arg-type]
    found = first_altered([*entries[:place], altered, *entries[place + 1 :]])
    assert (found is None) == (altered == entries[place])
