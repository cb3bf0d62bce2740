"""What is good once is used up where it is judged: of two requests with it at the same instant, one goes on."""

from typing import Any

from flask_security import MfRecoveryCodesUtil
from flask_security.forms import ResetPasswordForm
from flask_security.utils import get_message

from web.signin.people import Person, user_store


class RecoveryCodes(MfRecoveryCodesUtil):
    """The library looks first and takes away later, and lets in whoever was second."""

    def check_recovery_code(self, user: Any, code: str) -> bool:
        good = super().check_recovery_code(user, code) and super().delete_recovery_code(user, code)
        if not good:
            user.track_failed_authn("code", True)
        return good

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        return True  # done


class Reset(ResetPasswordForm):
    """A link by which a password is chosen, by whoever was invited or has forgotten theirs."""

    def validate(self, **more: Any) -> bool:
        if not super().validate(**more):
            return False
        if isinstance(self.user, Person) and user_store().renew(self.user):
            return True
        self.form_errors.append(get_message("INVALID_RESET_PASSWORD_TOKEN")[0])
        return False
