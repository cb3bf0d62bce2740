"""The text of HTML that a stranger wrote, in one pass from its first character to its last.

No tree is built: what is nested deep, left open or badly quoted costs what any other text of its length costs."""

import re
from collections.abc import Iterator
from html import unescape

HTML_AT_MOST = 1_000_000  # characters
UNHEARD = {"script", "style", "title"}  # what they hold is not the text
BREAKING = re.compile(r"br|/p|/div|/tr|/li|/h\d", re.IGNORECASE)
# What a tag has between its name and its end: a value between quotes may hold `>`. Nothing is ever tried twice.
_REST = re.compile(r"""(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')|[="'])*+>?""")
_NAME = re.compile(r"/?[a-zA-Z][^\s/>]*+")
_NUMBER = re.compile(r"&#[0-9a-zA-Z]{9,}+;?")  # of no character; to read it takes the square of its length


def text(html: str) -> str:
    """What a person reads of it: a line for each block, characters for their names."""
    said = unescape(_NUMBER.sub("\N{REPLACEMENT CHARACTER}", "".join(_pieces(html[:HTML_AT_MOST]))))
    return sparse(said).strip()


def _pieces(html: str) -> Iterator[str]:
    at, end = 0, len(html)
    while at < end:
        tag = html.find("<", at)
        if tag < 0:
            yield html[at:]
            return
        yield html[at:tag]
        said, at = _tag(html, tag)
        yield said


def _tag(html: str, at: int) -> tuple[str, int]:
    """What stands for the tag that begins there, and where the text goes on. What is left open ends with the text."""
    if html.startswith("<!--", at):
        return "", _after(html, "-->", at + 4)
    name = _NAME.match(html, at + 1)
    if name is None:
        return ("", _after(html, ">", at)) if html.startswith(("<!", "<?", "</"), at) else ("<", at + 1)
    rest = _REST.match(html, name.end())
    assert rest, "it may be empty"
    if name[0].lower() in UNHEARD:
        closing = re.compile(f"</{name[0]}", re.IGNORECASE).search(html, rest.end())
        return "", closing.start() if closing else len(html)
    return "\n" if BREAKING.fullmatch(name[0]) else "", rest.end()


def _after(html: str, mark: str, at: int) -> int:
    found = html.find(mark, at)
    return found + len(mark) if found >= 0 else len(html)


def sparse(text: str) -> str:
    """At most one empty line between two others."""
    kept: list[str] = []
    for line in text.split("\n"):
        if line.strip() or not kept or kept[-1].strip():
            kept.append(line)
    return "\n".join(kept)
