"""<Record>: the beep, what is said after it, and the two requests that follow."""

from collections.abc import Generator
from urllib.parse import urljoin

from simulator import audio
from simulator.fetching import fetch_unheard
from simulator.happenings import Diverted, Event, Goto, HungUp, Keys, Silence, Spoken, State
from simulator.legs import Leg, lost_keys
from simulator.records import Callback, Recording
from simulator.twiml import Node, whole
from simulator.world import World, rfc2822

NO_AUDIO = 13617  # Twilio's code of a recording without sound


def record(leg: Leg, verb: Node) -> Generator[State, Event, Goto | None]:
    """Record until a key, silence, the limit or a hang-up, then ask the action address what is next."""
    if verb.get("playBeep", "true") == "true":
        leg.note("line", "[bip]")
    finishing = verb.get("finishOnKey", "1234567890*#")
    try:
        spoken = yield from _listen(leg, finishing)
    except HungUp:
        spoken = Spoken(audio.silence(0), 0, "hangup")
        _close(leg, verb, spoken, "hangup")
        raise
    except Diverted:
        _finish(leg, verb, Spoken(audio.silence(1), 1, "silence"), "")  # what was said so far is kept
        raise
    limit = whole(verb, "maxLength", 3600)
    ended_by = "" if spoken.seconds > limit or spoken.ends_with not in (*finishing, "hangup") else spoken.ends_with
    if ended_by == "hangup":
        leg.note("person", "[raccroche]")
        _close(leg, verb, spoken, ended_by)
        raise HungUp("caller")
    if spoken.seconds == 0 and not ended_by and leg.world.faults.silence_falls_through:
        return None
    return _finish(leg, verb, _cut(spoken, limit), ended_by)


def _listen(leg: Leg, finishing: str) -> Generator[State, Event, Spoken]:
    while True:
        event = yield "recording"
        match event:
            case Spoken():
                return event
            case Silence():
                return Spoken(audio.silence(0), 0, "silence")
            case Keys(typed):
                stop = next((key for key in typed if key in finishing), None)
                if stop is not None:
                    return Spoken(audio.silence(1), 1, stop)
                leg.note("network", lost_keys(typed))
            case _:
                pass


def _cut(spoken: Spoken, limit: int) -> Spoken:
    return spoken if spoken.seconds <= limit else Spoken(spoken.audio, limit, "silence")


def _close(leg: Leg, verb: Node, spoken: Spoken, ended_by: str) -> None:
    """The caller is gone: the action is requested all the same, and nobody hears its answer."""
    leg.call.status = "completed"
    fetch_unheard(leg, _finish(leg, verb, _cut(spoken, whole(verb, "maxLength", 3600)), ended_by))


def _finish(leg: Leg, verb: Node, spoken: Spoken, ended_by: str) -> Goto:
    """Put the recording in the books and say where the call goes on."""
    world = leg.world
    leg.call.lived += spoken.seconds
    recording = keep(world, leg.call.sid, spoken.audio, spoken.seconds, "RecordVerb", callback_of(leg, verb))
    if world.faults.recording_first:
        announce(world, recording, now=True)
    else:
        world.agenda.soon(lambda: announce(world, recording))
    extra = {"RecordingUrl": media_url(world, recording), "RecordingDuration": str(spoken.seconds)}
    if ended_by:
        extra["Digits"] = ended_by
    return Goto(verb.get("action", leg.url), verb.get("method", "POST"), extra)


def callback_of(leg: Leg, verb: Node) -> Callback | None:
    """Where the verb wants to be told of its recording."""
    url = verb.get("recordingStatusCallback")
    if not url:
        return None
    events = frozenset(verb.get("recordingStatusCallbackEvent", "completed").split())
    return Callback(urljoin(leg.url, url), verb.get("recordingStatusCallbackMethod", "POST"), events)


def keep(world: World, call_sid: str, sound: bytes, seconds: int, source: str, callback: Callback | None) -> Recording:
    """A new recording, still being processed: its sound cannot be fetched yet."""
    recording = Recording(world.sid("RE"), call_sid, sound, seconds, world.clock(), source=source, callback=callback)
    world.recordings[recording.sid] = recording
    return recording


def media_url(world: World, recording: Recording) -> str:
    """The address of the sound, to which .wav or .mp3 may be added."""
    return world.api_url + world.path("Recordings", recording.sid)


def announce(world: World, recording: Recording, *, now: bool = False) -> None:
    """Processing is over: the sound can be fetched (or there is none), and the callback says so."""
    rule = world.faults.strike(world.faults.recording_rules, "")
    kind = rule.kind if rule else ""
    recording.status = "absent" if kind == "absent" else "completed"
    if rule and kind == "late":
        recording.late_fetches = rule.times + 1
        rule.times = 0
    if kind in ("absent", "empty"):
        recording.audio = b"" if kind == "absent" else audio.silence(0)
        recording.error_code = NO_AUDIO if kind == "absent" else None
    if kind == "truncated":
        recording.is_truncated = True
    wanted = recording.callback
    if wanted is None or recording.status not in wanted.events:
        return
    params = {
        "AccountSid": world.account_sid,
        "CallSid": recording.call_sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": media_url(world, recording),
        "RecordingStatus": recording.status,
        "RecordingChannels": "1",
        "RecordingSource": recording.source,
        "RecordingStartTime": rfc2822(recording.created) or "",
    }
    if recording.status == "completed":
        params["RecordingDuration"] = str(recording.seconds)
    if now:
        world.tell(wanted.method, wanted.url, params)
    else:
        world.callback(wanted.method, wanted.url, params, recording.status)
