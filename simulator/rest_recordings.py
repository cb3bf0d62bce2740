"""REST on recordings: read, list, fetch the sound, delete."""

from simulator.paging import Query, first, in_time, page
from simulator.records import Recording, RestReply
from simulator.refusals import Refused
from simulator.shapes import Json, call_recording_json, recording_json
from simulator.world import World


def index(world: World, query: Query) -> Json:
    """GET Recordings."""
    path = world.path("Recordings.json")
    return page("recordings", path, rows(world, query), query, lambda r: recording_json(world, r))


def index_of_call(world: World, call_sid: str, query: Query) -> Json:
    """GET Calls/{sid}/Recordings."""
    path = world.path("Calls", call_sid, "Recordings.json")
    found = [r for r in rows(world, query) if r.call_sid == call_sid]
    return page("recordings", path, found, query, lambda r: call_recording_json(world, r))


def rows(world: World, query: Query) -> list[Recording]:
    """The recordings a list asks for, newest first; deleted ones only when asked for."""
    with_deleted = first(query, "IncludeSoftDeleted") == "true"
    found = [
        recording
        for recording in list(world.recordings.values())
        if (with_deleted or recording.status != "deleted")
        and first(query, "CallSid", recording.call_sid) == recording.call_sid
        and in_time(query, "DateCreated", recording.created)
    ]
    return found[::-1]


def read(world: World, recording: Recording, query: Query) -> Json:
    """GET Recordings/{sid}.json."""
    if recording.status == "deleted" and first(query, "IncludeSoftDeleted") != "true":
        raise Refused(404, 20404, f"The requested resource {recording.sid} was not found", is_fault=False)
    return recording_json(world, recording)


def media(recording: Recording, suffix: str, query: Query) -> RestReply:
    """GET Recordings/{sid}, .wav or .mp3: 404 until the sound is ready."""
    recording.fetches += 1
    if first(query, "RequestedChannels", "1") != "1":
        raise Refused(400, 21235, "The recording has one channel")
    if recording.status != "completed":
        raise Refused(404, 20404, f"No sound for {recording.sid}", is_fault=False)
    if recording.late_fetches:
        recording.late_fetches -= 1
        raise Refused(404, 20404, f"No sound for {recording.sid} yet", is_fault=False)
    sound = recording.audio
    # There is no MP3 encoder here: a .mp3 is the same WAV under the other type. Players look inside.
    kind = "audio/mpeg" if suffix == ".mp3" else "audio/x-wav"
    sent = sound[: len(sound) // 2] if recording.is_truncated else sound
    return RestReply(200, {"content-type": kind, "content-length": str(len(sound))}, sent)


def delete(recording: Recording) -> RestReply:
    """DELETE Recordings/{sid}.json: the sound is gone, the entry stays for those who ask for deleted ones."""
    if recording.status == "deleted":
        raise Refused(404, 20404, f"The requested resource {recording.sid} was not found", is_fault=False)
    if recording.status not in ("completed", "absent"):
        raise Refused(409, 20409, "The recording is still being processed", is_fault=False)
    recording.status, recording.audio = "deleted", b""
    return RestReply(204)
