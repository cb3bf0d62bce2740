"""An error as the REST API answers it."""

from typing import Any


class Refused(Exception):
    """A request that Twilio turns down; with `is_fault` it is also complained of."""

    def __init__(self, status: int, code: int, message: str, *, is_fault: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.is_fault = is_fault

    def json(self) -> dict[str, Any]:
        return error_json(self.status, self.code, str(self))


def error_json(status: int, code: int, message: str) -> dict[str, Any]:
    """The body of an error."""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
