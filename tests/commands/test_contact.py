"""A person's rights on a terminal."""

import json

import pytest

from tests.commands.terminal import Terminal


def test_what_is_known_and_taken_away(loaded: Terminal) -> None:
    told = loaded.types("export-contact", "06 39 98 10 01")
    assert json.loads(told.stdout) == {"contact": "+33639981001", "tickets": [], "calls": [], "letters": []}
    erased = loaded.types("erase-contact", "Standard@un.example.com", "--yes")
    assert "standard@un.example.com : 0 tickets, 0 appels, 0 courriels reçus." in erased.output
    assert "Rien n'a encore été effacé." in loaded.types("purges").output
    assert loaded.reads("purges") == []


@pytest.mark.parametrize("command", ["export-contact", "erase-contact"])
def test_neither_a_number_nor_an_address(loaded: Terminal, command: str) -> None:
    refused = loaded.types(command, "Monsieur X")
    assert refused.exit_code == 1
    assert "ni un numéro, ni une adresse" in refused.output


def test_without_a_yes_nothing_is_erased(loaded: Terminal) -> None:
    refused = loaded.types("erase-contact", "06 39 98 10 01")  # nobody answers the question
    assert refused.exit_code != 0
    assert "Effacé" not in refused.output
