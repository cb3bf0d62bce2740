"""One address has many spellings: an account is kept, looked up and counted by one of them."""

from typing import Any

from email_validator import EmailNotValidError, validate_email

HOW: dict[str, Any] = {"check_deliverability": False, "test_environment": True}


def spelled(address: str) -> str | None:
    """As the form of signing in looks it up: « Nom@ｄemo.example » too; none for what is no address."""
    try:
        return validate_email(address, **HOW).normalized.lower()
    except EmailNotValidError:
        return None
