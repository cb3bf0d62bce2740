"""Who belongs to what in a directory."""

import pytest

from directory.index import Directory
from storage.directory import parse
from tests.ivr.sample import SAMPLE


@pytest.mark.parametrize(
    ("rota", "entities"),
    [
        pytest.param("idline", ("idline",), id="one"),
        pytest.param("applications", ("ozanges", "ivelem"), id="two, in menu order"),
        pytest.param("gone", (), id="a rota that has left"),
    ],
)
def test_whom_a_rota_is_for(rota: str, entities: tuple[str, ...]) -> None:
    assert tuple(each.code for each in Directory(parse(SAMPLE)).entities_of(rota)) == entities


@pytest.mark.parametrize(
    ("engineer", "works"),
    [
        pytest.param("ing1", True, id="of its entity, and in its turns"),
        pytest.param("ing4", True, id="in its turns alone"),
        pytest.param("ing5", True, id="of its entity alone"),
        pytest.param("ing3", False, id="neither"),
        pytest.param("resp", False, id="its fallback only"),
    ],
)
def test_who_works_for_a_rota(engineer: str, works: bool) -> None:
    fifth = '[[engineers]]\ncode = "ing5"\nname = "Ingénieur 5"\nentities = ["novenc"]\n'
    sample = SAMPLE.replace('entities = ["ozanges", "ivelem", "novenc"]', 'entities = ["ozanges", "ivelem"]')
    book = Directory(parse(sample + fifth))
    known, rota = book.engineer(engineer), book.rota("infrastructure")
    assert known
    assert rota
    assert book.works_for(known, rota) is works
