"""When the dust has settled: who was lost, what was done twice and why."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from oncall import escalation
from storage import listing
from storage.due import key_of, table_of
from storage.models import Attempt, Chore, Message, Page, Voicemail
from tests.chaos.callers import Caller
from tests.chaos.line import Kill, Line
from tickets import reference

WORK = (Page, Attempt, Message, Voicemail)
UNSURE = {0, *range(500, 600)}  # answers after which nobody knows whether it was done
_SUBJECT = re.compile(r"for=(attempt|text)-(\d+)|/alert/(\d+)(?=#|$)")
Json = dict[str, Any]


@dataclass(frozen=True)
class Send:
    """Something that Twilio was asked to send, and what came of it."""

    subject: str  # attempt-12, text-7
    at: datetime
    status: int
    made: str


@dataclass
class Verdict:
    facts: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)  # explained
    unexplained: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.faults or self.unexplained)

    def __str__(self) -> str:
        told = [", ".join(f"{count} {name}" for name, count in self.facts.items())]
        for name in ("lost", "faults", "doubled", "unexplained"):
            found: list[str] = getattr(self, name)
            told += [f"{name}: {len(found)}", *(f"    {line}" for line in found[:20])]
        return "\n".join(told)


class Court:
    """All that is known at the end, by everybody's own word."""

    def __init__(self, line: Line, callers: Sequence[Caller]):
        self.line, self.callers = line, callers
        self.verdict = Verdict()
        self.asked = list(_sent(line.ask("requests"), line.lag()))  # before the rows: each has one
        with line.database.read() as db:
            self.tickets = {ticket["reference"]: ticket for ticket in listing.tickets(db)}
            self.calls = {call["sid"]: call for call in listing.calls(db)}
            self.pages: dict[str, list[Any]] = defaultdict(list)
            for page in db.execute(select(Page.__table__).order_by(Page.id)):
                self.pages[page.ticket].append(page)
            self.attempts = {row.id: row for row in db.execute(select(Attempt.__table__))}
            self.messages = {row.id: row for row in db.execute(select(Message.__table__))}
            self.voicemails = {row.recording: row for row in db.execute(select(Voicemail.__table__))}

    def judge(self) -> Verdict:
        for caller in self.callers:
            self._caller(caller)
        self._tickets()
        self._journal()
        self._log()
        self._sends()
        self._count()
        return self.verdict

    # ---------------------------------------------------------------- what each caller is owed
    def _caller(self, caller: Caller) -> None:
        call = self.calls.get(caller.leg["sid"])
        ticket = call["ticket"] if call else None
        if wrong := self._paging(caller, ticket):
            what = caller.leg["transcript"][-6:]
            self.verdict.lost.append(f"{caller.leg['sid']} {caller.client.kind} {caller.nature}: {wrong}; {what}")
        if caller.spoke:
            self._voice(caller)

    def _paging(self, caller: Caller, ticket: str | None) -> str:
        """What is wrong with it; "" when nothing is."""
        if caller.owed and ticket is None:
            return "eligible, and has no ticket"
        if caller.owed and ticket not in self.pages:
            return f"eligible, and {ticket} was never paged"
        if ticket in self.pages and self.pages[ticket][-1].state != "acknowledged":
            return f"{ticket} is still paged"
        if ticket in self.pages and not caller.owed and not (caller.troubled and caller.client.covered):
            return f"not eligible, and {ticket} was paged"
        return ""

    def _voice(self, caller: Caller) -> None:
        """What was said lies on our disk, on a ticket, as it was said."""
        kept = [self.voicemails.get(recording) for recording in caller.leg["recordings"]]
        sound = [row for row in kept if row is not None and row.ticket and row.state == "done"]
        if not any(row.sha256 == caller.voice_digest == self._on_disk(row.place) for row in sound):
            self.verdict.lost.append(f"{caller.leg['sid']}: its voice {caller.leg['recordings']} {kept}")

    def _on_disk(self, place: str) -> str:
        file = self.line.audio / place
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""

    # ---------------------------------------------------------------- what all of them make
    def _tickets(self) -> None:
        numbered = sorted(int(reference.digits(ticket)[2:-1]) for ticket in self.tickets)
        self._must(numbered == list(range(1, len(numbered) + 1)), f"numbers with a gap: {numbered}")
        calls = Counter(caller.client.number for caller in self.callers)
        tickets = Counter(ticket["caller"] for ticket in self.tickets.values())
        for number, count in tickets.items():
            self._must(count <= calls[number], f"{count} tickets for {calls[number]} calls of {number}")
        owners = Counter(call["ticket"] for call in self.calls.values() if call["ticket"])
        self._must(set(owners) == set(self.tickets), "a ticket of no call, or a call of no ticket")

    def _journal(self) -> None:
        verified = self.line.command("verify")
        self._must(verified.returncode == 0, f"astreinte verify: {verified.stdout}{verified.stderr}")

    def _log(self) -> None:
        """A server that was killed is no fault, nor two processes at one row; the same request twice in vain is."""
        told = (self.line.home / "log").read_text(errors="replace").splitlines()
        hits = [json.loads(line) for line in told if line.startswith("{") and "IntegrityError" in line]
        self.verdict.facts["constraints hit"] = len(hits)
        in_vain = Counter(hit.get("path") for hit in hits if hit["event"] == "voice request failed")
        for path, count in in_vain.items():
            self._must(count < 2, f"{path} failed {count} times for whoever was on the line, see the log")

    def _must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.verdict.faults.append(otherwise)

    # ---------------------------------------------------------------- what was sent twice
    def _sends(self) -> None:
        """The same person by the same channel for the same ticket, sooner than the pager itself allows."""
        done: dict[tuple[str, ...], list[Send]] = defaultdict(list)
        for send in self.asked:
            if send.made:
                done[self._whom(send.subject)].append(send)
        for whom, sends in done.items():
            for first, second in pairwise(sends):
                if first.subject == second.subject or second.at - first.at < escalation.SPARED * 0.9:
                    self._doubled(whom, first, second)
        self.verdict.facts["sends"] = sum(map(len, done.values()))

    def _whom(self, subject: str) -> tuple[str, ...]:
        kind, _, key = subject.partition("-")
        if kind == "text":
            return ("message", subject, self.messages[int(key)].ticket)
        attempt = self.attempts[int(key)]
        ticket = next(pages[0].ticket for pages in self.pages.values() if any(p.id == attempt.page for p in pages))
        return (attempt.channel, ticket, attempt.engineer)

    def _doubled(self, whom: tuple[str, ...], first: Send, second: Send) -> None:
        why = " and ".join(_reasons(first, second, self.asked, self.line.kills))
        apart = (second.at - first.at).total_seconds()
        told = f"{' '.join(whom)}: {first.subject} {first.status}, {second.subject} {apart:.1f} s later"
        (self.verdict.doubled if why else self.verdict.unexplained).append(f"{told}: {why or 'nobody knows why'}")

    def _count(self) -> None:
        callers, kills = self.callers, Counter(kill.whom for kill in self.line.kills)
        self.verdict.facts |= {
            "calls": len(callers),
            "owed an engineer": sum(caller.owed for caller in callers),
            "that heard so": sum(caller.eligible for caller in callers),
            "that heard nothing of ours": sum(caller.unheard for caller in callers),
            "in trouble": sum(caller.troubled for caller in callers),
            "messages": sum(caller.spoke for caller in callers),
            "tickets": len(self.tickets),
            "pages": sum(map(len, self.pages.values())),
            "attempts": len(self.attempts),
            **{f"kills of {whom}": kills[whom] for whom in sorted(kills)},
        }


def _sent(requests: Sequence[Json], lag: timedelta) -> Iterator[Send]:
    for request in requests:
        about = request["form"].get("StatusCallback") if request["method"] == "POST" else None
        found = _SUBJECT.search(about[0].removesuffix("/status").replace("/status#", "#")) if about else None
        if found:
            subject = f"{found[1] or 'attempt'}-{found[2] or found[3]}"
            yield Send(subject, datetime.fromisoformat(request["at"]) + lag, request["status"], request["made"])


def _reasons(first: Send, second: Send, asked: Sequence[Send], kills: Sequence[Kill]) -> Iterator[str]:
    """What may explain that the second left although the first had."""
    mine = [send for send in asked if send.subject == first.subject and send.at <= second.at]
    if first.subject == second.subject:
        if first.status in UNSURE:
            yield f"Twilio answered {first.status or 'nothing'} and had done it"
    elif any(send.status >= 400 or not send.status for send in mine if send.at <= first.at):
        yield "Twilio held up the first"
    begun = min(send.at for send in mine) - timedelta(seconds=3)
    if any(kill.whom != "web" and begun <= kill.at <= second.at for kill in kills):
        yield "a kill in between"


# ---------------------------------------------------------------- is there anything left to do?
def left_to_do(line: Line, since: datetime) -> list[str]:
    """Work that is due or under way, people to be woken, a comparison with Twilio still to come."""
    soon = line.clock() + (timedelta(minutes=2) if line.is_real else timedelta(seconds=10))
    with line.database.read() as db:
        left = [
            f"{table.name} {key}"
            for table, column in ((table_of(kind), key_of(kind)) for kind in WORK)
            for key in db.execute(select(column).where(table.c.run_at <= soon)).scalars()
        ]
        left += [f"page {page}" for page in db.execute(select(Page.id).where(Page.state == "pending")).scalars()]
        compared = db.execute(select(Chore.done_at).where(Chore.name == "reconcile")).scalar_one()
    return left if compared is not None and compared > since else [*left, "a comparison with Twilio"]
