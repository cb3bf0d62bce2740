"""Too many tries to sign in, and nobody is let in for a while: counted before a password is looked at.

Counted by what is typed, whether or not there is such an account, and by the address that the try comes from. In the
database, so that all processes count together."""

from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address

from flask import Response, abort, make_response, render_template, request, session
from flask_login import current_user, user_logged_in

from storage import knocks
from web.outside import Outside
from web.signin.addresses import spelled

MOST_TRIES = 10  # of one account, in a quarter of an hour
MOST_FROM = 60  # of one address of the network
GUESSED = {
    "security.login": "email",
    "security.forgot_password": "email",
    "security.two_factor_token_validation": None,
    "security.mf_recovery": None,
    "security.verify": None,
    "security.change_password": None,
}


class Brake:
    def __init__(self, outside: Outside):
        self.outside = outside

    def before(self) -> Response | None:
        """429 and when to come back; none lets the request through."""
        if request.is_json and (request.endpoint or "").startswith("security."):
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)  # the library reads it, where nothing is counted
        if request.method != "POST" or request.endpoint not in GUESSED:
            return None
        now, held = self.outside.clock(), False
        for what, most in self._subjects():
            with self.outside.database.begin() as db:  # counted before it is judged: of many at once, few get through
                held = knocks.knock(db, what, now) > most or held
        if not held:
            return None
        minutes = int(knocks.SPAN.total_seconds() // 60)
        answer = make_response(
            render_template("security/too_often.html", minutes=minutes), HTTPStatus.TOO_MANY_REQUESTS
        )
        answer.headers["Retry-After"] = str(minutes * 60)
        return answer

    def _subjects(self) -> Iterator[tuple[str, int]]:
        field = GUESSED[request.endpoint or ""]
        here = str(session.get("tf_user_id") or getattr(current_user, "fs_uniquifier", ""))
        tried = _tried(request.form.get(field, "")) if field else here
        yield f"{request.endpoint} {tried}", MOST_TRIES
        if _is_somewhere(request.remote_addr or ""):
            yield f"from {request.remote_addr}", MOST_FROM

    def let_in(self, _: object, user: object) -> None:
        """Whoever was let in may have mistyped before."""
        with self.outside.database.begin() as db:
            knocks.forget(db, f"security.login {getattr(user, 'email', '')}")

    def watch(self, app: object) -> None:
        user_logged_in.connect(self.let_in, app, weak=False)


def _tried(typed: str) -> str:
    return spelled(typed) or typed.strip().lower()


def _is_somewhere(address: str) -> bool:
    """Behind a proxy everybody comes from the same place, which says nothing."""
    with suppress(ValueError):
        return ip_address(address).is_global
    return False
