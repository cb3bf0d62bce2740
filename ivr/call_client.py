"""The call by which an engineer reaches a client through the line: the support number shows, their own stays hidden.

A key first: the engineer's voicemail must not meet the client."""

from ivr import prompts
from ivr.alert_call import CLIENT_CALLED
from ivr.events import Event, Pressed
from ivr.steps import Ask, HangUp, Heard, PutThrough, Say
from tickets import reference

SILENCES = 2


def put_through(ticket: str, client: str, event: Event, silences: int = 0) -> Heard:
    """`client`: E.164; `silences`: questions without a key so far."""
    match event:
        case Pressed("1"):
            return Say(CLIENT_CALLED), PutThrough(client)
        case _ if silences + 1 >= SILENCES and not isinstance(event, Pressed):
            return Say(prompts.GOODBYE), HangUp()
        case _:
            return (Ask(f"Ticket {reference.spoken(ticket)}. Pour parler au client, tapez 1."),)
