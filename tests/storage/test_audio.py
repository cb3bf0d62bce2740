"""A store that hangs: whoever wants a sound is told in time, and the thread is free again."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest
import s3fs

import storage.audio
from storage.audio import AudioStore

ACTS: list[tuple[str, Callable[[AudioStore], object]]] = [
    ("a sound is heard", lambda store: store.get("a.wav")),
    ("one is kept", lambda store: store.put("a.wav", b"RIFF")),
    ("one is forgotten", lambda store: store.erase("a.wav")),
    ("one is looked for", lambda store: store.exists("a.wav")),
]


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[AudioStore]:
    """It takes connections, and never says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        for limit in ("READ_LIMIT", "WRITE_LIMIT"):
            monkeypatch.setattr(storage.audio, limit, 1)
        s3fs.S3FileSystem.clear_instance_cache()
        yield AudioStore("s3://bucket/audio")
        s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in ACTS])
def test_a_store_that_hangs_is_given_up(hanging: AudioStore, act: Callable[[AudioStore], object]) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        act(hanging)
    assert time.monotonic() - begun < 15  # the library loads for seconds, on a busy machine


def test_twilio_is_told_before_it_gives_up() -> None:
    assert storage.audio.READ_LIMIT < 15
