"""The pretend Twilio as a process: HTTP on the loopback, and a thread that makes the callbacks that are due."""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, make_server

from simulator.control import control
from simulator.faults import Hung
from simulator.softphone import softphone
from simulator.twilio import Twilio

PUMP_SECONDS = 0.05


def create_app(twilio: Twilio, scene: Path | None = None) -> Flask:
    """Twilio's REST subset, the control API and the telephones' page in one application; `scene`: softphone.scene."""
    app = Flask(__name__)
    app.register_blueprint(control(twilio))
    app.register_blueprint(softphone(twilio, scene))

    @app.route("/2010-04-01/<path:_resource>", methods=["GET", "POST", "DELETE"])
    def rest(_resource: str) -> Response:
        query = parse_qs(request.query_string.decode(), keep_blank_values=True)
        form = parse_qs(request.get_data(as_text=True), keep_blank_values=True)
        try:
            reply = twilio.rest(request.method, request.path, query, form, request.headers.get("Authorization", ""))
        except Hung as hung:
            time.sleep(hung.seconds)
            return Response(status=504)
        return Response(reply.body, reply.status, reply.headers)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.description), error.code or 500

    return app


def ticking_from(start: datetime | None, begins: Path | None = None) -> Callable[[], datetime]:
    """The machine's clock, or one that shows `start` now and ticks from there: at once, or when that file is there."""
    if start is None:
        return lambda: datetime.now(UTC)
    begun = [] if begins else [time.monotonic()]

    def now() -> datetime:
        if not begun and begins and begins.exists():
            begun.append(time.monotonic() - (time.time() - begins.stat().st_mtime))
        return start + timedelta(seconds=max(0.0, time.monotonic() - begun[0])) if begun else start

    return now


class Server:
    """HTTP and the pump; `stop` ends both."""

    def __init__(self, twilio: Twilio, host: str, port: int, scene: Path | None = None) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line per request would drown the rest
        self.twilio = twilio
        twilio.exchange.set_manner_when_dialled("")
        self._http: BaseWSGIServer = make_server(host, port, create_app(twilio, scene), threaded=True)
        self._stopping = threading.Event()
        self._pump = threading.Thread(target=self._keep_pumping, name="pump", daemon=True)

    @property
    def port(self) -> int:
        return self._http.server_port

    def serve(self) -> None:
        """Answer until `stop`."""
        self._pump.start()
        self._http.serve_forever(PUMP_SECONDS)

    def stop(self) -> None:
        """End the pump and the HTTP server; safe from another thread."""
        self._stopping.set()
        self._http.shutdown()
        if self._pump.is_alive():
            self._pump.join()
        self._http.server_close()

    def _keep_pumping(self) -> None:
        while not self._stopping.wait(PUMP_SECONDS):
            try:
                self.twilio.pump()
            except Exception:
                # One broken callback must not silence the telephones: it is told instead.
                self.twilio.world.complain(traceback.format_exc())
