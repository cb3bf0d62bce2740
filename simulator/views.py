"""How the control API shows legs and telephones."""

from typing import Any

from simulator.legs import Leg
from simulator.phones import Phone
from simulator.records import Sms

Json = dict[str, Any]


def leg_json(leg: Leg) -> Json:
    """A leg as a telephone in a terminal or a browser needs it."""
    asked, rung = leg.gather, leg.dialling[0] if leg.dialling else None
    recordings = [r.sid for r in list(leg.world.recordings.values()) if r.call_sid == leg.sid]
    return {
        "sid": leg.sid,
        "from": leg.from_,
        "to": leg.to,
        "direction": leg.direction,
        "state": leg.state,
        "status": leg.status,
        "heard": list(leg.heard),
        "said_since_input": leg.said_since_input,
        "transcript": [list(line) for line in leg.transcript],
        "ended_by": leg.ended_by,
        "gather": asked
        and {
            "num_digits": asked.num_digits,
            "timeout": asked.timeout,
            "finish_on_key": asked.finish_on_key,
            "typed": leg.typed,
        },
        "dialling": rung and {"number": rung.to, "sid": rung.sid, "state": rung.state},
        "recordings": recordings,
    }


def phone_json(phone: Phone) -> Json:
    """A telephone: its texts, what rings at it, the call its owner is on."""
    ringing, leg = phone.ringing, phone.leg
    return {
        "number": phone.number,
        "manner": phone.manner,
        "inbox": [sms_json(sms) for sms in list(phone.inbox)],
        "ringing": ringing and {"sid": ringing.sid, "from": ringing.from_, "direction": ringing.direction},
        "leg": leg and leg.sid,
    }


def sms_json(sms: Sms) -> Json:
    return {
        "from": sms.from_,
        "body": sms.body,
        "at": sms.at.isoformat(),
        "sid": sms.sid,
        "status": sms.status,
    }
