"""Tokens and addresses for programs, on a terminal."""

from typing import Any

import pytest

from tests.commands.terminal import Terminal

TOKEN = ("token", "create", "x", "--scope")


def test_a_token_is_shown_once_listed_and_revoked(loaded: Terminal) -> None:
    made = loaded.types("token", "create", "supervision", "--scope", "tickets:read", "--days", "30")
    assert made.stdout.startswith("ast_")
    listed: Any = loaded.reads("token", "list")
    assert [(row["number"], row["name"], row["scopes"], row["state"]) for row in listed] == [
        (1, "supervision", ["tickets:read"], "")
    ]
    assert made.stdout.strip() not in loaded.types("token", "list").output
    assert "révoqué" in loaded.types("token", "revoke", "1").output
    assert "révoqué" in loaded.types("token", "list").output
    assert loaded.types("token", "revoke", "1").exit_code == 1


def test_an_address_is_told_and_stopped(loaded: Terminal) -> None:
    made = loaded.types("hook", "create", "https://client.example/tickets", "--client", "260417")
    assert len(made.stdout.strip()) == 64
    listed: Any = loaded.reads("hook", "list")
    assert [(row["url"], row["client"]) for row in listed] == [("https://client.example/tickets", "260417")]
    assert loaded.types("hook", "revoke", "1").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("token", "create", "x"), "--scope", id="no scope"),
        pytest.param(("token", "create", "x", "--scope", "tout"), "tout", id="no such scope"),
        pytest.param((*TOKEN, "rota:read", "--client", "260417"), "n'est pas pour lui", id="a client wants rotas"),
        pytest.param((*TOKEN, "tickets:read", "--client", "999999"), "Le client « 999999 »", id="no such client"),
        pytest.param(("hook", "create", "http://client.example/"), "https est nécessaire", id="in the clear"),
        pytest.param(("hook", "create", "client.example"), "on attend une adresse https", id="no address"),
        pytest.param(("hook", "revoke", "7"), "Le numéro 7 n'existe pas", id="no such number"),
    ],
)  # fmt: skip
def test_refusals(loaded: Terminal, words: tuple[str, ...], said: str) -> None:
    refused = loaded.types(*words)
    assert refused.exit_code != 0
    assert said in refused.output
