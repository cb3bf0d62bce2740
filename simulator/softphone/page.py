"""The page and what it asks for while it is open. Everything it does goes through the control API, as any telephone."""

import io
import json
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_file

from simulator.control import body, text
from simulator.legs import Leg
from simulator.softphone import mishaps, scene
from simulator.twilio import Twilio
from simulator.views import leg_json, phone_json, sms_json

Json = dict[str, Any]
MANNERS = {
    "manual": "à la main", "no-answer": "ne répond pas", "busy": "est occupé", "voicemail": "a une messagerie",
    "failed": "est hors réseau",
}  # fmt: skip
MISSED = {
    "no-answer": "sans réponse", "busy": "occupé", "failed": "hors réseau", "canceled": "arrêté avant d'être pris",
}  # fmt: skip
WITHHELD = "+266696687"
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HERE = ("127.0.0.1", "localhost")
COMPLAINTS = 5  # the newest ones


def softphone(twilio: Twilio, path: Path | None) -> Blueprint:
    """Below `/`; `path`: the scene's file, read anew at each look."""
    routes = Blueprint(
        "softphone", __name__, template_folder="templates", static_folder="static", static_url_path="/softphone"
    )
    born = secrets.token_hex(8)  # another one after a new start: the page loads itself again
    on: set[str] = set()

    @routes.get("/")
    def page() -> str:
        seen = scene.read(path)
        lines = seen.lines or [scene.Named(number, number) for number in twilio.numbers]
        return render_template(
            "softphone.html", ready=_is_ready(path), scene=seen, lines=lines, manners=MANNERS,
            mishaps=mishaps.MISHAPS, withheld=WITHHELD,
        )  # fmt: skip

    @routes.get("/softphone/state")
    def state() -> Json:
        """All that the page shows: the caller's call, the telephones, what is wrong."""
        call, seen = twilio.legs.get(request.args.get("call", "")), scene.read(path)
        return {
            "born": born,
            "ready": _is_ready(path),
            "now": twilio.world.clock().isoformat(),
            "call": _leg(call) if call else None,
            "received": [sms_json(sms) for sms in list(twilio.phone(call.from_).inbox)] if call else [],
            "telephones": [_telephone(twilio, each) for each in seen.telephones],
            "mishaps": sorted(on),
            "doors": {door.label: door.url for door in seen.doors},
            "complaints": list(twilio.complaints)[-COMPLAINTS:],
        }

    @routes.post("/softphone/mishaps")
    def go_wrong() -> Json:
        wanted = body().get("on", [])
        if not isinstance(wanted, list) or not all(name in list(mishaps.MISHAPS) for name in wanted):
            raise ValueError("panne inconnue")
        mishaps.turn(twilio.faults, wanted)
        on.clear()
        on.update(wanted)
        return {"mishaps": sorted(on)}

    @routes.post("/softphone/at")
    def at() -> tuple[Json, int]:
        """Begin again at another hour; whoever holds the clock ends this process."""
        given, seen = body(), scene.read(path)
        wanted = scene.instant(seen, text(given, "day"), text(given, "time"), again=given.get("again") is True)
        scene.wish(seen, wanted)
        return {"at": wanted.isoformat()}, 202

    @routes.get("/softphone/twice")
    def twice() -> Json:
        """Whether to ask which one is meant."""
        asked = request.args
        return {"twice": scene.is_twice(scene.read(path), asked.get("day", ""), asked.get("time", ""))}

    @routes.get("/softphone/legs/<sid>/played/<int:number>.wav")
    def played(sid: str, number: int) -> Response:
        """A sound that somebody heard on that call."""
        leg = twilio.legs.get(sid)
        if leg is None or number >= len(leg.played):
            abort(404, "rien n'a été joué là")
        return send_file(io.BytesIO(leg.played[number]), mimetype="audio/wav")

    @routes.app_errorhandler(json.JSONDecodeError)
    def unreadable(_: Exception) -> tuple[Response, int]:
        return jsonify(error="le décor de la démonstration ne se lit pas"), 500

    @routes.errorhandler(ValueError)
    def refused(fault: Exception) -> tuple[Response, int]:
        return jsonify(error=str(fault)), 400

    @routes.errorhandler(RuntimeError)
    def wrong_moment(fault: Exception) -> tuple[Response, int]:
        return jsonify(error=str(fault)), 409

    @routes.before_app_request
    def from_here() -> None:
        """A page of another site, open in the same browser, presses nothing here."""
        origin = request.headers.get("Origin", "")
        theirs = urlsplit(origin)
        # The host too: whoever owns a name may have it lead to this machine.
        if request.method != "GET" and origin and (theirs.hostname not in HERE or theirs.netloc != request.host):
            abort(403, "cette demande vient d'un autre site")

    @routes.after_request
    def guarded(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return routes


def _is_ready(path: Path | None) -> bool:
    """Whoever starts the line writes its scene when all of it is up."""
    return path is None or path.exists()


def _leg(leg: Leg) -> Json:
    return leg_json(leg) | {"played": len(leg.played)}


def _telephone(twilio: Twilio, named: scene.Named) -> Json:
    phone = twilio.phone(named.number)
    held = phone.leg
    missed = [told for leg in list(phone.legs) if (told := _missed(leg))]
    return phone_json(phone) | {
        "manner": phone.manner or named.manner, "call": _leg(held) if held else None, "missed": missed,
    }  # fmt: skip


def _missed(leg: Leg) -> Json | None:
    """When a call ended that its owner did not take, and how; None for all others."""
    how = "pris par la messagerie" if leg.by_machine else MISSED.get(leg.status, "")
    if leg.call.ended is None or leg.direction == "inbound" or not how:
        return None
    return {"at": leg.call.ended.isoformat(), "how": how}
