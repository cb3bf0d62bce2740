"""The control API seen from a telephone in another process."""

from typing import Any
from urllib.parse import quote

import requests

Json = dict[str, Any]
TIMEOUT_SECONDS = 60  # a press returns when the product has answered, retries included


class Unreachable(Exception):
    """Nobody answers at the simulator's address."""


class NotPossible(Exception):
    """The simulator refused; the message is the sentence it gave."""


class Remote:
    """One simulator."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def phones(self) -> list[Json]:
        found = self._ask("GET", "/phones")
        assert isinstance(found, list)
        return found

    def leg(self, sid: str) -> Json:
        return self._object("GET", f"/legs/{sid}")

    def act(self, sid: str, action: str, **given: object) -> Json:
        """What the person on a leg does: press, wait, speak, hang-up, end-talk."""
        return self._object("POST", f"/legs/{sid}/{action}", given)

    def phone(self, number: str, action: str, **given: object) -> Json:
        """What the owner of a telephone does: dial, answer, decline, ignore, manner, send."""
        return self._object("POST", f"/phones/{quote(number, safe='')}/{action}", given)

    def _object(self, method: str, path: str, given: Json | None = None) -> Json:
        found = self._ask(method, path, given)
        assert isinstance(found, dict)
        return found

    def _ask(self, method: str, path: str, given: Json | None = None) -> object:
        try:
            response = self._session.request(method, self.url + path, json=given, timeout=TIMEOUT_SECONDS)
            found: object = response.json()
        except (requests.exceptions.ConnectionError, requests.exceptions.Timeout) as error:
            raise Unreachable(self.url) from error
        except requests.exceptions.JSONDecodeError as error:
            raise Unreachable(f"{self.url} (ce qui répond n'est pas le simulateur)") from error
        if not response.ok:
            told = found.get("error") if isinstance(found, dict) else None
            raise NotPossible(told or f"réponse {response.status_code} inattendue de {self.url}")
        return found
