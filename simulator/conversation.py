"""One call held from the terminal, and the texts and ringing it causes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from simulator.hands import HANG_UP, Hands
from simulator.numbers import e164, spaced
from simulator.remote import NotPossible, Remote, Unreachable

POLL_SECONDS = 0.1
Json = dict[str, Any]


class Conversation:
    """One call and the texts and ringing it causes."""

    def __init__(
        self, remote: Remote, hands: Hands, out: TextIO, watch: list[str] | None, shows_old_texts: bool = False
    ) -> None:
        self.remote = remote
        self.hands = hands
        self.out = out
        self.watched = None if watch is None else {e164(number) for number in watch}
        self.texts: list[Json] = []
        phones = [] if shows_old_texts else remote.phones()
        self._seen = {sms["sid"] for phone in phones for sms in phone["inbox"]}
        self._rung: set[str] = set()
        self._lines: dict[str, int] = {}  # how much of each transcript has been shown

    def hold(self, from_: str, to: str) -> Json:
        """Dial, and talk until the call is over."""
        self._tell(f"{spaced(e164(from_))} appelle le {spaced(e164(to))}")
        with self._receiver(e164(from_), "dial", to=e164(to)) as leg:
            while leg["state"] != "ended":
                leg = self._turn(leg, "LIGNE")
        self._show(leg, "LIGNE")
        by = {"caller": "vous avez raccroché", "line": "la ligne a raccroché", "error": "erreur d'application"}
        self._tell(f"— fin de l'appel : {by.get(leg['ended_by'], '?')}")
        return leg

    def settle(self, seconds: float) -> None:
        """Show the texts and calls that follow; a call taken here makes the wait begin again."""
        until = time.monotonic() + seconds
        while True:
            if self._look_around():
                until = time.monotonic() + seconds
            if time.monotonic() >= until:
                return
            time.sleep(POLL_SECONDS)

    @contextmanager
    def _receiver(self, number: str, action: str, **given: object) -> Iterator[Json]:
        """A call made or taken here; whoever is torn away from it leaves no line open behind them."""
        sid = ""
        try:
            leg = self.remote.phone(number, action, **given)
            sid = leg["sid"]
            yield leg
        except BaseException as torn:
            with suppress(Unreachable, NotPossible):
                if isinstance(torn, KeyboardInterrupt):  # maybe before its number was known here
                    sid = sid or self._leg_of(number)
                if sid:
                    self.remote.act(sid, "hang-up")
            raise

    def _leg_of(self, number: str) -> str:
        return next((phone["leg"] for phone in self.remote.phones() if phone["number"] == number), None) or ""

    def _turn(self, leg: Json, who: str) -> Json:
        """Show what is new on a leg, and do what it waits for."""
        self._show(leg, who)
        match leg["state"]:
            case "gathering":
                return self._answer(leg)
            case "recording":
                return self._speak(leg)
            case "dialling" if leg["dialling"]:
                return self._ring(leg)
            case "talking":
                return self.remote.act(leg["sid"], self.hands.in_talk())
            case _:
                time.sleep(POLL_SECONDS)
                return self.remote.leg(leg["sid"])

    def _answer(self, leg: Json) -> Json:
        keys = self.hands.at_question()
        if self.hands.ran_out:
            self._tell("plus de touche donnée : ici, l'appelant raccroche")
        if keys == HANG_UP:
            return self.remote.act(leg["sid"], "hang-up")
        return self.remote.act(leg["sid"], "press", keys=keys) if keys else self.remote.act(leg["sid"], "wait")

    def _speak(self, leg: Json) -> Json:
        message = self.hands.at_beep()
        if not message:
            return self.remote.act(leg["sid"], "hang-up")
        self._tell(f"VOUS : {message}")
        return self.remote.act(leg["sid"], "speak", text=message, ends_with="#")

    def _ring(self, leg: Json) -> Json:
        """A telephone rings for the caller: let it be answered here, whisper included."""
        rung = leg["dialling"]
        if rung["state"] == "ringing":
            self._announce(rung["sid"], rung["number"])
            choice = self.hands.when_rings(rung["number"])
            if choice == "hang-up":
                return self.remote.act(leg["sid"], "hang-up")
            if choice is not None:
                self._take(rung["number"], choice)
        time.sleep(POLL_SECONDS)
        return self.remote.leg(leg["sid"])

    def _take(self, number: str, choice: str) -> None:
        """Answer a telephone that rings, and hold its side up to the conversation or the end."""
        try:
            if choice == "answer":
                self._converse(number)
            else:
                self.remote.phone(number, choice)
        except NotPossible as stopped:  # it stopped ringing while one thought about it
            self._tell(str(stopped))

    def _converse(self, number: str) -> None:
        who = f"AU {spaced(number)}"
        with self._receiver(number, "answer") as found:
            while found["state"] != "ended":
                if found["state"] == "talking" and found["direction"] == "outbound-dial":
                    break
                found = self._turn(found, who)
        self._show(found, who)

    def _look_around(self) -> bool:
        """New texts, and telephones that ring; whether one was taken."""
        has_taken = False
        for phone in self.remote.phones():
            if self.watched is not None and phone["number"] not in self.watched:
                continue
            for sms in phone["inbox"]:
                if sms["sid"] not in self._seen:
                    self._seen.add(sms["sid"])
                    self.texts.append({"to": phone["number"], **{k: sms[k] for k in ("from", "body", "at")}})
                    self._tell(f"SMS reçu par le {spaced(phone['number'])} de {spaced(sms['from'])} : {sms['body']}")
            ringing = phone["ringing"]
            if ringing and self._announce(ringing["sid"], phone["number"]):
                choice = self.hands.when_rings(phone["number"])
                if choice in ("answer", "ignore"):
                    self._take(phone["number"], choice)
                    has_taken = True
        return has_taken

    def _announce(self, sid: str, number: str) -> bool:
        """Say once that a telephone rings."""
        if sid in self._rung:
            return False
        self._rung.add(sid)
        self._tell(f"le {spaced(number)} sonne…")
        return True

    def _show(self, leg: Json, who: str) -> None:
        shown = self._lines.get(leg["sid"], 0)
        for speaker, what in leg["transcript"][shown:]:
            if speaker == "line":
                self._tell(f"{who} : {what}")
            elif speaker == "network":
                self._tell(f"        {what}")
        self._lines[leg["sid"]] = len(leg["transcript"])

    def _tell(self, text: str) -> None:
        self.out.write(text + "\n")
        self.out.flush()
