"""Is it alive, is it ready, and what does it count: for whoever watches, without sign-in."""

import structlog
from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from clock import Clock
from storage import health
from storage.database import Database
from web.metrics import LineCollector

log = structlog.get_logger()


def blueprint(database: Database, clock: Clock) -> Blueprint:
    routes = Blueprint("probes", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        """This process answers."""
        return _said(200, "ok")

    @routes.get("/readyz")
    def readyz() -> Response:
        """The database answers, a directory is loaded, and a worker has beaten lately."""
        try:
            with database.read() as db:
                trouble = health.trouble(db, clock())
        except Exception:
            log.exception("not ready")
            trouble = "la base de données ne répond pas"
        return _said(503, trouble) if trouble else _said(200, "ok")

    @routes.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(LineCollector(database, clock))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return routes


def _said(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")
