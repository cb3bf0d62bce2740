"""The browsers that people are signed in with: each begins a session of its own, and ends with it."""

from collections.abc import Sequence

from flask import Flask, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security.utils import set_request_attr

from storage.accounts import sessions
from web.outside import Outside
from web.signin.signals import listen
from web.signin.user_store import Person

# Each names itself after those that come later, too.
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS X": "Mac",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def watch(app: Flask, outside: Outside) -> None:
    """Cookies say a session's token where the library would have them say the account's."""

    def load(token: str | None) -> Person | None:
        now = outside.clock()
        with outside.database.read() as db:
            row = sessions.whose(db, str(token), now)
        if row is None or not row.active:
            return None
        if now - row.session_seen_at >= sessions.EXACT:
            with outside.database.begin() as db:
                sessions.see(db, row.session, now)
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))  # when they last said their password
        person = Person(row)
        person.session = row.session
        return person

    def begin(_: object, user: Person) -> None:
        with outside.database.begin() as db:
            token = sessions.begin(db, user.id, user.fs_uniquifier, named(request.user_agent.string), outside.clock())
        session["_user_id"] = token

    def end(_: object, user: Person) -> None:
        if user.session is not None:
            with outside.database.begin() as db:
                sessions.end(db, user.id, user.session)

    app.login_manager.user_loader(load)  # type: ignore[attr-defined]
    listen(user_logged_in, begin, app)
    listen(user_logged_out, end, app)


def named(agent: str) -> str:
    """What somebody would call their browser: « Firefox, Android »; empty for one that does not say."""
    return ", ".join(filter(None, (_first(BROWSERS, agent), _first(SYSTEMS, agent))))


def _first(marks: dict[str, str], agent: str) -> str:
    found: Sequence[str] = [name for mark, name in marks.items() if mark in agent]
    return found[0] if found else ""
