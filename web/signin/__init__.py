"""Signing in: Flask-Security over our own accounts, with its mail in our outbox and its tries counted by us.

What it adds to every request is done for people's pages alone: Twilio waits, and has no session."""

import hmac
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import Flask, request
from flask_security import Security

from storage.accounts import accounts, sessions
from web.access import is_for_people
from web.outside import Outside
from web.signin import (
    addresses,
    audit,
    browsers,
    forms,
    hashing_queue,
    invitations,
    letters,
    openid_connect,
    second_factor,
)
from web.signin.forgotten import Forgot
from web.signin.known_browsers import Known
from web.signin.passwords import passwords
from web.signin.rate_limit import RateLimit
from web.signin.single_use import RecoveryCodes
from web.signin.user_store import Once, People


def register(app: Flask, outside: Outside) -> None:
    app.config.update(_options(outside))
    befores, afters = app.before_request_funcs.setdefault(None, []), app.after_request_funcs.setdefault(None, [])
    ours = len(befores), len(afters)
    security = Security(
        app, People(outside.database), mail_util_cls=letters.outbox(outside), totp_cls=Once,
        mf_recovery_codes_util_cls=RecoveryCodes, password_util_cls=passwords(outside), login_form=forms.Login,
        verify_form=forms.Verify, change_password_form=forms.Change, reset_password_form=forms.Reset,
        forgot_password_form=Forgot,
    )  # fmt: skip

    @security.login_context_processor
    def ways_in() -> dict[str, object]:
        """There is no default account: somebody at the machine makes the first one."""
        with outside.database.read() as db:
            nobody = {"no_admin": not accounts.any_admin(db), "no_account": not accounts.listed(db)}
        return nobody | {"oidc_name": outside.settings.oidc_name}

    befores[ours[0] :] = [_for_people(hook) for hook in befores[ours[0] :]]
    afters[ours[1] :] = [_after_people(hook) for hook in afters[ours[1] :]]
    second_factor.register(app)
    browsers.watch(app, outside)
    audit.watch(app, outside)
    hashing_queue.register(app)
    forms.register(app)
    known = Known(outside)
    RateLimit(outside, known).watch(app)
    known.watch(app)
    app.register_blueprint(invitations.blueprint(outside))
    app.register_blueprint(openid_connect.blueprint(outside))
    openid_connect.watch(app, outside)


def _options(outside: Outside) -> dict[str, Any]:
    settings = outside.settings
    return {
        "SECURITY_PASSWORD_SALT": _derived(settings.secret_key, "password"),
        "SECURITY_TOTP_SECRETS": {"1": _derived(settings.secret_key, "totp")},
        "SECURITY_TOTP_ISSUER": "Astreinte",
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],  # of what a signed link holds, which nobody guesses
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds before and after: one code on either side
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,  # a weaker factor
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": dict(addresses.HOW),
        "SECURITY_EMAIL_SENDER": settings.mail_from or "astreinte@localhost",
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
        "SECURITY_DATETIME_FACTORY": outside.clock,
        "SECURITY_FRESHNESS": timedelta(hours=12),
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_POST_RESET_VIEW": "/login",
        "SECURITY_POST_CHANGE_VIEW": "/me",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/me",
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SESSION_COOKIE_NAME": "astreinte",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": sessions.LASTS,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "REMEMBER_COOKIE_DURATION": sessions.LASTS,
        "WTF_CSRF_CHECK_DEFAULT": False,  # checked by the guard of people's pages, before anything is done
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
    }


def _derived(secret: str, purpose: str) -> str:
    """A key of its own for each purpose, from the one that is configured."""
    return hmac.new(secret.encode(), f"astreinte {purpose}".encode(), sha256).hexdigest()


def _for_people(hook: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: hook() if is_for_people(request.endpoint) else None


def _after_people(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda answer: hook(answer) if is_for_people(request.endpoint) else answer
