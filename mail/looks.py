"""The HTML of a mail, made of its plain text: the two cannot say different things.

A paragraph of which every line reads « Nom : valeur » is a table; one whose first line is short and ends nothing is
headed by it; addresses of the web are links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup, escape

HEADING_AT_MOST = 40  # characters
_FACT = re.compile(r"([^:]{1,60}) : (.+)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: rows of a table, or a heading and lines."""

    facts: tuple[tuple[str, Markup], ...] = ()
    heading: str = ""
    lines: tuple[Markup, ...] = ()


def html(title: str, text: str) -> str:
    """A whole document, with its few styles inside: mail programs keep nothing else."""
    return _template().render(title=title, blocks=list(blocks(text)))


def blocks(text: str) -> Iterator[Block]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = paragraph.splitlines()
        facts = [_FACT.fullmatch(line) for line in lines]
        if len(lines) > 1 and all(facts):
            yield Block(facts=tuple((fact[1], _linked(fact[2])) for fact in facts if fact))
        elif len(lines) > 1 and _is_heading(lines[0]):
            yield Block(heading=lines[0], lines=tuple(map(_linked, lines[1:])))
        else:
            yield Block(lines=tuple(map(_linked, lines)))


def _is_heading(line: str) -> bool:
    return len(line) <= HEADING_AT_MOST and line[:1].isupper() and line[-1:] not in ".,;:!?…"


def _linked(line: str) -> Markup:
    parts, last = [], 0
    for found in _ADDRESS.finditer(line):
        parts += [escape(line[last : found.start()]), Markup('<a href="{0}">{0}</a>').format(found[0])]
        last = found.end()
    return Markup("").join([*parts, escape(line[last:])])


@cache
def _template() -> Template:
    files = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=files, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template("mail.html")
