"""Audio files at RECORDINGS_URL, a folder or an object store: written whole or not at all, and read back."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import fsspec
from fsspec.asyn import AsyncFileSystem
from fsspec.implementations.local import LocalFileSystem

# Seconds that a store on the network may take: Twilio waits 15 for a sound, a lease of a worker lasts 90.
READ_LIMIT, WRITE_LIMIT = 10, 40


class AudioStore:
    """Every call raises OSError (TimeoutError) when its time is over."""

    def __init__(self, url: str):
        self._fs, self._root = fsspec.core.url_to_fs(url.rstrip("/"))

    def put(self, place: str, content: bytes) -> str:
        """Keep the bytes at that place; returns the SHA-256 of what was read back. Safe to repeat."""
        path = self._path(place)
        if isinstance(self._fs, LocalFileSystem):
            _write(Path(path), content)
        else:
            # A store shows an object whole or not at all.
            self._fs.pipe_file(path, content, **self._within(WRITE_LIMIT))
        return hashlib.sha256(self.get(place)).hexdigest()

    def get(self, place: str) -> bytes:
        content: Any = self._fs.cat_file(self._path(place), **self._within(READ_LIMIT))
        return bytes(content)

    def erase(self, place: str) -> None:
        """Safe to repeat."""
        with suppress(FileNotFoundError):
            self._fs.rm_file(self._path(place), **self._within(READ_LIMIT))

    def exists(self, place: str) -> bool:
        return bool(self._fs.exists(self._path(place), **self._within(READ_LIMIT)))

    def _within(self, seconds: int) -> dict[str, int]:
        """fsspec: `timeout` of a call, which file systems on the network know."""
        return {"timeout": seconds} if isinstance(self._fs, AsyncFileSystem) else {}

    def _path(self, place: str) -> str:
        return f"{self._root}/{place}"


def _write(path: Path, content: bytes) -> None:
    """Under its own name only once it is whole, and still there after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
