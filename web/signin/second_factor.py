"""Setting up a second factor: the key stays the same until a code of it was typed, and recovery codes come next."""

from http import HTTPStatus

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_security.signals import tf_profile_changed
from flask_security.utils import check_and_get_token_status
from werkzeug.wrappers import Response

from web.languages import gettext
from web.signin.user_store import forget_key, user_store

METHOD = "authenticator"


def register(app: Flask) -> None:
    """In place of the library's own, which begins anew, with another key, after a mistyped digit."""
    app.view_functions["security.two_factor_setup_validate"] = validate


def validate(token: str) -> str | Response:
    within = current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
    old, invalid, state = check_and_get_token_status(token, "tf_setup", within)
    if old or invalid:
        flash(gettext("Cette page a trop attendu : recommencez."), "refused")
        return redirect(url_for("security.two_factor_setup"), HTTPStatus.SEE_OTHER)
    if not _is_right(request.form.get("code", ""), state["totp_secret"]):
        return _again(token, state["totp_secret"])
    user_store().tf_set(current_user, METHOD, totp_secret=state["totp_secret"])
    forget_key()
    tf_profile_changed.send(current_app, user=current_user, method=METHOD)
    flash(gettext("Votre second facteur est en place."), "done")
    return redirect(url_for("security.mf_recovery_codes"), HTTPStatus.SEE_OTHER)


def _is_right(code: str, secret: str) -> bool:
    window = current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"]
    right: bool = current_app.extensions["security"].totp_factory.verify_totp(code, secret, current_user, window)
    return right


def _again(token: str, secret: str) -> str:
    values = current_app.extensions["security"].totp_factory.fetch_setup_values(secret, current_user)
    return render_template(
        "security/two_factor_setup.html", chosen_method=METHOD, state_token=token, wrong=True,
        authr_qrcode=values["image"], authr_key=values["key"],
    )  # fmt: skip
