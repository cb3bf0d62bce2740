"""Is it alive, is it ready, and what does it count: for whoever watches, without sign-in."""

from collections.abc import Sequence

import structlog
from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from clock import Clock
from storage import health
from storage.database import Database
from web.errors import said
from web.metrics import LineCollector

SILENT = "la base de données ne répond pas"
log = structlog.get_logger()


def blueprint(database: Database, clock: Clock) -> Blueprint:
    routes = Blueprint("probes", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        """This process answers."""
        return said(200, "ok")

    @routes.get("/readyz")
    def readyz() -> Response:
        """The database answers, a directory is loaded, and a worker has beaten lately. What is wrong beside, a clock or
        mail, is said in further lines, and takes nobody's calls away."""
        remarks: Sequence[str] = ()
        try:
            now = clock()
            with database.read() as db:
                trouble, remarks = health.trouble(db, now), [*health.skewed(db, now), health.remark(db, now)]
        except Exception:
            log.exception("not ready")
            trouble = SILENT
        return said(503, trouble) if trouble else said(200, "\n".join(filter(None, ("ok", *remarks))))

    @routes.get("/metrics")
    def metrics() -> Response:
        """Prometheus."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(LineCollector(database, clock))
        try:
            counted = generate_latest(registry)
        except Exception:
            log.exception("nothing counted")
            return said(503, SILENT)
        return Response(counted, content_type=CONTENT_TYPE_LATEST)

    return routes
