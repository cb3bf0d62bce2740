"""The callbacks that tell how a call is getting on, and whether a machine answered it."""

from simulator.legs import Leg
from simulator.records import Call
from simulator.world import World, rfc2822

SIP_CODES = {"busy": "486", "no-answer": "480", "canceled": "487", "failed": "404"}
DETECTION_MS = "2300"


def progress(world: World, call: Call, event: str, status: str) -> None:
    """Tell the call's callback, if it asked for this event."""
    wanted = call.callback
    if wanted is None or event not in wanted.events:
        return
    params = world.voice_params(call) | {
        "CallStatus": status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.sequence),
        "Timestamp": rfc2822(world.clock()) or "",
    }
    call.sequence += 1
    if event == "completed":
        params["CallDuration"] = str(call.duration)
        params["Duration"] = str(-(-call.duration // 60))  # minutes begun, as they are billed
        params["SipResponseCode"] = SIP_CODES.get(status, "200")
    world.callback(wanted.method, wanted.url, params, status)


def detect(leg: Leg, mode: str, url: str, *, by_machine: bool) -> None:
    """Machine detection as asked: in a callback when it has an address, else with the next request."""
    if not mode:
        return
    machine = "machine_end_beep" if mode == "DetectMessageEnd" else "machine_start"
    who = machine if by_machine else "human"
    if not url:
        leg.call.answered_by = who
        return
    params = {
        "CallSid": leg.sid,
        "AccountSid": leg.world.account_sid,
        "AnsweredBy": who,
        "MachineDetectionDuration": DETECTION_MS,
    }
    leg.world.callback("POST", url, params, who)
