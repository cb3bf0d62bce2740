"""Asking for a new password takes as long for an address that nobody has: how long says who has an account here."""

from typing import Any

from flask_security import hash_password
from flask_security.forms import ForgotPasswordForm
from flask_security.recoverable import send_reset_password_instructions

from web.signin.addresses import spelled


class Nobody:
    """Whom no mail reaches; it is written for them all the same."""

    email, locale = "", ""
    fs_uniquifier, password = "0" * 32, "0" * 97  # as long as anybody's


class Forgot(ForgotPasswordForm):
    def validate(self, **more: Any) -> bool:
        found = bool(super().validate(**more))
        if found:
            hash_password("as the library does for whom it does not know")
        elif spelled(self.email.data or ""):
            send_reset_password_instructions(Nobody())  # type: ignore[no-untyped-call]
        return found
