"""Signing in by somebody else's word, OpenID Connect: to the provider's page and back. A second factor is still asked.

Only where it is configured; the provider is asked nothing before somebody presses the button."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, abort, current_app, flash, redirect, request, session, url_for
from flask_login import current_user, user_logged_in
from flask_security import login_user
from werkzeug.wrappers import Response

from storage.accounts import accounts
from web.outside import Outside
from web.signin.identity import TurnedAway, whose
from web.signin.signals import listen
from web.signin.user_store import Person

if TYPE_CHECKING:
    from web.signin.provider import Provider

HOME = "/"
HERE = re.compile(r"/(?:[^/\\\x00-\x1f\x7f][^\\\x00-\x1f\x7f]{0,499})?")  # a path that no browser takes for a host
WANTED, VOUCHED = "oidc_next", "oidc_identity"  # in the session


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("oidc", __name__)

    @cache
    def provider() -> Provider:
        from web.signin.provider import Provider

        return Provider(outside.settings, outside.clock)

    @routes.before_request
    def only_where_configured() -> Response | None:
        if not outside.settings.oidc_issuer:
            abort(HTTPStatus.NOT_FOUND)
        return redirect(HOME) if current_user.is_authenticated else None

    @routes.get("/login/oidc")
    def start() -> Response:
        """A link, not a form: our policy lets no form lead to another host."""
        wanted = _inside(request.args.get("next"))
        try:
            answer = provider().sends(outside.settings.public_url + url_for("oidc.back"))
        except TurnedAway as refusal:
            return _refused(refusal, wanted)
        session[WANTED] = wanted
        session.pop(VOUCHED, None)
        return answer

    @routes.get("/login/oidc/back")
    def back() -> Response:
        wanted = _inside(session.pop(WANTED, None))
        try:
            identity = provider().tells()
            person = whose(outside.database, identity)
        except TurnedAway as refusal:
            return _refused(refusal, wanted)
        session[VOUCHED] = [person.id, identity.issuer, identity.subject]
        return _second_factor(person, wanted) or _let_in(person, wanted)

    return routes


def watch(app: Flask, outside: Outside) -> None:
    """Whoever was vouched for and is in, second factor and all, is known by that identity from now on."""

    def link(_: object, user: Person) -> None:
        account, *identity = session.pop(VOUCHED, None) or [None]
        if account == user.id:
            with outside.database.begin() as db:
                accounts.link(db, user.id, *identity)

    listen(user_logged_in, link, app)


def _second_factor(person: Person, wanted: str) -> Response | None:
    """To the page that asks for the code; none for who has no second factor."""
    plugins = current_app.extensions["security"].two_factor_plugins
    asked: Response | None = plugins.tf_enter(person, False, "oidc", next_loc=wanted)
    return asked


def _let_in(person: Person, wanted: str) -> Response:
    login_user(person, remember=False, authn_via=["oidc"])
    return redirect(wanted, HTTPStatus.SEE_OTHER)


def _refused(refusal: TurnedAway, wanted: str) -> Response:
    flash(str(refusal), "refused")
    after = None if wanted == HOME else wanted
    return redirect(url_for("security.login", next=after), HTTPStatus.SEE_OTHER)


def _inside(wanted: str | None) -> str:
    return wanted if wanted and HERE.fullmatch(wanted) else HOME
