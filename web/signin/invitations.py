"""An invitation: an address by which somebody chooses their first password, once, within a week."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from flask_security.recoverable import generate_reset_password_token
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as Answer

from settings import Settings
from storage import accounts
from web.outside import Outside
from web.signin.people import Person

LASTS = 7 * 24 * 3600  # seconds
SALT = "astreinte-invitation"


def address(settings: Settings, uniquifier: str) -> str:
    """The whole of it; good until a password is chosen, or all sessions of the account are ended."""
    return f"{settings.public_url}/invitation/{_signer(settings).dumps(uniquifier)}"


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("invitations", __name__)

    @routes.get("/invitation/<token>")
    def follow(token: str) -> Answer | tuple[str, HTTPStatus]:
        """Shows a button: programs that look at links must not use it up."""
        person = _invited(outside, token)
        if person is None:
            return render_template("security/invitation.html", person=None), HTTPStatus.GONE
        return render_template("security/invitation.html", person=person), HTTPStatus.OK

    @routes.post("/invitation/<token>")
    def accept(token: str) -> Answer | tuple[str, HTTPStatus]:
        person = _invited(outside, token)
        if person is None:
            return render_template("security/invitation.html", person=None), HTTPStatus.GONE
        token = generate_reset_password_token(person)  # type: ignore[no-untyped-call]
        return redirect(url_for("security.reset_password", token=token))

    return routes


def _invited(outside: Outside, token: str) -> Person | None:
    try:
        uniquifier = _signer(outside.settings).loads(token, max_age=LASTS)
    except BadSignature:
        return None
    with outside.database.read() as db:
        row = accounts.find(db, fs_uniquifier=uniquifier)
    return Person(row) if row and row.active and row.password is None else None


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key, salt=SALT)
