"""Strict reading of what the product answers: what Twilio refuses is refused, what it warns of is told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree

from simulator.door import Answer
from simulator.twiml_table import NOT_SIMULATED, VOICE, Element

MAX_BYTES = 64 * 1024
MAX_SAY = 4096
XML_TYPES = ("text/xml", "application/xml", "text/html")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Table = dict[str, Element]
Node = ElementTree.Element


class TwimlRefused(Exception):
    """Twilio would not execute this answer; `code` is what it would write in its debugger."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code} {why}")
        self.code = code


@dataclass(frozen=True)
class Document:
    root: Node
    warnings: tuple[str, ...] = ()


def read(answer: Answer, table: Table = VOICE) -> Document:
    """The document in a webhook's answer, or TwimlRefused."""
    if "content-type" not in answer.headers:
        raise TwimlRefused(12300, "no Content-Type")
    kind = answer.content_type
    if kind.startswith("audio/"):
        return Document(_made("Play", "audio:"))
    if kind == "text/plain":
        return _read_plain(answer.body, table)
    if kind not in XML_TYPES:
        raise TwimlRefused(12300, f"Content-Type {kind!r} is not TwiML")
    return parse(answer.body, table)


def parse(body: bytes, table: Table = VOICE) -> Document:
    """The document and its warnings; elements unknown or misplaced are refused."""
    if len(body) > MAX_BYTES:
        raise TwimlRefused(11750, f"document of {len(body)} bytes")
    if b"<!DOCTYPE" in body:
        raise TwimlRefused(12100, "a document type declaration")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 (entities need the DOCTYPE refused above)
    except ElementTree.ParseError as error:
        raise TwimlRefused(12100, f"not XML: {error}") from error
    if root.tag != "Response":
        raise TwimlRefused(12100, f"the root is <{root.tag}>")
    return Document(root, tuple(_faults(root, table)))


def _read_plain(body: bytes, table: Table) -> Document:
    """Plain text is TwiML when it can be read so, else it is read aloud."""
    told = "text/plain is not a type for TwiML"
    try:
        document = parse(body, table)
    except TwimlRefused:
        return Document(_made("Say", body.decode("utf-8", "replace")), (told,))
    return Document(document.root, (told, *document.warnings))


def _made(verb: str, text: str) -> Node:
    root = Node("Response")
    ElementTree.SubElement(root, verb).text = text
    return root


def text_of(node: Node) -> str:
    """What is read aloud of an element, its white space reduced."""
    return " ".join("".join(_pieces(node)).split())


def _pieces(node: Node) -> Iterator[str]:
    yield node.get("alias", "") if node.tag == "sub" else node.text or ""
    for child in node:
        yield from _pieces(child)
        yield " " if child.tag in ("break", "p", "s") else ""
        yield child.tail or ""


def _faults(node: Node, table: Table) -> Iterator[str]:
    known = table[node.tag]
    for name, value in node.attrib.items():
        kind = known.attributes.get("xml:lang" if name == _XML_LANG else name)
        if kind is None:
            yield f"<{node.tag}> has no attribute {name!r}"
        elif not _fits(kind, value):
            yield f"<{node.tag} {name}={value!r}>: not {kind}"
    yield from _text_faults(node, known)
    for child in node:
        if child.tag in NOT_SIMULATED and child.tag not in table:
            raise TwimlRefused(12200, f"<{child.tag}> is not simulated")
        if child.tag not in table:
            raise TwimlRefused(12200, f"unknown element <{child.tag}>")
        if child.tag not in known.children:
            raise TwimlRefused(12200, f"<{child.tag}> inside <{node.tag}>")
        yield from _faults(child, table)


def _text_faults(node: Node, known: Element) -> Iterator[str]:
    loose = [node.text, *(child.tail for child in node)]
    if not known.has_text and any(text and text.strip() for text in loose):
        yield f"<{node.tag}> holds loose text"
    if node.tag == "Say" and not text_of(node):
        yield "<Say> has nothing to say"
    if node.tag == "Say" and len(text_of(node)) > MAX_SAY:
        yield f"<Say> of {len(text_of(node))} characters"
    if node.tag in ("Redirect", "Number") and not text_of(node):
        yield f"<{node.tag}> is empty"
    if node.tag == "Play" and not text_of(node) and node.get("digits") is None:
        yield "<Play> has neither address nor digits"
    if node.tag == "Dial" and len(node) > 10:
        yield f"<Dial> of {len(node)} numbers"


def _fits(kind: str, value: str) -> bool:
    match kind.split():
        case ["bool"]:
            return value in ("true", "false")
        case ["int", low, high, *other]:
            return value in other or (value.isascii() and value.isdigit() and int(low) <= int(value) <= int(high))
        case ["key"]:
            return re.fullmatch(r"[0-9*#]?", value) is not None
        case ["keys"]:
            return re.fullmatch(r"[0-9*#]*", value) is not None
        case ["one", *allowed]:
            return value in allowed
        case ["words", *allowed]:
            return bool(value.split()) and set(value.split()) <= set(allowed)
        case ["url"]:
            return is_address(value)
        case _:
            return True


def is_address(value: str) -> bool:
    """An http address, or a relative one; no underscore in the host, which Twilio refuses."""
    parts = urlsplit(value)
    return bool(value) and " " not in value and parts.scheme in ("", "http", "https") and "_" not in parts.netloc


def whole(node: Node, name: str, default: int) -> int:
    """A numeric attribute; a bad value (already complained of) counts as absent."""
    value = node.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else default
