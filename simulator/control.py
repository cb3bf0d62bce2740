"""The control API: what people do with their telephones, as JSON over HTTP."""

import base64
import binascii
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from simulator import audio
from simulator.legs import Leg
from simulator.twilio import Twilio
from simulator.views import leg_json, phone_json

Json = dict[str, Any]
ALL_PHONES = "default"  # in the place of a number: every telephone that has no manner of its own


def control(twilio: Twilio) -> Blueprint:
    """The routes, for one pretend Twilio."""
    routes = Blueprint("control", __name__)
    _telephones(routes, twilio)
    _calls(routes, twilio)
    _testers_side(routes, twilio)

    @routes.errorhandler(ValueError)
    @routes.errorhandler(TypeError)
    def bad_request(error: Exception) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400

    @routes.errorhandler(RuntimeError)
    def wrong_moment(error: RuntimeError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 409

    @routes.get("/healthz")
    def healthz() -> Json:
        return {"state": "ok", "clock": twilio.world.clock().isoformat()}

    return routes


def _telephones(routes: Blueprint, twilio: Twilio) -> None:
    """What their owners do with them."""

    @routes.get("/phones")
    def phones() -> Response:
        busy = [p for p in list(twilio.phones.values()) if p.inbox or p.legs or p.manner]
        return jsonify([phone_json(p) for p in busy])

    @routes.get("/phones/<number>")
    def phone(number: str) -> Json:
        return phone_json(twilio.phone(number))

    @routes.post("/phones/<number>/dial")
    def dial(number: str) -> Json:
        given = body()
        leg = twilio.dial(number, text(given, "to"), forwarded_from=str(given.get("forwarded_from", "")))
        return leg_json(leg)

    @routes.post("/phones/<number>/send")
    def send(number: str) -> Json:
        given = body()
        twilio.phone(number).send_sms(text(given, "to"), text(given, "body"))
        return phone_json(twilio.phone(number))

    @routes.post("/phones/<number>/manner")
    def manner(number: str) -> Json:
        wanted = str(body().get("manner", ""))
        if number == ALL_PHONES:
            twilio.exchange.set_manner_when_dialled(wanted)
            return {"manner": wanted}
        twilio.phone(number).manner = wanted
        return phone_json(twilio.phone(number))

    @routes.post("/phones/<number>/answer")
    def answer(number: str) -> Json:
        return leg_json(twilio.phone(number).answer())

    @routes.post("/phones/<number>/voicemail")
    def voicemail(number: str) -> Json:
        return leg_json(twilio.phone(number).voicemail())

    @routes.post("/phones/<number>/decline")
    def decline(number: str) -> Json:
        twilio.phone(number).decline()
        return phone_json(twilio.phone(number))

    @routes.post("/phones/<number>/ignore")
    def ignore(number: str) -> Json:
        twilio.phone(number).ignore()
        return phone_json(twilio.phone(number))


def _calls(routes: Blueprint, twilio: Twilio) -> None:
    """What somebody who is on a call does."""

    def leg_of(sid: str) -> Leg:
        if sid not in twilio.legs:
            abort(404, f"aucun appel {sid}")
        return twilio.legs[sid]

    @routes.get("/legs/<sid>")
    def leg(sid: str) -> Json:
        return leg_json(leg_of(sid))

    @routes.post("/legs/<sid>/press")
    def press(sid: str) -> Json:
        given = body()
        leg_of(sid).press(text(given, "keys"), more_follow=bool(given.get("more_follow")))
        return leg_json(leg_of(sid))

    @routes.post("/legs/<sid>/wait")
    def wait(sid: str) -> Json:
        leg_of(sid).wait()
        return leg_json(leg_of(sid))

    @routes.post("/legs/<sid>/speak")
    def speak(sid: str) -> Json:
        given = body()
        seconds = given.get("seconds")
        leg_of(sid).speak(
            sound_of(given),
            seconds=int(seconds) if seconds is not None else None,
            ends_with=str(given.get("ends_with", "hangup")),
        )
        return leg_json(leg_of(sid))

    @routes.post("/legs/<sid>/hang-up")
    def hang_up(sid: str) -> Json:
        leg_of(sid).hang_up()
        return leg_json(leg_of(sid))

    @routes.post("/legs/<sid>/end-talk")
    def end_talk(sid: str) -> Json:
        leg_of(sid).end_talk()
        return leg_json(leg_of(sid))


def _testers_side(routes: Blueprint, twilio: Twilio) -> None:
    """What no telephone shows, and what can go wrong."""

    @routes.get("/complaints")
    def complaints() -> Response:
        return jsonify(list(twilio.complaints))

    @routes.get("/requests")
    def requests() -> Response:
        return jsonify(
            [
                {"at": r.at.isoformat(), "method": r.method, "path": r.path, "status": r.status, "made": r.made}
                | {"query": dict(r.query), "form": dict(r.form)}
                for r in list(twilio.requests)
            ]
        )

    @routes.post("/faults")
    def set_faults() -> Json:
        twilio.faults.load(body())
        return {"state": "ok"}

    @routes.delete("/faults")
    def clear_faults() -> Json:
        twilio.faults.clear()
        return {"state": "ok"}


def body() -> Json:
    """The JSON object of the request; nothing counts as empty."""
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise ValueError("le corps de la requête doit être un objet JSON")
    return given


def text(given: Json, name: str) -> str:
    """A field that must be there."""
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"il manque « {name} »")
    return value


def sound_of(given: Json) -> bytes | None:
    """What is said: a recording, a text to be read, or nothing in particular."""
    if given.get("wav"):
        try:
            return base64.b64decode(str(given["wav"]), validate=True)
        except binascii.Error as error:
            raise ValueError("« wav » doit être en base64") from error
    return audio.spoken(str(given["text"])) if given.get("text") else None
