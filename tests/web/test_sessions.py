"""A session is there for whoever has a cookie, and leaves no trace on anybody else's answer."""

import pytest
from flask import Flask, session

from web.sessions import Sessions


@pytest.fixture
def app() -> Flask:
    app = Flask("x")
    app.secret_key = "s" * 32
    app.session_interface = Sessions()
    app.add_url_rule("/enter", "enter", lambda: session.update(who="ing1") or "in")
    app.add_url_rule("/who", "who", lambda: session.get("who", "nobody"))
    app.add_url_rule("/plain", "plain", lambda: "plain")
    return app


def test_whoever_entered_is_known_again(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/who").text == "nobody"
    assert "session=" in browser.get("/enter").headers["Set-Cookie"]
    answer = browser.get("/who")
    assert (answer.text, answer.headers["Vary"]) == ("ing1", "Cookie")


def test_a_forged_cookie_is_nobodys(app: Flask) -> None:
    browser = app.test_client()
    browser.set_cookie("session", "eyJ3aG8iOiJpbmcxIn0.aaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaa")
    assert browser.get("/who").text == "nobody"


def test_without_a_session_nothing_is_set(app: Flask) -> None:
    headers = app.test_client().get("/plain").headers
    assert "Set-Cookie" not in headers
    assert "Vary" not in headers


def test_without_a_secret_there_is_no_session(app: Flask) -> None:
    app.secret_key = None
    app.testing = True
    with pytest.raises(RuntimeError, match="secret key"):
        app.test_client().get("/enter")
