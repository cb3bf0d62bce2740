"""An invitation: an address by which somebody chooses their first password, once, within a week."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, session, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext
from flask_security import login_user, password_reset
from flask_security.recoverable import generate_reset_password_token
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as Answer

from settings import Settings
from storage.accounts import accounts
from web.outside import Outside
from web.signin.signals import listen
from web.signin.user_store import Person

LASTS = 7 * 24 * 3600  # seconds
INVITED = "invited"  # in the session: the account whose invitation this browser has followed
CHOSEN = lazy_gettext("Votre mot de passe est enregistré.")
SALT = "astreinte-invitation"


def address(settings: Settings, uniquifier: str) -> str:
    """The whole of it; good until a password is chosen, or all sessions of the account are ended."""
    return f"{settings.public_url}/invitation/{_signer(settings).dumps(uniquifier)}"


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("invitations", __name__)
    routes.record_once(_watch)

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
        session[INVITED] = person.id
        token = generate_reset_password_token(person)  # type: ignore[no-untyped-call]
        return redirect(url_for("security.reset_password", token=token))

    return routes


def _watch(state: BlueprintSetupState) -> None:
    """Whoever has just chosen a first password is in; what is said then is true of a forgotten one, too."""
    state.app.config["SECURITY_MSG_PASSWORD_RESET_NO_LOGIN"] = (CHOSEN, "success")
    listen(password_reset, _let_in, state.app)


def _let_in(_: object, user: Person, **__: object) -> None:
    """The same browser that has followed the invitation; a second factor is still asked for."""
    if session.pop(INVITED, None) == user.id and user.tf_primary_method is None:
        login_user(user, authn_via=["invitation"])


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
