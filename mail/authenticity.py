"""RFC 8601: what a mail server says about a sender, read so that nothing a sender had a hand in looks like a result."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

VERSION = "1"
FAILED = frozenset({"fail", "softfail", "hardfail"})
HARMLESS = re.compile(r"[\w.@+-]*")  # what between quotes is read, too: it can be no result
_METHOD = re.compile(r"([a-z0-9-]+)(?:/\d+)?=([a-z]+)")


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    result: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """Of one header, in lower case."""

    server: str = ""  # authserv-id; "" when it cannot be read for certain
    methods: Sequence[Method] = ()

    @classmethod
    def read(cls, header: str) -> "Results":
        head, *said = _bare(header.lower()).split(";")
        named = head.split()
        known = len(named) == 1 or (len(named) == 2 and named[1] == VERSION)
        return cls(named[0] if known else "", tuple(method for each in said for method in _methods(each)))

    def of(self, name: str) -> list[Method]:
        return [method for method in self.methods if method.name == name]


def is_authentic(header: str, servers: Collection[str], address: str) -> bool:
    """Whether our own mail server says in that header that the mail is from there: `dmarc=pass`, said once and about
    that very domain; or `dkim=pass` for it, where the domain publishes no DMARC."""
    results, domain = Results.read(header), address.rpartition("@")[2]
    verdicts = results.of("dmarc")
    if results.server not in servers or not domain or len(verdicts) != 1:
        return False
    (dmarc,) = verdicts
    if dmarc.result == "pass":
        return dmarc.properties.get("header.from", domain) == domain
    return dmarc.result == "none" and any(_signed(dkim, domain) for dkim in results.of("dkim"))


def is_refused(header: str) -> bool:
    """Whether any server says that the mail is not from there: DMARC failed; or, without its verdict, something failed
    and nothing passed. Nobody need be believed for this: who says so of their own mail harms nobody else."""
    results = Results.read(header)
    verdicts = {dmarc.result for dmarc in results.of("dmarc")}
    if verdicts & FAILED or "pass" in verdicts:
        return bool(verdicts & FAILED)
    others = {method.result for name in ("spf", "dkim") for method in results.of(name)}
    return bool(others & FAILED) and "pass" not in others


def _signed(dkim: Method, domain: str) -> bool:
    by = dkim.properties.get("header.d") or dkim.properties.get("header.i", "").rpartition("@")[2]
    return dkim.result == "pass" and by == domain


def _methods(said: str) -> Iterator[Method]:
    words = re.sub(r" ?([=/]) ?", r"\1", " ".join(said.split())).split()
    found = _METHOD.fullmatch(words[0]) if words else None
    if found:
        told: dict[str, str] = {}
        for name, _, value in (word.partition("=") for word in words[1:]):
            told[name] = value if told.get(name, value) == value else "?"  # said twice, it says nothing
        yield Method(found[1], found[2], told)


def _bare(header: str) -> str:
    """Without its comments, and of what stands between quotes only what is harmless; nothing of a header in which one
    of them is not closed. In a comment, too, quotes hide what looks like its end: senders' addresses stand there."""
    kept: list[str] = []
    quoted: list[str] | None = None
    depth, letters = 0, iter(header)
    for letter in letters:
        if letter == "\\" and (depth or quoted is not None):
            letter = next(letters, "") and "?"  # whatever it is, it ends nothing
        elif letter == '"':
            if quoted is not None and not depth:
                said = "".join(quoted)
                kept.append(said if HARMLESS.fullmatch(said) else "?")
            quoted = [] if quoted is None else None
            continue
        elif quoted is None and letter in "()":
            depth += 1 if letter == "(" else -1
            kept.append(" ")
            if depth < 0:
                return ""
            continue
        if quoted is not None:
            quoted.append(letter)
        elif not depth:
            kept.append(letter)
    return "" if depth or quoted is not None else "".join(kept)
