"""Audio files at RECORDINGS_URL, a folder or an object store: written whole or not at all, and read back."""

import hashlib
from typing import Any

import fsspec


class AudioStore:
    def __init__(self, url: str):
        self._fs, self._root = fsspec.core.url_to_fs(url.rstrip("/"))

    def put(self, place: str, content: bytes) -> str:
        """Keep the bytes at that place; returns the SHA-256 of what was read back. Safe to repeat."""
        path = self._path(place)
        self._fs.makedirs(self._fs._parent(path), exist_ok=True)
        partial = f"{path}.partial"
        self._fs.pipe_file(partial, content)
        self._fs.mv(partial, path)  # nobody ever finds half a file under its own name
        return hashlib.sha256(self.get(place)).hexdigest()

    def get(self, place: str) -> bytes:
        content: Any = self._fs.cat_file(self._path(place))
        return bytes(content)

    def exists(self, place: str) -> bool:
        return bool(self._fs.exists(self._path(place)))

    def _path(self, place: str) -> str:
        return f"{self._root}/{place}"
