"""The library's forms in which a password is judged: who comes when too many do reads so, with what they typed."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g
from flask_babel import lazy_gettext
from flask_security.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, VerifyForm
from flask_security.utils import get_message

from web.signin import hashing_queue
from web.signin.user_store import Person, user_store

CROWDED = lazy_gettext("Trop de connexions à la fois : réessayez dans quelques secondes.")


def _patiently(form: Any, validate: Callable[..., Any], **more: Any) -> bool:
    try:
        return bool(validate(**more))
    except hashing_queue.Crowded:
        errors = form.password.errors if isinstance(form, Verify) else form.form_errors  # where its page says them
        errors.append(CROWDED)
        g.crowded = True
        return False


class Login(LoginForm):
    def validate(self, **more: Any) -> bool:
        return _patiently(self, super().validate, **more)


class Verify(VerifyForm):
    def validate(self, **more: Any) -> bool:
        return _patiently(self, super().validate, **more)


class Change(ChangePasswordForm):
    def validate(self, **more: Any) -> bool:
        return _patiently(self, super().validate, **more)


class Reset(ResetPasswordForm):
    """A link by which a password is chosen, by whoever was invited or has forgotten theirs: once."""

    def validate(self, **more: Any) -> bool:
        return _patiently(self, self._serves, **more)

    def _serves(self, **more: Any) -> bool:
        if not super().validate(**more):
            return False
        hashing_queue.take()  # before the link is used up
        if isinstance(self.user, Person) and user_store().renew(self.user):
            return True
        self.form_errors.append(get_message("INVALID_RESET_PASSWORD_TOKEN")[0])
        return False


def register(app: Flask) -> None:
    @app.after_request
    def crowded(answer: Response) -> Response:
        if g.get("crowded"):
            answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
            answer.headers["Retry-After"] = str(hashing_queue.AGAIN_IN)
        return answer
