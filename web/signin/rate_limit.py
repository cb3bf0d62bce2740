"""Too many tries to sign in, and no more pass for a while: counted before a password is looked at.

Counted in the database, so that all processes count together; whoever is braked costs a look at it, and writes nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil

from flask import Flask, Response, abort, g, make_response, render_template, request, session
from flask_login import current_user, user_logged_in
from flask_security.recoverable import reset_password_token_status
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError  # type: ignore[import-untyped]

from storage.accounts import accounts, login_attempts
from web.outside import Outside
from web.signin.addresses import spelled
from web.signin.attempt_counts import Try
from web.signin.identity import left_by
from web.signin.known_browsers import COOKIE, Known
from web.signin.networks import network
from web.signin.signals import listen
from web.signin.user_store import Person

LARGEST = 20_000  # bytes: a form of sign-in holds a few words
TYPED_AT_MOST = 320  # characters of an address
TYPED = ("security.login", "security.forgot_password")  # whose form says for which address
HALF_IN = ("security.two_factor_token_validation", "security.mf_recovery")  # a password was right before
INSIDE = ("security.verify", "security.change_password")
LINKED = "security.reset_password"  # by a link of a mail
VOUCHED = "oidc.back"  # the provider is asked by it
POSTED = (*TYPED, *HALF_IN, *INSIDE, LINKED)


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that passed: where from, whether the next one waits, and whether its browser is known, or its link."""

    network: str
    is_last: bool
    is_known: bool


class RateLimit:
    def __init__(self, outside: Outside, known: Known):
        self.outside, self.known = outside, known
        self._shut: dict[str, datetime] = {}  # to all strangers, until then, by what they try

    def before(self) -> Response | None:
        """429 and when to come back; none lets the request through."""
        if (request.endpoint or "").startswith("security."):
            request.max_content_length = LARGEST
            if request.is_json:
                abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)  # the library reads it, where nothing is counted
        if not _guesses():
            return None
        if pause := self._is_shut():
            return _later(pause)
        tried = self._try()
        if tried is None:
            return None
        pause = self._counted(tried)
        return _later(pause) if pause else None

    def _counted(self, tried: Try) -> timedelta:
        """Nothing, and the try is counted; else how long it has to wait."""
        now, limits = self.outside.clock(), list(tried.limits())
        with self.outside.database.read() as db:
            pause = login_attempts.wait(db, limits, now)
            if pause and not tried.browser:
                self._shut[tried.endpoint] = now + login_attempts.wait(db, limits[-1:], now)
        if not pause:
            with self.outside.database.begin(lasting=False) as db:
                pause = login_attempts.knock(db, limits, now)
                is_last = bool(login_attempts.wait(db, limits[:1], now))
        if not pause:
            g.counted = Counted(tried.network, is_last, bool(tried.browser))
        return pause

    def _is_shut(self) -> timedelta:
        """To whoever is certainly a stranger: a flood of them is not even looked up."""
        now, endpoint = self.outside.clock(), request.endpoint or ""
        until = self._shut.get(endpoint, now)
        return until - now if until > now and endpoint in TYPED and COOKIE not in request.cookies else timedelta()

    def _try(self) -> Try | None:
        """None for what is refused without a look at any secret."""
        endpoint = request.endpoint or ""
        here = network(request, self.outside.settings.forwarded_allow_ips)
        if endpoint == VOUCHED:
            return Try(endpoint, "", here)
        if endpoint in INSIDE:
            person: Person = current_user
            return Try(endpoint, str(person.id), here, f"session {person.session}") if person.is_authenticated else None
        if endpoint == LINKED:
            whose = _linked()
            return Try(endpoint, str(whose), here, "link") if whose else None
        typed = _typed() if endpoint in TYPED else ""
        account = self._account({"email": typed} if typed else {"fs_uniquifier": session.get("tf_user_id", "")})
        if account is None and not typed:
            return None  # nobody's code
        return Try(endpoint, str(account or typed), here, self.known.browser(account))

    def _account(self, by: dict[str, str]) -> int | None:
        with self.outside.database.read() as db:
            row = accounts.find(db, **by)
        return row.id if row else None

    def let_in(self, _: object, user: Person) -> None:
        """Whoever was let in may have mistyped before."""
        here = network(request, self.outside.settings.forwarded_allow_ips)
        tries = [Try(endpoint, str(user.id), here, self.known.browser(user.id)) for endpoint in POSTED]
        with self.outside.database.begin(lasting=False) as db:
            login_attempts.forget(db, [what for each in tries for what in each.forgiven])

    def watch(self, app: Flask) -> None:
        app.before_request(self.before)
        listen(user_logged_in, self.let_in, app)


def _guesses() -> bool:
    """Whether a secret would be judged; without the form's own, the form refuses by itself."""
    if request.endpoint == VOUCHED:
        return left_by(request.args.get("state", "")) in session  # else nobody is asked: whoever made it up is refused
    if request.method != "POST" or request.endpoint not in POSTED:
        return False
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _typed() -> str:
    written = request.form.get("email", "")[:TYPED_AT_MOST].replace("\x00", "")  # no database keeps one
    return spelled(written) or written.strip().lower() or "nobody"


def _linked() -> int | None:
    """Whose the link is; none for one that is no good, or no more."""
    expired, invalid, person = reset_password_token_status((request.view_args or {})["token"])  # type: ignore[no-untyped-call]
    return None if expired or invalid or person is None else int(person.id)


def _later(pause: timedelta) -> Response:
    """What was typed is kept, but for the password."""
    seconds = max(1, ceil(pause.total_seconds()))
    email = request.form.get("email", "")[:TYPED_AT_MOST] if request.endpoint in TYPED else ""
    page = render_template("security/too_often.html", seconds=seconds, minutes=ceil(seconds / 60), email=email)
    answer = make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(seconds)
    return answer
