"""The words of a night: a loss is reported, telephones ring, and who has it in the end."""

from typing import Any

from tests.support.phone import ING1, ING2, ING3, ING4, RESP, SAMPLE, Line

CLIENT = "06 39 98 10 01"
CODES = {ING1: "ing1", ING2: "ing2", ING3: "ing3", ING4: "ing4", RESP: "resp"}


def loss(line: Line, *, message: bool = True) -> str:
    """A client reports a loss of service at night; returns the ticket's reference."""
    caller = line.phone(CLIENT).calls().presses("1").presses("1").presses("1").presses("9")
    if message:
        caller.says(12)
    else:
        caller.hangs_up()
    line.settle()
    return str(line.tickets()[-1]["reference"])


def tried(line: Line) -> list[tuple[str, str, str]]:
    """Whom, how, and what became of it, in the order of the attempts."""
    return [(a["engineer"], a["channel"], a["state"]) for page in line.pages() for a in page["attempts"]]


def woken(line: Line) -> set[str]:
    """Whose telephone has had an SMS or a call."""
    return {CODES[n] for n in CODES if line.phone(n).texts() or line.phone(n).simulated.legs}


def taken_by(line: Line) -> Any:
    return line.tickets()[-1]["acknowledged_by"]


def quiet(line: Line, **span: float) -> None:
    """Time passes, and nobody's telephone makes a sound."""
    before = (len(line.twilio.messages), len(line.twilio.calls))
    line.forward(**span)
    assert (len(line.twilio.messages), len(line.twilio.calls)) == before


def renamed(old: str, new: str) -> str:
    """The sample with another code for an entity; its rota keeps the name."""
    toml = SAMPLE.read_text(encoding="utf-8").replace(f'entity = "{old}"', f'entity = "{new}"')
    toml = toml.replace(f'code = "{old}"\nname', f'code = "{new}"\nname').replace(f'"{old}/', f'"{new}/')
    return toml.replace(f'entities = ["{old}", ', f'entities = ["{new}", ')
