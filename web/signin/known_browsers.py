"""Browsers in which somebody has signed in before: each has tries of its own, which nobody else can use up.

A signed cookie says for which accounts. It opens nothing: a password is asked for all the same."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, after_this_request, request
from flask.typing import ResponseReturnValue
from flask_login import user_logged_in
from flask_security import password_reset
from itsdangerous import BadSignature, URLSafeTimedSerializer

from web.outside import Outside
from web.signin.signals import listen
from web.signin.user_store import Person

COOKIE = "astreinte_known"
SALT = "astreinte-known"
LASTS = timedelta(days=400)  # browsers keep none for longer
PEOPLE = 5  # at one browser: the last of them


class Known:
    def __init__(self, outside: Outside):
        self._signer = URLSafeTimedSerializer(outside.settings.secret_key, salt=SALT)
        self._secure = outside.settings.public_url.startswith("https://")

    def browser(self, account: int | None) -> str:
        """What this browser is called for that account; empty where the account has never signed in."""
        return self._read().get(str(account), "")

    def watch(self, app: Flask) -> None:
        """Whoever has signed in, or has followed a link of their mailbox to a new password."""
        listen(user_logged_in, self._remember, app)
        listen(password_reset, self._remember, app)

    def _remember(self, _: object, user: Person, **__: Any) -> None:
        known = self._read()
        name = known.pop(str(user.id), "") or secrets.token_urlsafe(9)
        kept = dict([*known.items(), (str(user.id), name)][-PEOPLE:])

        @after_this_request
        def keep(answer: Any) -> ResponseReturnValue:
            answer.set_cookie(
                COOKIE, self._signer.dumps(kept), max_age=LASTS, secure=self._secure, httponly=True, samesite="Lax"
            )
            return answer  # type: ignore[no-any-return]

    def _read(self) -> dict[str, str]:
        try:
            known = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=int(LASTS.total_seconds()))
        except BadSignature:
            return {}
        return {str(account): str(name) for account, name in known.items()} if isinstance(known, dict) else {}
