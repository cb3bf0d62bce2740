"""What is good once is used up where it is judged: of two requests with it at the same instant, one goes on."""

from typing import Any

from flask_security import MfRecoveryCodesUtil


class RecoveryCodes(MfRecoveryCodesUtil):
    """The library looks first and takes away later, and lets in whoever was second."""

    def check_recovery_code(self, user: Any, code: str) -> bool:
        good = super().check_recovery_code(user, code) and super().delete_recovery_code(user, code)
        if not good:
            user.track_failed_authn("code", True)
        return good

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        return True  # done
