"""What `doctor` says of the way to our own door."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from commands import doctor
from commands.private_line import free_port
from tests.commands.terminal import Terminal


@contextmanager
def door(status: int) -> Iterator[str]:
    """Somebody who answers at our address."""

    @Request.application
    def answers(request: Request) -> Response:
        return Response(status=status if request.path == "/readyz" else 404)

    server = make_server("127.0.0.1", 0, answers, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "verdict"),
    [pytest.param(200, "ok", id="ready"), pytest.param(503, "attention", id="not ready: its worker is dead, say")],
)
def test_our_door_answers(loaded: Terminal, status: int, verdict: str) -> None:
    with door(status) as origin:
        said = loaded.types("doctor", PUBLIC_URL=origin).output
    assert f"{verdict:9}  PUBLIC_URL : répond {status} en 0," in said
    assert "conseille" not in said


def test_our_door_is_slow(loaded: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ADVISED", 0)
    with door(200) as origin:
        said = loaded.types("doctor", PUBLIC_URL=origin).output
    assert "attention  PUBLIC_URL : répond 200" in said
    assert "conseille moins" in said


def test_nobody_is_at_our_door(loaded: Terminal) -> None:
    said = loaded.types("doctor", PUBLIC_URL=f"http://127.0.0.1:{free_port()}").output
    assert "PUBLIC_URL : ne répond pas à cette machine ; Twilio attend 15 s" in said
