"""What a program reads is UTF-8 whatever the terminal; what a person reads may lose an accent, never the command."""

import io
import json
import sys

import click


def document(text: str) -> None:
    """TOML, XML or JSON: all three are UTF-8."""
    click.echo(text.encode(errors="replace"), nl=not text.endswith("\n"))


def as_json(value: object, indent: int | None = 2) -> None:
    document(json.dumps(value, ensure_ascii=False, indent=indent))


def spare_the_accents() -> None:
    """Let a terminal that has no French show « ? » where it cannot follow."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
