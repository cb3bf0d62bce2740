"""TwiML's vocabulary: for each element its attributes, the values they take, and what may stand inside.

Drawn from the official SDK (tests compare it with `twilio.twiml`), ranges from Twilio's pages on each verb.
Values: `text`, `url`, `bool`, `int LOW HIGH`, `key` (one or none), `keys`, `one A B`, `words A B`; `auto` may
stand in for a number where Twilio says so."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Element:
    attributes: dict[str, str] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    has_text: bool = False


def _element(attributes: str = "", children: str = "", *, has_text: bool = False) -> Element:
    """`attributes` is one `name: kind` a line."""
    pairs = (line.strip().partition(": ") for line in attributes.strip().splitlines())
    return Element({name: kind for name, _, kind in pairs}, frozenset(children.split()), has_text)


_INLINE = "break emphasis lang phoneme prosody say-as sub w"

_RECORDING_CALLBACK = """
    recordingStatusCallback: url
    recordingStatusCallbackMethod: one GET POST
    recordingStatusCallbackEvent: words in-progress completed absent
"""

_RECORD_A_TALK = (
    "one do-not-record record-from-answer record-from-ringing record-from-answer-dual"
    " record-from-ringing-dual true false"
)

VOICE = {
    "Response": _element("", "Dial Gather Hangup Leave Pause Play Record Redirect Reject Say Start Stop"),
    "Say": _element("voice: text\n language: text\n loop: int 0 1000", f"{_INLINE} p s", has_text=True),
    "Play": _element("loop: int 0 1000\n digits: text", has_text=True),
    "Pause": _element("length: int 1 3600"),
    "Gather": _element(
        """
        input: words dtmf speech
        action: url
        method: one GET POST
        timeout: int 0 600 auto
        speechTimeout: int 0 600 auto
        maxSpeechTime: int 1 60
        profanityFilter: bool
        finishOnKey: key
        numDigits: int 1 1000
        partialResultCallback: url
        partialResultCallbackMethod: one GET POST
        language: text
        hints: text
        bargeIn: bool
        debug: bool
        actionOnEmptyResult: bool
        speechModel: text
        enhanced: bool
        """,
        "Pause Play Say",
    ),
    "Record": _element(
        f"""
        action: url
        method: one GET POST
        timeout: int 0 600
        finishOnKey: keys
        maxLength: int 1 86400
        playBeep: bool
        trim: one trim-silence do-not-trim
        transcribe: bool
        transcribeCallback: url
        recordingConfigurationId: text
        {_RECORDING_CALLBACK.strip()}
        """
    ),
    "Dial": _element(
        f"""
        action: url
        method: one GET POST
        timeout: int 1 600
        hangupOnStar: bool
        timeLimit: int 1 14400
        callerId: text
        record: {_RECORD_A_TALK}
        trim: one trim-silence do-not-trim
        recordingConfigurationId: text
        answerOnBridge: bool
        ringTone: text
        recordingTrack: one both inbound outbound
        sequential: bool
        referUrl: url
        referMethod: one GET POST
        events: text
        passports: text
        {_RECORDING_CALLBACK.strip()}
        """,
        "Number",
        has_text=True,
    ),
    "Number": _element(
        """
        sendDigits: text
        url: url
        method: one GET POST
        statusCallbackEvent: words initiated ringing answered completed
        statusCallback: url
        statusCallbackMethod: one GET POST
        byoc: text
        machineDetection: one Enable DetectMessageEnd
        amdStatusCallbackMethod: one GET POST
        amdStatusCallback: url
        machineDetectionTimeout: int 3 60
        machineDetectionSpeechThreshold: int 1000 6000
        machineDetectionSpeechEndThreshold: int 500 5000
        machineDetectionSilenceTimeout: int 2000 10000
        """,
        has_text=True,
    ),
    "Redirect": _element("method: one GET POST", has_text=True),
    "Reject": _element("reason: one rejected busy"),
    "Hangup": _element(),
    "Leave": _element(),
    "Start": _element("action: url\n method: one GET POST", "Recording Transcription"),
    "Stop": _element("", "Transcription"),
    "Recording": _element(
        f"""
        trim: one trim-silence do-not-trim
        track: one both inbound outbound
        channels: one mono dual
        recordingConfigurationId: text
        {_RECORDING_CALLBACK.strip()}
        """
    ),
    "Transcription": _element(
        """
        name: text
        track: one inbound_track outbound_track both_tracks
        statusCallbackUrl: url
        statusCallbackMethod: one GET POST
        inboundTrackLabel: text
        outboundTrackLabel: text
        partialResults: bool
        languageCode: text
        transcriptionEngine: text
        profanityFilter: bool
        speechModel: text
        hints: text
        enableAutomaticPunctuation: bool
        intelligenceService: text
        """
    ),
    # SSML, inside Say
    "break": _element("strength: one none x-weak weak medium strong x-strong\n time: text"),
    "emphasis": _element("level: one strong moderate reduced", _INLINE, has_text=True),
    "lang": _element("xml:lang: text", f"{_INLINE} p s", has_text=True),
    "p": _element("", f"{_INLINE} s", has_text=True),
    "phoneme": _element("alphabet: text\n ph: text", has_text=True),
    "prosody": _element("volume: text\n rate: text\n pitch: text", f"{_INLINE} p s", has_text=True),
    "s": _element("", _INLINE, has_text=True),
    "say-as": _element("interpret-as: text\n format: text", has_text=True),
    "sub": _element("alias: text", has_text=True),
    "w": _element("role: text", "break emphasis phoneme prosody say-as sub", has_text=True),
}

MESSAGING = {
    "Response": _element("", "Message Redirect"),
    "Message": _element(
        """
        to: text
        from: text
        action: url
        method: one GET POST
        statusCallback: url
        """,
        "Body Media",
        has_text=True,
    ),
    "Body": _element(has_text=True),
    "Media": _element(has_text=True),
    "Redirect": _element("method: one GET POST", has_text=True),
}

# Twilio knows them, these phones do not: refused as loudly, with another sentence.
NOT_SIMULATED = frozenset(
    {"Connect", "Echo", "Enqueue", "Pay", "Prompt", "Queue", "Refer", "Sms", "Application", "Client", "Conference"}
    | {"Sim", "Sip", "WhatsApp", "Siprec", "Stream", "Parameter", "Config"}
)

IN_WHISPER = frozenset({"Say", "Play", "Pause", "Gather", "Hangup", "Redirect"})
