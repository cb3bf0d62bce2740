"""Requests that leave in one piece: a worker killed in the middle of one has sent it, or nothing at all.

http.client writes the headers, then the body; between the two a kill leaves half a request behind."""

from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Whole(HTTPConnection):
    _held: list[bytes] | None = None  # what is written of a request that is not complete

    def request(self, *args: Any, **more: Any) -> None:
        self._held = []
        try:
            super().request(*args, **more)
        finally:
            held, self._held = self._held, None
        self.send(b"".join(held or ()))

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(bytes(data))


class _WholeSecure(_Whole, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Whole


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _WholeSecure


class Adapter(HTTPAdapter):
    """For a session of `requests`."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
