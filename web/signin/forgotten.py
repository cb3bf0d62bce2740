"""Asking for a new password does the same for an address that nobody has: neither page nor time says who is here."""

from typing import Any

from flask_security.forms import ForgotPasswordForm


class Nobody:
    """Whom no mail reaches; it is written for them all the same."""

    email, locale = "", ""
    fs_uniquifier, password = "0" * 32, "0" * 97  # as long as anybody's


class Forgot(ForgotPasswordForm):
    """What no account has, and what is no address, is nobody's; nothing is hashed, for nothing is verified."""

    def validate(self, **more: Any) -> bool:
        if super().validate(**more):
            return True
        if any(errors for name, errors in self.errors.items() if name != "email"):
            return False
        self.user, self.email.errors = Nobody(), []  # type: ignore[assignment]
        return True
