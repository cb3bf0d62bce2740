"""What a watchman reads: alive, ready, counted; and what everybody reads when something is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.test import Client

from jobs import chores
from storage.health import BEAT
from tests.support.phone import Line
from web import errors


@contextmanager
def broken(line: Line) -> Iterator[None]:
    with line.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE directories RENAME TO away")
    yield
    with line.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE away RENAME TO directories")


def beats(line: Line) -> None:
    with line.database.begin() as db:
        chores.schedule(db, {BEAT: None}, line.clock())
    line.settle()


def read(browser: Client, path: str) -> tuple[int, str]:
    answer = browser.get(path)
    return answer.status_code, answer.text


def test_ready_once_a_worker_has_worked(line: Line, browser: Client) -> None:
    assert read(browser, "/readyz") == (
        503,
        "SMS, appels et courriels ne partent pas encore : lancez « astreinte worker »\n",
    )
    beats(line)
    assert read(browser, "/readyz") == (200, "ok\n")
    line.clock.now += timedelta(minutes=4)
    status, text = read(browser, "/readyz")
    assert (status, text.startswith("SMS, appels et courriels ne partent plus depuis 2026-09-12T20:04")) == (503, True)
    assert read(browser, "/healthz") == (200, "ok\n")


def test_not_ready_without_a_directory(line: Line, browser: Client) -> None:
    beats(line)
    with line.database.begin() as db:
        db.exec_driver_sql("DELETE FROM directories")
    assert read(browser, "/readyz") == (503, "aucun annuaire n'est chargé (astreinte load)\n")


def test_a_database_that_does_not_answer(line: Line, browser: Client) -> None:
    with broken(line):
        assert read(browser, "/readyz") == (503, "la base de données ne répond pas\n")
        assert read(browser, "/healthz") == (200, "ok\n"), "the process itself is well: restarting it would not help"
    with line.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE calls RENAME TO away")
    assert read(browser, "/metrics") == (503, "la base de données ne répond pas\n")


def test_metrics_are_what_prometheus_reads(line: Line, browser: Client) -> None:
    beats(line)
    line.phone("01 99 00 10 01").calls().presses("1").presses("1").presses("2").says(5, then="hangup")
    line.clock.now += timedelta(minutes=1)
    answer = browser.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    found = {
        (sample.name, sample.labels.get("kind")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["astreinte_calls_total", None] == 1
    assert found["astreinte_tickets_total", None] == 1
    assert found["astreinte_overdue_rows", "pages"] == 1, "nobody has worked for a minute"
    assert found["astreinte_worker_beat_age_seconds", None] == 60


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        pytest.param("GET", "/nulle-part", 404, "Cette page n'existe pas.\n", id="nowhere"),
        pytest.param("POST", "/healthz", 405, "Cette adresse ne se lit pas de cette façon.\n", id="another method"),
        pytest.param("GET", "/panne", 500, "Incident technique : réessayez dans un instant.\n", id="a fault of ours"),
        pytest.param("GET", "/plus-tard", 503, f"{errors.SAID[503]}\n", id="any other refusal"),
    ],
)
def test_a_fault_is_a_sentence(line: Line, method: str, path: str, status: int, said: str) -> None:
    """No stack trace, no name of what we are made of."""

    def fails() -> str:
        raise RuntimeError("secret-de-fabrication")

    def later() -> str:
        raise ServiceUnavailable(retry_after=7)

    line.app.add_url_rule("/panne", "probes.panne", fails)
    line.app.add_url_rule("/plus-tard", "probes.plus_tard", later)
    answer = line.app.test_client().open(path, method=method)
    assert (answer.status_code, answer.text) == (status, said)
    assert answer.headers.get("Allow", "").count("GET") == (status == 405)
    assert answer.headers.get("Retry-After") == ("7" if status == 503 else None)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/nulle-part", "/webhooks/voice"])
def test_every_answer_is_guarded(browser: Client, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "Server" not in headers
